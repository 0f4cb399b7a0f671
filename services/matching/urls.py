"""Paths of matching and offers."""

from django.urls import path

from services.matching import offer_views, plan_views, views

app_name = "matching"
urlpatterns = [
    path("desk/match/", views.queue, name="queue"),
    path("desk/match/rules/", views.rules, name="rules"),
    path("desk/match/plan/", plan_views.plan, name="plan"),
    path("desk/match/<str:no>/", views.need, name="need"),
    path("desk/offers/", offer_views.offers, name="offers"),
    path("desk/offers/<str:no>/withdraw/", views.withdraw, name="withdraw"),
    path("agency/offers/<str:no>/accept/", views.accept, name="accept"),
    path("agency/offers/<str:no>/decline/", views.decline, name="decline"),
]
