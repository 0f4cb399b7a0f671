"""Paths of vetting, of the network's desk and of an agency's own people."""

from django.urls import path

from partners.memberships import network_views
from partners.memberships import views as member_views
from partners.vetting import views as vetting_views

app_name = "partners"
urlpatterns = [
    path("agency/workers/", member_views.workers, name="workers"),
    path("agency/workers/invite/", member_views.invite_worker, name="invite_worker"),
    path("agency/workers/<str:no>/renew/", member_views.renew_invitation, name="renew_invitation"),
    path("agency/workers/<str:no>/end/", member_views.end_membership, name="end_membership"),
    path("agency/qualification/", member_views.qualification, name="qualification"),
    path("desk/network/", network_views.network, name="network"),
    path("desk/network/<str:code>/", network_views.place, name="place"),
    path("desk/network/<str:code>/appoint/", network_views.appoint, name="appoint"),
    path("desk/posts/<uuid:uid>/end/", network_views.end_post, name="end_post"),
    path("desk/people/invite/", network_views.invite, name="invite"),
    path("desk/vetting/", vetting_views.vetting, name="vetting"),
    path("desk/vetting/<str:no>/", vetting_views.detail, name="vetting_detail"),
    path("desk/vetting/<str:no>/check/", vetting_views.check, name="vetting_check"),
    path("desk/vetting/<str:no>/return/", vetting_views.send_back, name="vetting_return"),
    path("desk/vetting/<str:no>/approve/", vetting_views.approve, name="vetting_approve"),
    path("desk/vetting/<str:no>/refuse/", vetting_views.refuse, name="vetting_refuse"),
]
