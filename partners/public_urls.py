"""Paths of joining, of the list of providers, of places and of whom to ask: in Chinese at the root, in English under /en/."""

from django.urls import path

from partners.memberships.places_views import windows, windows_in
from partners.memberships.public_views import ask, ask_in
from partners.vetting import joining_views as views
from partners.vetting.directory_views import provider, providers

urlpatterns = [
    path("join/", views.join, name="join"),
    path("join/agency/", views.join_agency, name="join_agency"),
    path("join/agency/done/", views.join_done, {"kind": "agency"}, name="join_agency_done"),
    path("join/volunteer/", views.join_volunteer, name="join_volunteer"),
    path("join/volunteer/done/", views.join_done, {"kind": "volunteer"}, name="join_volunteer_done"),
    path("join/status/", views.status, name="join_status"),
    path("join/status/<str:no>/complete/", views.complete, name="join_complete"),
    path("join/status/<str:no>/kin/", views.declare, name="join_kin"),
    path("join/status/<str:no>/withdraw/", views.withdraw, name="join_withdraw"),
    path("providers/", providers, name="providers"),
    path("providers/<str:no>/", provider, name="provider"),
    path("places/", windows, name="places"),
    path("places/<str:code>/", windows_in, name="places_in"),
    path("who/", ask, name="who"),
    path("who/<str:code>/", ask_in, name="who_in"),
]
