"""Paths of hours: one's own, the office's, certificates."""

from django.urls import path

from services.hours import certificate_views, desk_views, list_views, own_views, request_views

app_name = "hours"
urlpatterns = [
    path("me/hours/", own_views.own, name="own"),
    path("me/hours/correct/", own_views.correct, name="correct_missing"),
    path("me/hours/correct/<uuid:uid>/", own_views.correct, name="correct"),
    path("me/hours/certificate/", request_views.ask_certificate, name="ask_certificate"),
    path("me/hours/requests/<str:no>/withdraw/", request_views.withdraw, name="withdraw_request"),
    path("me/hours/corrections/<str:no>/withdraw/", own_views.withdraw, name="withdraw"),
    path("certificates/<str:no>/", certificate_views.certificate, name="certificate"),
    path("certificates/<str:no>/pdf/", certificate_views.certificate_pdf, name="certificate_pdf"),
    path("certificates/<str:no>/revoke/", desk_views.revoke, name="revoke"),
    path("desk/hours/", desk_views.desk, name="desk"),
    path("desk/hours/badges/", desk_views.badges, name="badges"),
    path("desk/hours/stars/", desk_views.levels, name="levels"),
    path("desk/hours/export/", list_views.list_new, name="list_new"),
    path("desk/hours/columns/", list_views.columns, name="columns"),
    path("desk/hours/requests/", request_views.request_list, name="requests"),
    path("desk/hours/requests/<str:no>/", request_views.request_page, name="request"),
    path("desk/hours/requests/<str:no>/issue/", request_views.issue, name="request_issue"),
    path("desk/hours/requests/<str:no>/refuse/", request_views.refuse, name="request_refuse"),
    path("desk/hours/corrections/<str:no>/", desk_views.correction, name="correction"),
    path("desk/hours/<str:no>/", desk_views.volunteer, name="volunteer"),
    path("desk/hours/<str:no>/certificate/", desk_views.issue, name="issue"),
]
