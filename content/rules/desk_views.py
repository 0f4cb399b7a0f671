"""The bureau's standards: what holds, what is proposed, what it would change, and the second person's word."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from content.rules import actions
from content.rules.desk_forms import DecisionForm, RefusalForm, StandardForm
from content.rules.lifecycle import CHANGE
from content.rules.models import FOREVER, ChangeState, Standard, StandardChange, StandardKind
from content.rules.queries import area_names, figures_on
from partners.vetting.access import same_human
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs

SHOWN = 30


@needs(actions.SET, methods=("GET",))
def standards(request: HttpRequest) -> HttpResponse:
    """Every kind with its numbers by date, and the proposals, open ones first."""
    today, rows = timezone.localdate(), list(Standard.objects.order_by("area", "-valid_from"))
    names = area_names([row.area for row in rows])
    changes = list(StandardChange.objects.select_related("proposed_by", "decided_by")[:SHOWN])
    context = {
        "rows": [(row, names[row.area]) for kind in StandardKind for row in rows if row.kind == kind],
        "missing": [kind for kind in StandardKind if not any(row.kind == kind for row in rows)],
        "open": [row for row in changes if row.state == ChangeState.PROPOSED],
        "decided": [row for row in changes if row.state != ChangeState.PROPOSED],
        "today": today,
        "forever": FOREVER,
    }
    return render(request, "content/rules/standards.html", context)


@needs(actions.SET)
def standard_propose(request: HttpRequest) -> HttpResponse:
    """Propose a number from a day on."""
    form = StandardForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if form.is_valid():
        given = form.cleaned_data | {"area": form.cleaned_data["area"].code}
        try:
            row = actions.propose_standard(**given, by=request.user)
            return redirect("content:standard", row.no)
        except Refused as refusal:
            blame(form, refusal)
    return render(
        request, "content/rules/standard_propose.html", {"form": form}, status=422 if form.errors else 200
    )


@needs(actions.SET, takes_object="content.StandardChange", methods=("GET",))
def standard(request: HttpRequest, no: str) -> HttpResponse:
    """One proposal: before and after, paper, effect, and what this person may do with it."""
    row = _change(no)
    return _page(request, row, RefusalForm(initial={"version": row.version}))


@needs(actions.SET, takes_object="content.StandardChange", methods=("POST",))
def standard_publish(request: HttpRequest, no: str) -> HttpResponse:
    """The second person publishes it."""
    return _decide(request, no, DecisionForm(request.POST), actions.publish_standard)


@needs(actions.SET, takes_object="content.StandardChange", methods=("POST",))
def standard_refuse(request: HttpRequest, no: str) -> HttpResponse:
    """The second person says no."""
    return _decide(request, no, RefusalForm(request.POST), actions.refuse_standard)


@needs(actions.SET, takes_object="content.StandardChange", methods=("POST",))
def standard_withdraw(request: HttpRequest, no: str) -> HttpResponse:
    """Whoever proposed it takes it back."""
    return _decide(request, no, DecisionForm(request.POST), actions.withdraw_standard)


def _change(no: str) -> StandardChange:
    row = StandardChange.objects.select_related("proposed_by", "decided_by").filter(no=no).first()
    if row is None:
        raise Http404
    return row


def _decide(request: HttpRequest, no: str, form: Any, act: Callable[..., Any]) -> HttpResponse:
    row = _change(no)
    if form.is_valid():
        try:
            act(row=row, by=request.user, **form.cleaned_data)
            return redirect("content:standard", no)
        except Refused as refusal:
            blame(form, refusal)
    return _page(request, _change(no), form, status=422)


def _page(request: HttpRequest, row: StandardChange, form: Any, status: int = 200) -> HttpResponse:
    own = same_human(request.user, row.proposed_by)
    before = figures_on(row.starts_on - timedelta(days=1), row.area).amount(row.kind)
    may = {verb: CHANGE.allows(row.state, verb) for verb in CHANGE.moves}
    context = {
        "row": row,
        "form": form,
        "held": Standard(kind=row.kind, amount=before) if before is not None else None,
        "area": area_names([row.area])[row.area],
        "waits": row.state == ChangeState.PROPOSED and row.counted_at is None,
        "may_decide": may["publish"] and not own,
        "may_withdraw": may["withdraw"] and own,
        "refusal": form if isinstance(form, RefusalForm) else RefusalForm(initial={"version": row.version}),
    }
    return render(request, "content/rules/standard.html", context, status=status)
