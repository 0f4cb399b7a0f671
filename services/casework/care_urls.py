"""Paths of care: the care file, agreements, plans, looking in, the rules and the slip."""

from django.urls import path

from services.casework import care_views, round_views, sheet_views
from services.recipients import agreement_views, plan_views

app_name = "care"
urlpatterns = [
    path("households/<str:no>/care/", care_views.care_file, name="file"),
    path("households/<str:no>/look-in/", care_views.look_in_new, name="look_in"),
    path("households/<str:no>/slip/", care_views.slip, name="slip"),
    path(
        "households/<str:no>/people/<uuid:uid>/agreement/",
        agreement_views.agreement_new,
        name="agreement_new",
    ),
    path("households/<str:no>/people/<uuid:uid>/plan/", plan_views.plan_new, name="plan_new"),
    path("desk/unseen/", care_views.unseen, name="unseen"),
    path("desk/agreements/", agreement_views.agreement_list, name="agreements"),
    path("desk/agreements/<str:no>/", agreement_views.agreement_detail, name="agreement"),
    path("desk/agreements/<str:no>/edit/", agreement_views.agreement_edit, name="agreement_edit"),
    path("desk/agreements/<str:no>/print/", agreement_views.agreement_print, name="agreement_print"),
    path("desk/plans/", plan_views.plan_list, name="plans"),
    path("desk/plans/<str:no>/", plan_views.plan_detail, name="plan"),
    path("desk/plans/<str:no>/edit/", plan_views.plan_edit, name="plan_edit"),
    path("desk/plans/<str:no>/needs/", care_views.plan_needs, name="plan_needs"),
    path("desk/care-rules/", round_views.rules, name="rules"),
    path("desk/care-rules/round/", round_views.round_new, name="round_new"),
    path("desk/care-rules/visits/", round_views.visit_rule_new, name="visit_rule_new"),
    path("desk/care-rules/start/", round_views.start_new, name="start_new"),
    path("desk/care-rules/interval/", round_views.interval_new, name="interval_new"),
    path("desk/care-rules/certificates/", round_views.term_new, name="term_new"),
    path("desk/care-rules/form/", sheet_views.sheet_new, name="sheet_new"),
]
urlpatterns += [
    path(
        f"desk/agreements/<str:no>/{verb.replace('_', '-')}/",
        agreement_views.agreement_move,
        {"verb": verb},
        name=f"agreement_{verb}",
    )
    for verb in agreement_views.STEPS
]
urlpatterns += [
    path(
        f"desk/plans/<str:no>/{verb.replace('_', '-')}/",
        plan_views.plan_move,
        {"verb": verb},
        name=f"plan_{verb}",
    )
    for verb in plan_views.STEPS
]
