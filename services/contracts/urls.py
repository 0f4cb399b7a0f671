"""Paths of contracts."""

from django.urls import path, re_path

from services.contracts import views

app_name = "contracts"
urlpatterns = [
    path("desk/contracts/", views.desk_list, name="list"),
    path("desk/contracts/new/", views.new, name="new"),
    path("desk/contracts/<str:no>/", views.desk_detail, name="detail"),
    path("desk/contracts/<str:no>/edit/", views.edit, name="edit"),
    path("desk/contracts/<str:no>/reprice/", views.price, name="reprice"),
    re_path(
        r"^desk/contracts/(?P<no>[^/]+)/(?P<verb>activate|suspend|resume|terminate)/$",
        views.move,
        name="move",
    ),
    path("agency/contracts/", views.agency_list, name="agency_list"),
    path("agency/contracts/<str:no>/", views.agency_detail, name="agency_detail"),
]
