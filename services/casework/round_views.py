"""Pages of the rules: how often somebody must look in, extra rounds, how often a class is verified again."""

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


def _form_page(request: HttpRequest, form: Any, title: str, hint: str) -> HttpResponse:
    context = {"form": form, "title": title, "hint": hint}
    return render(request, "services/care/rule_form.html", context, status=status_of(form))


@needs(OPEN_ROUND)
def round_new(request: HttpRequest) -> HttpResponse:
    """Open an extra round in one's own area."""
    initial = {"opens_on": timezone.localdate()}
    form = RoundForm(request.POST or None, paths=places_for(request.user, OPEN_ROUND), initial=initial)
    if form.is_valid():
        try:
            open_round(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("开好了，乡镇和村里会收到消息"))
            return redirect("services:care:rules")
    hint = _("节日和红色、橙色天气预警时，每一户都要再看一次。")
    return _form_page(request, form, _("开一轮探访"), hint)


@needs(SET_RULES)
def visit_rule_new(request: HttpRequest) -> HttpResponse:
    """A new visiting frequency from a day on."""
    form = VisitRuleForm(request.POST or None)
    if form.is_valid():
        try:
            set_visit_rule(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("定好了，到那天生效"))
            return redirect("services:care:rules")
    return _form_page(request, form, _("改探访次数"), _("新的一条从那天起生效，旧的留着备查。"))


@needs(SET_RULES)
def interval_new(request: HttpRequest) -> HttpResponse:
    """A new interval of re-verification from a day on."""
    form = IntervalForm(request.POST or None)
    if form.is_valid():
        try:
            set_interval(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("定好了，到那天生效"))
            return redirect("services:care:rules")
    return _form_page(request, form, _("改核查间隔"), _("新的一条从那天起生效，旧的留着备查。"))


@needs(SET_RULES)
def start_new(request: HttpRequest) -> HttpResponse:
    """Set the first day that counts for who was never seen."""
    form = FirstDayForm(request.POST or None)
    if form.is_valid():
        try:
            set_first_day(by=request.user, today=timezone.localdate(), **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("定好了，从现在起按这天算"))
            return redirect("services:care:rules")
    hint = _("只管从没上门看过的住户。这天以前的日子不算超期。每次改动都留着，可以查。")
    return _form_page(request, form, _("定从哪天起算"), hint)


@needs(STARS)
def term_new(request: HttpRequest) -> HttpResponse:
    """Within how many working days a certificate of voluntary service is answered, from a day on."""
    form = TermForm(request.POST or None)
    if form.is_valid():
        try:
            set_certificate_term(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("定好了，到那天生效"))
            return redirect("services:care:rules")
    hint = _("那天以前要的，还按原来的日子。")
    return _form_page(request, form, _("改证明的期限"), hint)
