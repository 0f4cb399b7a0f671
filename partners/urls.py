"""Paths of vetting, of the network's desk and of an agency's own people."""

from django.urls import path

from partners.memberships import network_views
from partners.memberships import views as member_views
from partners.network import offer_views
from partners.training import views as training_views
from partners.vetting import (
    bank_views,
    paper_views,
    qualification_views,
    requirement_views,
    supervising_views,
)
from partners.vetting import views as vetting_views
from partners.volunteers import views as volunteer_views

app_name = "partners"
urlpatterns = [
    path("my/badge/", volunteer_views.badge, name="badge"),
    path("my/profile/", volunteer_views.profile, name="profile"),
    path("my/training/", training_views.training, name="training"),
    path("my/training/<slug:code>/", training_views.course, name="training_course"),
    path("my/training/<slug:code>/quiz/", training_views.quiz, name="training_quiz"),
    path("my/training/<slug:code>/<int:position>/", training_views.part, name="training_part"),
    path("desk/training/", training_views.desk_training, name="desk_training"),
    path("desk/training/<slug:code>/", training_views.course_edit, name="course_edit"),
    path("desk/training/<slug:code>/use/", training_views.course_live, name="course_live"),
    path("agency/workers/", member_views.workers, name="workers"),
    path("agency/workers/invite/", member_views.invite_worker, name="invite_worker"),
    path("agency/workers/invite/known/", member_views.invite_known, name="invite_known"),
    path("agency/workers/<str:no>/withdraw/", member_views.withdraw_invitation, name="withdraw_invitation"),
    path("me/invitations/<str:no>/accept/", member_views.accept_invitation, name="accept_invitation"),
    path("me/invitations/<str:no>/decline/", member_views.decline_invitation, name="decline_invitation"),
    path("me/posts/<uuid:uid>/take/", offer_views.take, name="take_post"),
    path("me/posts/<uuid:uid>/decline/", offer_views.decline, name="decline_post"),
    path("agency/workers/<str:no>/renew/", member_views.renew_invitation, name="renew_invitation"),
    path("agency/qualification/bank/", bank_views.own_bank, name="own_bank"),
    path("agency/qualification/", qualification_views.qualification, name="qualification"),
    path("agency/qualification/phone/", qualification_views.set_phone, name="set_phone"),
    path("desk/network/", network_views.network, name="network"),
    path("desk/network/gaps.csv", network_views.gaps_csv, name="gaps_csv"),
    path("desk/network/targets/", network_views.targets, name="targets"),
    path("desk/network/<str:code>/homes/", network_views.open_home, name="open_home"),
    path("desk/network/<str:code>/office/", network_views.office, name="office"),
    path("desk/network/<str:code>/people/", network_views.population, name="population"),
    path("desk/homes/<uuid:uid>/close/", network_views.close_home, name="close_home"),
    path("desk/network/<str:code>/", network_views.place, name="place"),
    path("desk/network/<str:code>/appoint/", network_views.appoint, name="appoint"),
    path("desk/people/invite/", network_views.invite, name="invite"),
    path("me/papers/", paper_views.my_papers, name="my_papers"),
    path("me/papers/<str:no>/", paper_views.papers_of, name="papers_of"),
    path("me/papers/<str:no>/<slug:code>/", paper_views.hand_in, name="hand_in"),
    path("papers/<str:no>/<int:number>/", paper_views.page, name="paper_page"),
    path("desk/vetting/papers/", paper_views.papers_desk, name="papers_desk"),
    path("desk/vetting/papers/<str:no>/", paper_views.paper, name="paper"),
    path("desk/vetting/papers/<str:no>/accept/", paper_views.accept, name="paper_accept"),
    path("desk/vetting/papers/<str:no>/refuse/", paper_views.refuse, name="paper_refuse"),
    path("desk/vetting/partners/", supervising_views.partners, name="partners"),
    path("desk/vetting/partners/<str:no>/", supervising_views.partner, name="partner"),
    path("desk/vetting/partners/<str:no>/check/<slug:code>/", supervising_views.check, name="partner_check"),
    path("desk/vetting/partners/<str:no>/bank/", bank_views.compare_bank, name="compare_bank"),
    path("desk/vetting/partners/<str:no>/suspend/", supervising_views.suspend, name="partner_suspend"),
    path("desk/vetting/partners/<str:no>/lift/", supervising_views.lift, name="partner_lift"),
    path("desk/vetting/partners/<str:no>/register/", supervising_views.register, name="partner_register"),
    path("desk/vetting/requirements/", requirement_views.listed, name="requirements"),
    path("desk/vetting/requirements/starter/", requirement_views.starter, name="requirements_starter"),
    path("desk/vetting/requirements/add/", requirement_views.add, name="requirement_add"),
    path("desk/vetting/requirements/<str:no>/change/", requirement_views.change, name="requirement_change"),
    path("desk/vetting/requirements/<str:no>/end/", requirement_views.end, name="requirement_end"),
    path("desk/vetting/", vetting_views.vetting, name="vetting"),
    path("desk/vetting/<str:no>/", vetting_views.detail, name="vetting_detail"),
    path("desk/vetting/<str:no>/check/", vetting_views.check, name="vetting_check"),
    path("desk/vetting/<str:no>/return/", vetting_views.send_back, name="vetting_return"),
    path("desk/vetting/<str:no>/approve/", vetting_views.approve, name="vetting_approve"),
    path("desk/vetting/<str:no>/aside/", vetting_views.stand_aside, name="vetting_aside"),
    path("desk/vetting/<str:no>/refuse/", vetting_views.refuse, name="vetting_refuse"),
]
