"""Paths of the care, by room."""

from django.urls import include, path

app_name = "services"
urlpatterns: list = [
    path("", include("services.recipients.urls")),
    path("", include("services.tasks.need_urls")),
]
