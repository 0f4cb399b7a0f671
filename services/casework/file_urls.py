"""Paths of what befalls a file."""

from django.urls import path

from services.casework import file_views, undo_views

app_name = "files"
urlpatterns = [
    path("desk/moves/", file_views.moves, name="moves"),
    path("desk/endings/", undo_views.ending_list, name="endings"),
    path("households/<str:no>/pause/", file_views.file_pause, name="pause"),
    path("households/<str:no>/resume/", file_views.file_resume, name="resume"),
    path("households/<str:no>/close/", file_views.file_close, name="close"),
    path("households/<str:no>/move/", file_views.file_move, name="move"),
    path("households/<str:no>/merge/", file_views.file_merge, name="merge"),
    path("households/<str:no>/split/", file_views.file_split, name="split"),
    path("households/<str:no>/people/<uuid:uid>/death/", file_views.file_death, name="death"),
    path("households/<str:no>/endings/<uuid:ending>/", undo_views.ending_page, name="ending"),
    *(
        path(
            f"households/<str:no>/endings/<uuid:ending>/{step}/",
            undo_views.ending_decide,
            {"step": step},
            name=f"ending_{step}",
        )
        for step in undo_views.STEPS
    ),
]
