"""Paths of the public figures: in Chinese at the root, in English under /en/."""

from django.urls import path

from services.casework import public_views as views

urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/households.csv", views.figures_file, name="figures_file"),
]
