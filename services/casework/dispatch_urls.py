"""Paths of an agency's tasks and of sending people."""

from django.urls import path

from services.casework import agency_views, dispatch_views

app_name = "tasks"
urlpatterns = [
    path("agency/", agency_views.tasks, name="agency"),
    path("agency/tasks/", agency_views.tasks, name="list"),
    path("agency/tasks/<str:no>/", agency_views.detail, name="detail"),
    path("agency/tasks/<str:no>/assign/", dispatch_views.assign, name="assign"),
    path("agency/tasks/<str:no>/reassign/", dispatch_views.reassign, name="reassign"),
    path("agency/tasks/<str:no>/dates/", dispatch_views.dates, name="dates"),
    path("agency/tasks/<str:no>/companion/", dispatch_views.companion, name="companion"),
    path("agency/tasks/<str:no>/end/", dispatch_views.end, name="end"),
    path("agency/tasks/<str:no>/visits/<str:visit_no>/cancel/", dispatch_views.cancel, name="cancel"),
    path("desk/needs/<str:no>/volunteer/", dispatch_views.volunteer, name="volunteer"),
]
