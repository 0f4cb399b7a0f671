"""Paths of the desk and of work that spans rooms."""

from django.urls import path

from services.casework import views

app_name = "casework"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/search/", views.desk_search, name="search"),
    path("desk/reports/<str:no>/", views.report_detail, name="report"),
    path("desk/reports/<str:no>/verify/", views.report_verify, name="report_verify"),
    path("desk/reports/<str:no>/close/", views.report_close, name="report_close"),
    path("desk/reports/<str:no>/household/", views.report_household, name="report_household"),
]
