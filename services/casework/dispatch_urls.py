"""Paths of tasks: at the agency's desk, and at the desk of the place."""

from django.urls import path

from services.casework import agency_views, dispatch_views

app_name = "tasks"
# verb of the lifecycle, last step of the path and of the route's name
AGENCY_STEPS = {
    "assign": "assign",
    "reassign": "reassign",
    "plan": "dates",
    "accompany": "companion",
    "pause": "pause",
    "resume": "resume",
    "end": "end",
}
urlpatterns = [
    path("agency/", agency_views.tasks, name="agency"),
    path("agency/tasks/", agency_views.tasks, name="list"),
    path("agency/tasks/<str:no>/", agency_views.detail, name="detail"),
    *(
        path(f"agency/tasks/<str:no>/{word}/", dispatch_views.agency_step, {"verb": verb}, name=word)
        for verb, word in AGENCY_STEPS.items()
    ),
    path("agency/tasks/<str:no>/visits/<str:visit_no>/cancel/", dispatch_views.cancel, name="cancel"),
    path("desk/tasks/", agency_views.desk_tasks, name="desk_list"),
    path("desk/tasks/<str:no>/", agency_views.desk_detail, name="desk_detail"),
    *(
        path(f"desk/tasks/<str:no>/{verb}/", dispatch_views.desk_step, {"verb": verb}, name=f"desk_{verb}")
        for verb in ("pause", "resume", "end")
    ),
    *(
        path(
            f"desk/tasks/<str:no>/{word}/",
            dispatch_views.desk_voluntary_step,
            {"verb": verb},
            name=f"desk_{word}",
        )
        for verb, word in (("plan", "dates"), ("accompany", "companion"))
    ),
    path("desk/needs/<str:no>/volunteer/", dispatch_views.volunteer, name="volunteer"),
]
