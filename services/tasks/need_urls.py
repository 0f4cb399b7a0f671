"""Paths of needs."""

from django.urls import path

from services.tasks import need_views

app_name = "needs"
urlpatterns = [
    path("desk/needs/", need_views.need_list, name="list"),
    path("desk/needs/new/<str:no>/", need_views.need_new, name="new"),
    path("desk/needs/<str:no>/", need_views.need_detail, name="detail"),
    path("desk/needs/<str:no>/verify/", need_views.need_verify, name="verify"),
    path("desk/needs/<str:no>/pause/", need_views.need_reasoned, {"verb": "pause"}, name="pause"),
    path("desk/needs/<str:no>/close/", need_views.need_reasoned, {"verb": "close"}, name="close"),
    path("desk/needs/<str:no>/resume/", need_views.need_resume, name="resume"),
]
