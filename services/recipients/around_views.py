"""Pages about those around a household, risks at the door, handover between workers, and every change."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.conflicts import chosen, differences, held, on_top_of
from portal.base.forms import blame
from portal.base.models import OPEN_END
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients import circle, risks
from services.recipients.access import explain, household_for, may_household
from services.recipients.changes import changes_of, stood_at
from services.recipients.circle_forms import CircleForm, EndForm, HandoverForm, RiskEndForm, RiskForm
from services.recipients.edit_views import EDIT, status_of
from services.recipients.fields import shown_to
from services.recipients.looking import note_opened
from services.recipients.models import CirclePerson, Household, HouseholdRisk
from services.recipients.people_views import done
from services.recipients.standing_models import FOREVER

LOG, VERIFY = "services.log_visit", "services.verify_need"


def _form_page(
    request: HttpRequest, household: Household, form: Any, title: str, note: str = ""
) -> HttpResponse:
    context = {"household": household, "form": form, "title": title, "note": note}
    return render(request, "services/recipients/person.html", context, status=status_of(form))


def _circle_of(household: Household, uid: Any) -> CirclePerson:
    row = household.circle.select_related("person", "household").filter(uid=uid, valid_to=FOREVER).first()
    if row is None:
        raise Http404
    return row


@needs(EDIT, takes_object="household")
def circle_add(request: HttpRequest, no: str) -> HttpResponse:
    """Enter a carer, obligor, guardian or contact."""
    household = household_for(request.user, no, EDIT)
    form = CircleForm(request.POST or None, household=household, initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            circle.add_circle_person(
                by=request.user, household=household, facts=form.facts(), today=timezone.localdate()
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            return done(request, household, _("加好了"))
    return _form_page(request, household, form, _("加照料人或联系人"))


@needs(EDIT, takes_object="household")
def circle_edit(request: HttpRequest, no: str, circle_uid: Any) -> HttpResponse:
    """Change somebody around the household."""
    household = household_for(request.user, no, EDIT)
    row = _circle_of(household, circle_uid)
    sent = chosen(request.POST or None, CircleForm.facts_of(row))
    form = CircleForm(sent, household=household, initial=CircleForm.facts_of(row))
    del form.fields["on"]
    context: dict[str, Any] = {"household": household, "form": form, "title": _("改照料人或联系人")}
    status = status_of(form)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        form.cleaned_data["on"] = row.valid_from
        try:
            circle.change_circle_person(
                by=request.user, row=row, version=version, facts=form.facts(), today=timezone.localdate()
            )
        except Refused as refusal:
            status = 422
            if refusal.code == "stale":
                status = 409
                row.refresh_from_db()
                both = differences(form, held(form, row), stood_at(row, version), ("id_number",))
                context |= {"conflict": refusal.message, "both": both}
                context["form"] = on_top_of(form, row.version, household=household)
                del context["form"].fields["on"]
            else:
                blame(form, refusal)
        else:
            return done(request, household, _("改好了"))
    return render(request, "services/recipients/person.html", context, status=status)


@needs(EDIT, takes_object="household")
def circle_end(request: HttpRequest, no: str, circle_uid: Any) -> HttpResponse:
    """Somebody stands around the household no more."""
    household = household_for(request.user, no, EDIT)
    row = _circle_of(household, circle_uid)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            circle.end_circle_person(by=request.user, row=row, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            return done(request, household, _("办好了"))
    title = _("不再是%(part)s：%(name)s") % {"part": row.get_part_display(), "name": row.name}
    return _form_page(request, household, form, title)


@needs(EDIT, LOG, takes_object="household")
def risk_add(request: HttpRequest, no: str) -> HttpResponse:
    """Warn every visitor of something at this door."""
    household = household_for(request.user, no)
    form = RiskForm(request.POST or None)
    if form.is_valid():
        try:
            risks.note_risk(by=request.user, household=household, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            return done(request, household, _("记下了，上门的人都会看到"))
    return _form_page(request, household, form, _("登记上门风险"))


@needs(EDIT, takes_object="household")
def risk_end(request: HttpRequest, no: str, risk: Any) -> HttpResponse:
    """The danger is over."""
    household = household_for(request.user, no, EDIT)
    row: HouseholdRisk | None = household.risks.filter(uid=risk, valid_to=OPEN_END).first()
    if row is None:
        raise Http404
    form = RiskEndForm(request.POST or None)
    if form.is_valid():
        try:
            risks.end_risk(by=request.user, row=row, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            return done(request, household, _("解除了"))
    title = _("解除风险：%(kind)s") % {"kind": row.get_kind_display()}
    return _form_page(request, household, form, title)


@needs(EDIT, LOG, takes_object="household")
def handover_write(request: HttpRequest, no: str) -> HttpResponse:
    """Leave a line for whoever comes next, and read those before."""
    household = household_for(request.user, no)
    form = HandoverForm(request.POST or None)
    if form.is_valid():
        try:
            risks.write_handover(by=request.user, household=household, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            return done(request, household, _("写下了，下一位会看到"))
    rows = risks.standing_handovers(household)
    context = {"household": household, "form": form, "handovers": rows}
    return render(request, "services/recipients/handover.html", context, status=status_of(form))


@needs(EDIT, LOG, takes_object="household", methods=("POST",))
def handover_strike(request: HttpRequest, no: str, handover: Any) -> HttpResponse:
    """Strike out a line: one's own, or one in the area whose files one keeps."""
    household = household_for(request.user, no)
    row = household.handovers.filter(uid=handover).first()
    if row is None or (row.author_id != request.user.pk and not may_household(request.user, EDIT, household)):
        raise Http404
    try:
        risks.strike_handover(by=request.user, row=row, at=timezone.now())
    except Refused as refusal:
        return done(request, household, refusal.message)
    return done(request, household, _("划掉了"))


@needs(EDIT, VERIFY, takes_object="household", methods=("GET",))
def household_changes(request: HttpRequest, no: str) -> HttpResponse:
    """Every change of the file: what stood before, what stands after."""
    household = household_for(request.user, no, VERIFY)
    now = timezone.now()
    try:
        note_opened(by=request.user, household=household, reasons=explain(request.user, household), at=now)
    except Refused as refusal:
        return render(request, "services/recipients/too_fast.html", {"words": refusal.message}, status=429)
    shown = shown_to(request.user, household, now)
    context = {
        "household": household,
        "name": shown.name(household),
        "lines": changes_of(household, shown),
        "old_numbers": list(household.old_numbers.values_list("old_no", flat=True)),
    }
    return render(request, "services/recipients/changes.html", context)
