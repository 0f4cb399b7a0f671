"""Paths of the privacy duties."""

from django.urls import path, re_path

from services.privacy import duty_views, own_views, views

app_name = "privacy"
urlpatterns = [
    path("households/<str:no>/privacy/", views.household_privacy, name="household"),
    path("households/<str:no>/privacy/answer/", views.answer, name="answer"),
    path("households/<str:no>/privacy/withdraw/", views.withdraw, name="withdraw"),
    path("households/<str:no>/privacy/ask/", views.ask, name="ask"),
    path("households/<str:no>/privacy/hold/", views.hold, name="hold"),
    path("households/<str:no>/privacy/paper/", views.paper, name="paper"),
    path("desk/requests/", views.request_list, name="requests"),
    path("desk/requests/<str:no>/", views.request_detail, name="request"),
    path("desk/requests/<str:no>/copy/", views.request_copy, name="copy"),
    re_path(
        r"^desk/requests/(?P<no>[^/]+)/(?P<step>answer|refuse|erase)/$", views.request_decide, name="decide"
    ),
    path("me/privacy/", own_views.own, name="own"),
    path("me/privacy/answer/", own_views.own_answer, name="own_answer"),
    path("me/privacy/withdraw/", own_views.own_withdraw, name="own_withdraw"),
    path("me/privacy/ask/", own_views.own_ask, name="own_ask"),
    path("me/privacy/copies/<str:no>/", own_views.own_copy, name="own_copy"),
    path("desk/retention/", duty_views.retention_page, name="retention"),
    path("desk/retention/new/", duty_views.period_new, name="period_new"),
    path("desk/retention/run/", duty_views.retention_run, name="retention_run"),
    path("contracts/<str:no>/annex/", duty_views.annex, name="annex"),
    path("contracts/<str:no>/annex/agree/", duty_views.annex_agree, name="annex_agree"),
    path("contracts/<str:no>/certificate/", duty_views.certificate, name="certificate"),
    path("contracts/<str:no>/certificate/accept/", duty_views.certificate_accept, name="certificate_accept"),
    path("desk/impact/", duty_views.impact_list, name="impacts"),
    path("desk/impact/new/", duty_views.impact_new, name="impact_new"),
    path("desk/impact/<str:no>/", duty_views.impact, name="impact"),
]
