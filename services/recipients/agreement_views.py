"""Pages of care agreements: the list, one agreement, its steps, and the paper to sign."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.conflicts import chosen, differences, on_top_of
from portal.base.forms import blame
from portal.base.money import in_words
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients import agreements
from services.recipients.agreement_list import agreement_lines, agreement_tabs, without_agreement
from services.recipients.agreement_terms import last_day, shown_state, usual_end
from services.recipients.care_access import (
    AGREE,
    READ_CARE,
    agreement_for,
    agreement_verbs,
    agreements_of,
    person_for,
)
from services.recipients.care_forms import AgreementForm, EndForm, SignForm, VersionForm, WhyForm
from services.recipients.care_models import CareAgreement, CarerTie
from services.recipients.care_reading import carer_words, look, name_of, place_of, slowed
from services.recipients.edit_views import status_of
from services.recipients.history import history_of_record
from services.recipients.models import Person

PAGE = 50
STEPS: dict[str, tuple[Any, Any, type]] = {
    "submit": (
        gettext_lazy("打印送签"),
        gettext_lazy("送签后不能再改。打印三份，请乡镇、照料人、本人签字。"),
        VersionForm,
    ),
    "send_back": (gettext_lazy("退回修改"), gettext_lazy("哪一方要改什么，请写清楚。"), WhyForm),
    "sign": (gettext_lazy("登记已签字"), gettext_lazy("三方都在纸上签好了，再登记。"), SignForm),
    "end": (gettext_lazy("终止协议"), gettext_lazy("终止后照料人不再领照料费。请尽快另找照料人。"), EndForm),
    "renew": (gettext_lazy("续签"), gettext_lazy("照原来的内容写一份下一年的草稿，可以再改。"), VersionForm),
}


@needs(READ_CARE, methods=("GET",))
def agreement_list(request: HttpRequest) -> HttpResponse:
    """The agreements of one's area by state, and the dispersed people who have none."""
    user, today = request.user, timezone.localdate()
    state = request.GET.get("state", "missing")
    tabs, condition = agreement_tabs(user, today, state)
    if condition is None:
        rows: Any = without_agreement(user, today)
    else:
        rows = agreements_of(user).filter(condition).order_by("ends_on", "pk")
        rows = rows.select_related("person__household__region__parent", "person__household__township")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs_by_state": tabs,
        "missing": condition is None,
        "page": page,
        "lines": agreement_lines(user, list(page), today),
        "may_agree": user.has_perm(AGREE),
    }
    return render(request, "services/care/agreement_list.html", context)


def _usual(person: Person) -> dict[str, Any]:
    """What a new agreement starts from: this day, a year, and the carer noted on the file."""
    today = timezone.localdate()
    end = usual_end(today) - timedelta(days=1)
    found: dict[str, Any] = {"starts_on": today, "last_day": end, "carer_kind": "person"}
    carer = (
        person.household.circle.filter(part="carer", valid_to__gt=today).order_by("call_order", "pk").first()
    )
    if carer is not None:
        tie = carer.relation if carer.relation in CarerTie.values else "relative"
        found |= {
            "carer_name": carer.name,
            "carer_tie": tie,
            "carer_phone": carer.phone,
            "carer_address": carer.address,
        }
    return found


@needs(AGREE, takes_object="household")
def agreement_new(request: HttpRequest, no: str, uid: Any) -> HttpResponse:
    """A new draft for a dispersed tekun person."""
    household, person = person_for(request.user, no, uid, AGREE)
    form = AgreementForm(request.POST or None, initial=_usual(person))
    if form.is_valid():
        try:
            row = agreements.draft_agreement(by=request.user, person=person, facts=form.facts())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("草稿存好了，编号 %(no)s") % {"no": row.no})
            return redirect("services:care:agreement", row.no)
    context = {"form": form, "person": person, "household": household, "title": _("订照料协议")}
    return render(request, "services/care/agreement_form.html", context, status=status_of(form))


