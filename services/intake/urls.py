"""Paths of reports."""

from django.urls import path

from services.intake import views

app_name = "intake"
urlpatterns = [
    path("village/", views.village, name="village"),
    path("village/report/", views.report_new, name="report"),
    path("village/reports/<str:no>/", views.report_own, name="own"),
    path("village/reports/<str:no>/received/", views.report_received, name="received"),
    path("desk/reports/", views.report_list, name="list"),
]
