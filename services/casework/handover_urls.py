"""Paths of leaving a team or a post."""

from django.urls import path

from services.casework import handover_views as views

app_name = "handover"
urlpatterns = [
    path("agency/workers/<str:no>/end/", views.member, name="member"),
    path("desk/posts/<uuid:uid>/end/", views.post, name="post"),
]
