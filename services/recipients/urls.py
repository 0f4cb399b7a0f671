"""Paths of the register."""

from django.urls import path

from services.recipients import edit_views, people_views, views

app_name = "recipients"
urlpatterns = [
    path("desk/households/", views.household_list, name="list"),
    path("desk/households/new/", edit_views.household_create, name="create"),
    path("village/households/", views.village_list, name="village"),
    path("households/<str:no>/", views.household_detail, name="detail"),
    path("households/<str:no>/unmask/", views.household_unmask, name="unmask"),
    path("households/<str:no>/why/", views.household_why, name="why"),
    path("households/<str:no>/edit/", edit_views.household_edit, name="edit"),
    path("households/<str:no>/pause/", edit_views.household_state, {"verb": "pause"}, name="pause"),
    path("households/<str:no>/resume/", edit_views.household_state, {"verb": "resume"}, name="resume"),
    path("households/<str:no>/close/", edit_views.household_state, {"verb": "close"}, name="close"),
    path("households/<str:no>/people/new/", people_views.person_add, name="person_add"),
    path("households/<str:no>/people/<uuid:uid>/", people_views.person_edit, name="person_edit"),
    path("households/<str:no>/people/<uuid:uid>/tekun/", people_views.person_tekun, name="tekun"),
    path("households/<str:no>/people/<uuid:uid>/tekun/end/", people_views.person_tekun_end, name="tekun_end"),
    path("households/<str:no>/people/<uuid:uid>/assess/", people_views.person_assess, name="assess"),
]
