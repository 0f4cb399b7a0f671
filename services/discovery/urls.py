"""Paths of what policy finds."""

from django.urls import path

from services.discovery import views

app_name = "discovery"
urlpatterns = [
    path("desk/discoveries/", views.discovery_list, name="list"),
    path("desk/discoveries/run/", views.run, name="run"),
    path("desk/discoveries/runs/<str:no>/", views.run_detail, name="progress"),
    path("desk/discoveries/<str:no>/", views.discovery_detail, name="detail"),
    path("desk/discoveries/<str:no>/report/", views.report, name="report"),
    path("desk/discoveries/<str:no>/dismiss/", views.dismiss, name="dismiss"),
]
