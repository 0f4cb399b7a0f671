"""Paths of the care, by room."""

from django.urls import include, path

app_name = "services"
urlpatterns: list = [
    path("", include("services.recipients.urls")),
    path("", include("services.casework.file_urls")),
    path("", include("services.imports.urls")),
    path("", include("services.exports.urls")),
    path("", include("services.intake.urls")),
    path("", include("services.tasks.need_urls")),
    path("", include("services.contracts.urls")),
    path("", include("services.matching.urls")),
    path("", include("services.casework.dispatch_urls")),
    path("", include("services.visits.urls")),
    path("", include("services.sync.urls")),
    path("", include("services.casework.handover_urls")),
    path("", include("services.hours.urls")),
    path("", include("services.casework.care_urls")),
    path("", include("services.assistance.urls")),
    path("", include("services.casework.urls")),
    path("", include("services.discovery.urls")),
    path("", include("services.privacy.urls")),
]
