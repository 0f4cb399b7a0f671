"""Paths of the register."""

from django.urls import include, path

from services.recipients import around_views, edit_views, people_views, position_views, standing_views, views

app_name = "recipients"
urlpatterns = [
    path("desk/households/", views.household_list, name="list"),
    path("desk/households/new/", edit_views.household_create, name="create"),
    path("village/households/", views.village_list, name="village"),
    path("households/<str:no>/", views.household_detail, name="detail"),
    path("households/<str:no>/unmask/", views.household_unmask, name="unmask"),
    path("households/<str:no>/why/", views.household_why, name="why"),
    path("households/<str:no>/edit/", edit_views.household_edit, name="edit"),
    path("households/<str:no>/changes/", around_views.household_changes, name="changes"),
    path("households/<str:no>/position/", position_views.household_position, name="position"),
    path("households/<str:no>/circle/new/", around_views.circle_add, name="circle_add"),
    path("households/<str:no>/circle/<uuid:circle_uid>/", around_views.circle_edit, name="circle_edit"),
    path("households/<str:no>/circle/<uuid:circle_uid>/end/", around_views.circle_end, name="circle_end"),
    path("households/<str:no>/risks/new/", around_views.risk_add, name="risk_add"),
    path("households/<str:no>/risks/<uuid:risk>/end/", around_views.risk_end, name="risk_end"),
    path("households/<str:no>/handover/", around_views.handover_write, name="handover"),
    path(
        "households/<str:no>/handover/<uuid:handover>/strike/",
        around_views.handover_strike,
        name="handover_strike",
    ),
    path("households/<str:no>/dibao/", standing_views.household_dibao, name="dibao"),
    path("households/<str:no>/dibao/end/", standing_views.household_dibao_end, name="dibao_end"),
    path("households/<str:no>/people/new/", people_views.person_add, name="person_add"),
    path("households/<str:no>/people/<uuid:uid>/", people_views.person_edit, name="person_edit"),
    path("households/<str:no>/people/<uuid:uid>/category/", standing_views.person_category, name="category"),
    path(
        "households/<str:no>/people/<uuid:uid>/category/<uuid:category>/end/",
        standing_views.person_category_end,
        name="category_end",
    ),
    path("households/<str:no>/people/<uuid:uid>/assess/", people_views.person_assess, name="assess"),
    path("", include("services.recipients.sight_urls")),
]
