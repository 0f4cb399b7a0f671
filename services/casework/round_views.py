"""Pages of the rules: how often somebody must look in, extra rounds, how often a class is verified again."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from portal.permissions.hats import places_for
from services.assistance.actions import set_interval
from services.assistance.models import ReverifyRule
from services.casework.look_in_forms import FirstDayForm, IntervalForm, RoundForm, TermForm, VisitRuleForm
from services.casework.unseen import progress
from services.hours.access import STARS
from services.hours.request_models import CertificateTerm
from services.hours.requests import set_certificate_term
from services.recipients.care_access import OPEN_ROUND, READ_CARE, SET_RULES
from services.recipients.care_models import AssessmentSheet
from services.recipients.clock import first_day, rounds_on
from services.recipients.clock_models import ClockStart, VisitRule
from services.recipients.edit_views import status_of
from services.recipients.extra_questions import extras_of
from services.recipients.look_ins import open_round, set_first_day, set_visit_rule
from services.recipients.sheets import questions_of

STARTS = 10
ORDER = ["high_risk", "unable", "partial", "not_assessed", "able"]


@needs(READ_CARE, methods=("GET",))
def rules(request: HttpRequest) -> HttpResponse:
    """Every figure with its dates and its paper, and the rounds under way."""
    today = timezone.localdate()
    sheets = [(sheet, questions_of(sheet), extras_of(sheet.extra)) for sheet in AssessmentSheet.objects.all()]
    context = {
        "visit_rules": sorted(VisitRule.objects.all(), key=lambda row: ORDER.index(row.level)),
        "terms": CertificateTerm.objects.all(),
        "may_term": request.user.has_perm(STARS),
        "intervals": ReverifyRule.objects.all(),
        "sheets": sheets,
        "rounds": progress(request.user, rounds_on(today)),
        "today": today,
        "first_day": first_day(),
        "starts": ClockStart.objects.select_related("set_by")[:STARTS],
        "may_set": request.user.has_perm(SET_RULES),
        "may_open": request.user.has_perm(OPEN_ROUND),
    }
    return render(request, "services/care/rules.html", context)


def _new(
    request: HttpRequest, form: Any, act: Callable[..., Any], *, title: str, hint: str, done: str
) -> HttpResponse:
    """The form of one new row; what is refused stands beside what was typed."""
    if form.is_valid():
        try:
            act(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, done)
            return redirect("services:care:rules")
    context = {"form": form, "title": title, "hint": hint}
    return render(request, "services/care/rule_form.html", context, status=status_of(form))


@needs(OPEN_ROUND)
def round_new(request: HttpRequest) -> HttpResponse:
    """Open an extra round in one's own area."""
    initial = {"opens_on": timezone.localdate()}
    form = RoundForm(request.POST or None, paths=places_for(request.user, OPEN_ROUND), initial=initial)
    return _new(
        request,
        form,
        open_round,
        title=_("开一轮探访"),
        hint=_("节日和红色、橙色天气预警时，每一户都要再看一次。"),
        done=_("开好了，乡镇和村里会收到消息"),
    )


@needs(SET_RULES)
def visit_rule_new(request: HttpRequest) -> HttpResponse:
    """A new visiting frequency from a day on."""
    form = VisitRuleForm(request.POST or None)
    return _new(
        request,
        form,
        set_visit_rule,
        title=_("改探访次数"),
        hint=_("新的一条从那天起生效，旧的留着备查。"),
        done=_("定好了，到那天生效"),
    )


@needs(SET_RULES)
def interval_new(request: HttpRequest) -> HttpResponse:
    """A new interval of re-verification from a day on."""
    form = IntervalForm(request.POST or None)
    return _new(
        request,
        form,
        set_interval,
        title=_("改核查间隔"),
        hint=_("新的一条从那天起生效，旧的留着备查。"),
        done=_("定好了，到那天生效"),
    )


@needs(SET_RULES)
def start_new(request: HttpRequest) -> HttpResponse:
    """Set the first day that counts for who was never seen, or never verified as far as is known."""
    form = FirstDayForm(request.POST or None)
    return _new(
        request,
        form,
        partial(set_first_day, today=timezone.localdate()),
        title=_("定从哪天起算"),
        hint=_(
            "管从没上门看过的住户，也管不知道上次哪天核查的人。这天以前的日子不算超期。每次改动都留着，可以查。"
        ),
        done=_("定好了，从现在起按这天算"),
    )


@needs(STARS)
def term_new(request: HttpRequest) -> HttpResponse:
    """Within how many working days a certificate of voluntary service is answered, from a day on."""
    form = TermForm(request.POST or None)
    return _new(
        request,
        form,
        set_certificate_term,
        title=_("改证明的期限"),
        hint=_("那天以前要的，还按原来的日子。"),
        done=_("定好了，到那天生效"),
    )