@needs(AGREE, takes_object="agreement")
def agreement_edit(request: HttpRequest, no: str) -> HttpResponse:
    """Change a draft."""
    row = agreement_for(request.user, no, to="change")
    now = AgreementForm.facts_of(row)
    form = AgreementForm(chosen(request.POST or None, now), initial=now)
    conflict: dict[str, Any] = {}
    status = status_of(form)
    if form.is_valid():
        try:
            agreements.change_agreement(
                by=request.user, row=row, version=form.cleaned_data["version"] or 0, facts=form.facts()
            )
        except Refused as refusal:
            status = 422
            if refusal.code == "stale" and row.state == "draft":
                status, now = 409, AgreementForm.facts_of(CareAgreement.objects.get(pk=row.pk))
                conflict = {"conflict": refusal.message, "both": differences(form, now, {})}
                form = on_top_of(form, now["version"])
            else:
                blame(form, refusal)
        else:
            messages.success(request, _("改好了"))
            return redirect("services:care:agreement", no)
    household = row.person.household
    context = conflict | {
        "form": form,
        "person": row.person,
        "household": household,
        "title": _("改协议草稿"),
        "row": row,
    }
    return render(request, "services/care/agreement_form.html", context, status=status)


def _facts(request: HttpRequest, row: CareAgreement) -> dict[str, Any]:
    household, today = row.person.household, timezone.localdate()
    seen = look(request.user, household)
    return {
        "row": row,
        "household": household,
        "name": name_of(row.person, seen),
        "place": place_of(household),
        "carer": carer_words(row, seen),
        "state": shown_state(row, today),
        "last_day": last_day(row),
        "capitals": in_words(row.monthly_fen),
    }


@needs(READ_CARE, takes_object="agreement", methods=("GET",))
@slowed
def agreement_detail(request: HttpRequest, no: str) -> HttpResponse:
    """One agreement, what may be done with it, and what happened."""
    row = agreement_for(request.user, no)
    verbs = agreement_verbs(request.user, row)
    context = _facts(request, row) | {
        "verbs": verbs,
        "steps": [(verb, STEPS[verb][0]) for verb in verbs if verb in STEPS],
        "may_renew": row.state in {"live", "lapsed"}
        and agreements_of(request.user, AGREE).filter(pk=row.pk).exists(),
        "history": history_of_record("careagreement", row.no),
    }
    return render(request, "services/care/agreement.html", context)


@needs(READ_CARE, takes_object="agreement", methods=("GET",))
@slowed
def agreement_print(request: HttpRequest, no: str) -> HttpResponse:
    """The paper to sign, three copies; masks and a line that says who printed it."""
    row = agreement_for(request.user, no)
    context = _facts(request, row) | {"printed_at": timezone.now()}
    return render(request, "services/care/agreement_print.html", context)


@needs(AGREE, takes_object="agreement")
def agreement_move(request: HttpRequest, no: str, verb: str) -> HttpResponse:
    """One step of an agreement."""
    row = agreement_for(request.user, no, to=verb)
    if verb not in STEPS:
        raise Http404
    label, effect, kind = STEPS[verb]
    today = timezone.localdate()
    form = kind(request.POST or None, initial={"version": row.version, "on": today, "signing": "finger"})
    if form.is_valid():
        try:
            done = _do(request.user, row, verb, form.cleaned_data, today)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("办好了"))
            return redirect("services:care:agreement", done.no)
    context = {
        "form": form, "title": label, "effect": effect, "no": row.no, "danger": verb == "end",
        "back": ("services:care:agreement", row.no),
    }  # fmt: skip
    return render(request, "services/care/step.html", context, status=status_of(form))


def _do(user: Any, row: CareAgreement, verb: str, data: dict[str, Any], today: Any) -> CareAgreement:
    if verb == "renew":
        return agreements.renew_agreement(by=user, row=row)
    common = {"by": user, "row": row, "version": data["version"]}
    if verb == "submit":
        return agreements.submit_agreement(**common)
    if verb == "send_back":
        return agreements.send_agreement_back(**common, reason=data["reason"])
    if verb == "sign":
        return agreements.sign_agreement(
            **common, on=data["on"], signing=data["signing"], witness=data["witness"], today=today
        )
    return agreements.end_agreement(**common, on=data["on"], reason=data["reason"])
