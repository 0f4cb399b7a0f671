"""The bureau's list of requirements; a change is looked at with its effect before it is made."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from partners.vetting import requirements
from partners.vetting.desk_tabs import desk_tabs
from partners.vetting.paper_models import OPEN_DAY, PartyKind, Requirement
from partners.vetting.requirement_forms import EndForm, RequirementForm
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs

SET = "partners.set_requirement"


@needs(SET, methods=("GET",))
def listed(request: HttpRequest) -> HttpResponse:
    """What is asked of whom, now and from a later day on; and what was asked before."""
    today = timezone.localdate()
    rows = list(
        Requirement.objects.select_related("set_by").order_by(
            "service", "organisation_kind", "code", "valid_from"
        )
    )
    live = [row for row in rows if row.valid_to > today]
    groups = [{"kind": kind, "rows": [row for row in live if row.party == kind]} for kind in PartyKind]
    context = {
        "groups": groups,
        "desk_tabs": desk_tabs(request.user, "partners:requirements"),
        "past": [row for row in rows if row.valid_to <= today],
        "none_yet": not rows,
        "today": today,
        "open_day": OPEN_DAY,
    }
    return render(request, "partners/vetting/requirements.html", context)


@needs(SET, methods=("POST",))
@require_POST
def starter(request: HttpRequest) -> HttpResponse:
    """Begin with the list that comes with the platform."""
    try:
        requirements.take_starter(by=request.user, on=timezone.localdate())
    except Refused:
        return redirect("partners:requirements")  # somebody was quicker: their list is what the page shows
    return redirect("partners:requirements")


@needs(SET)
def add(request: HttpRequest) -> HttpResponse:
    """A new requirement."""
    form = RequirementForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    return _set(request, form, None)


@needs(SET, takes_object="partners.Requirement")
def change(request: HttpRequest, no: str) -> HttpResponse:
    """Another wording, validity or office, from a day on."""
    row = _requirement(no)
    fresh = requirements.copy_of(row)
    form = RequirementForm(
        request.POST or None, instance=fresh, changes=True, initial={"valid_from": timezone.localdate()}
    )
    return _set(request, form, row)


@needs(SET, takes_object="partners.Requirement")
def end(request: HttpRequest, no: str) -> HttpResponse:
    """Ask it no more."""
    row = _requirement(no)
    form = EndForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    effect = None
    if form.is_valid():
        day = form.cleaned_data["valid_from"]
        effect = requirements.effect_of_ending(row, day)
        if form.cleaned_data["seen"]:
            try:
                requirements.end_requirement(row=row, on=day, by=request.user, seen=form.cleaned_data["seen"])
                return redirect("partners:requirements")
            except Refused as refusal:
                blame(form, refusal)
        form = _with_seen(form, effect)
    return _page(request, form, effect, "partners/vetting/requirement_end.html", row=row)


def _set(request: HttpRequest, form: RequirementForm, replaces: Requirement | None) -> HttpResponse:
    effect = None
    if form.is_valid():
        row = form.instance
        effect = requirements.effect_of_setting(row, replaces)
        if form.cleaned_data["seen"]:
            try:
                requirements.set_requirement(
                    row=row, by=request.user, seen=form.cleaned_data["seen"], replaces=replaces
                )
                return redirect("partners:requirements")
            except Refused as refusal:
                blame(form, refusal)
        form = _with_seen(form, effect)
    return _page(request, form, effect, "partners/vetting/requirement.html", row=replaces)


def _with_seen(form: Any, effect: requirements.Effect) -> Any:
    """The same form, now with the mark of what was shown beside it."""
    form.data = form.data.copy()
    form.data["seen"] = effect.seen
    return form


def _requirement(no: str) -> Requirement:
    row = Requirement.objects.filter(no=no, valid_to=OPEN_DAY).first()
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, form: Any, effect: Any, page: str, **context: Any) -> HttpResponse:
    context = {"form": form, "effect": effect, **context}
    return render(request, page, context, status=422 if form.errors else 200)
