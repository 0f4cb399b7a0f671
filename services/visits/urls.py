"""Paths of visits, photos and alerts."""

from django.urls import path

from services.visits import alert_views, phone_views, photos, record_views

app_name = "visits"
urlpatterns = [
    path("my/today/", phone_views.today, name="today"),
    path("my/schedule/", phone_views.schedule, name="schedule"),
    path("my/visits/<str:no>/", phone_views.visit, name="visit"),
    path("my/visits/<str:no>/check-in/", phone_views.check_in, name="check_in"),
    path("my/visits/<str:no>/hand-in/", phone_views.hand_in, name="hand_in"),
    path("my/visits/<str:no>/door/", phone_views.door, name="door"),
    path("my/visits/<str:no>/receipt/", phone_views.receipt, name="receipt"),
    path("my/visits/<str:no>/complete/", phone_views.complete, name="complete"),
    path("my/visits/<str:no>/alert/", alert_views.report, name="alert"),
    path("my/visits/<str:no>/alert/<str:alert_no>/", alert_views.told, name="alert_told"),
    path("photos/<uuid:uid>/", photos.photo, name="photo"),
    path("agency/visits/", record_views.agency_list, name="agency_list"),
    path("agency/visits/<str:no>/", record_views.agency_record, name="agency_record"),
    path(
        "agency/visits/<str:no>/look/",
        record_views.look_record,
        {"area": "agency"},
        name="agency_record_look",
    ),
    path("desk/visits/", record_views.desk_list, name="desk_list"),
    path("desk/visits/<str:no>/", record_views.desk_record, name="desk_record"),
    path("desk/visits/<str:no>/doubt/", record_views.settle_doubt, name="desk_doubt"),
    path("desk/visits/<str:no>/look/", record_views.look_record, {"area": "desk"}, name="desk_record_look"),
]
for area in ("agency", "desk"):
    urlpatterns += [
        path(
            f"{area}/visits/<str:no>/confirm/", record_views.confirm, {"area": area}, name=f"{area}_confirm"
        ),
        path(
            f"{area}/visits/<str:no>/return/",
            record_views.send_back,
            {"area": area},
            name=f"{area}_send_back",
        ),
        path(f"{area}/visits/<str:no>/flag/", record_views.flag, {"area": area}, name=f"{area}_flag"),
        path(f"{area}/alerts/", alert_views.alerts, {"area": area}, name=f"{area}_alerts"),
        path(f"{area}/alerts/<str:no>/", alert_views.alert, {"area": area}, name=f"{area}_alert"),
        path(
            f"{area}/alerts/<str:no>/acknowledge/",
            alert_views.acknowledge,
            {"area": area},
            name=f"{area}_alert_acknowledge",
        ),
        path(f"{area}/alerts/<str:no>/close/", alert_views.close, {"area": area}, name=f"{area}_alert_close"),
        path(
            f"{area}/alerts/<str:no>/look/", alert_views.look_alert, {"area": area}, name=f"{area}_alert_look"
        ),
    ]
