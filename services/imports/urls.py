"""Paths of files on their way into the register, and of people who may be one."""

from django.urls import path

from services.imports import likeness_views, views

app_name = "imports"
urlpatterns = [
    path("desk/imports/", views.import_list, name="list"),
    path("desk/imports/new/", views.import_new, name="new"),
    path("desk/imports/<str:no>/", views.import_detail, name="detail"),
    path("desk/imports/<str:no>/columns/", views.import_columns, name="columns"),
    path("desk/imports/<str:no>/apply/", views.import_apply, name="apply"),
    path("desk/imports/<str:no>/stop/", views.import_stop, name="stop"),
    path("desk/imports/<str:no>/result/", views.import_result, name="result"),
    path("desk/duplicates/", likeness_views.likeness_list, name="likenesses"),
    path("desk/duplicates/<str:no>/", likeness_views.likeness_detail, name="likeness"),
]
