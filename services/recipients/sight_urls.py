"""Paths about sight: who looked and why, near kin, emergencies and their review."""

from django.urls import path

from services.recipients import review_views, sight_views

urlpatterns = [
    path("desk/figures/", sight_views.figures, name="figures"),
    path("desk/households/find/", sight_views.household_find, name="find"),
    path("households/<str:no>/looked/", sight_views.household_looked, name="looked"),
    path("households/<str:no>/looked/print/", sight_views.household_looked_print, name="looked_print"),
    path("households/<str:no>/explain/", sight_views.household_explain, name="explain"),
    path("households/<str:no>/kin/", sight_views.household_kin, name="kin"),
    path("households/<str:no>/kin/mine/", sight_views.household_kin_mine, name="kin_mine"),
    path("households/<str:no>/kin/<uuid:uid>/end/", sight_views.household_kin_end, name="kin_end"),
    path("desk/emergency/", review_views.emergency_ask, name="emergency"),
    path("desk/emergency/<str:no>/end/", review_views.emergency_end, name="emergency_end"),
    path("desk/sight/", review_views.sight, name="sight"),
    path("desk/sight/<str:no>/", review_views.sight_case, name="sight_case"),
    path("desk/sight/nights/<str:day>/", review_views.sight_report, name="sight_report"),
]
