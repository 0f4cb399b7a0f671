"""Paths of registers on their way out."""

from django.urls import path

from services.exports import views

app_name = "exports"
urlpatterns = [
    path("desk/exports/", views.export_list, name="list"),
    path("desk/exports/new/", views.export_new, name="new"),
    path("desk/exports/<str:no>/", views.export_detail, name="detail"),
    path("desk/exports/<str:no>/agree/", views.export_agree, name="agree"),
    path("desk/exports/<str:no>/refuse/", views.export_refuse, name="refuse"),
    path("desk/exports/<str:no>/take/", views.export_take, name="take"),
]
