"""Paths of the review desk."""

from django.urls import path

from services.sync import review_views

app_name = "sync"
urlpatterns = [
    path("agency/brought/", review_views.agency_list, name="agency_list"),
    path("desk/brought/", review_views.desk_list, name="desk_list"),
    path("desk/brought/<str:no>/", review_views.desk_item, name="desk_item"),
    path("desk/brought/<str:no>/decide/", review_views.decide, name="desk_decide"),
]
