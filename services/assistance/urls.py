"""Paths of changes and reviews."""

from django.urls import path

from services.assistance import views

app_name = "reviews"
urlpatterns = [
    path("households/<str:no>/change/", views.report_change, name="report"),
    path("households/<str:no>/categories/<uuid:category>/review/", views.periodic, name="periodic"),
    path("changes/<str:no>/", views.followed, name="followed"),
    path("desk/reviews/", views.review_list, name="list"),
    path("desk/reviews/<str:no>/", views.review_detail, name="detail"),
    path("desk/reviews/<str:no>/words/", views.words, name="words"),
    path("desk/reviews/<str:no>/propose/", views.propose, name="propose"),
    path("desk/reviews/<str:no>/decide/", views.decide, name="decide"),
    path("desk/reviews/<str:no>/send-back/", views.send_back, name="send_back"),
    path("desk/reviews/<str:no>/withdraw/", views.withdraw, name="withdraw"),
    path("desk/reviews/<str:no>/notice/", views.notice, name="notice"),
]
