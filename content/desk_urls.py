"""Paths of the bureau's desk for standards."""

from django.urls import path

from content.rules import desk_views

app_name = "content"
urlpatterns = [
    path("desk/standards/", desk_views.standards, name="standards"),
    path("desk/standards/propose/", desk_views.standard_propose, name="standard_propose"),
    path("desk/standards/<str:no>/", desk_views.standard, name="standard"),
    path("desk/standards/<str:no>/publish/", desk_views.standard_publish, name="standard_publish"),
    path("desk/standards/<str:no>/refuse/", desk_views.standard_refuse, name="standard_refuse"),
    path("desk/standards/<str:no>/withdraw/", desk_views.standard_withdraw, name="standard_withdraw"),
]
