"""The review desk: what a phone brought and waits for a person; and what an agency sees of its own people's."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients.fields import CLEAR, listed_names, shown_to
from services.sync import access, queries, review
from services.sync.forms import BroughtForm
from services.sync.models import InboxState, ItemKind, SyncInbox
from services.sync.reasons import words_of
from services.sync.told import DECIDE
from services.visits.access import CONFIRM
from services.visits.cards import clear_paths, place_words
from services.visits.forms import item_name
from services.visits.looks import page_of
from services.visits.queries import checklist
from services.visits.rules import AnswerState

DECIDED = [InboxState.APPROVED, InboxState.REFUSED]


def _list(request: HttpRequest, area: str, rows: QuerySet[SyncInbox]) -> HttpResponse:
    now = timezone.now()
    waiting, decided = rows.filter(access.waiting_condition(now)), rows.filter(state__in=DECIDED)
    shows_decided = request.GET.get("state") == "decided"
    counts = {"waiting": waiting.count(), "decided": decided.count()}
    page = page_of(request, queries.for_list(decided if shows_decided else waiting))
    households = [row.planned.task.need.household for row in page if row.planned is not None]
    names = listed_names(request.user, households, clear_paths(request.user)) if area == "desk" else {}
    items = [
        {
            "label": _("等认定"),
            "url": "?state=waiting",
            "count": counts["waiting"],
            "current": not shows_decided,
        },
        {
            "label": _("认定过的"),
            "url": "?state=decided",
            "count": counts["decided"],
            "current": shows_decided,
        },
    ]
    return render(
        request,
        "services/sync/brought.html",
        {
            "area": area,
            "page": page,
            "rows": [_row(row, names, now, area) for row in page],
            "items": items,
            "decided": shows_decided,
            "unsent": queries.unsent_of_team(request.user, now) if area == "agency" else [],
        },
    )


def _row(row: SyncInbox, names: dict[int, str], now: Any, area: str) -> dict[str, Any]:
    shown = row.planned.task.need if row.planned is not None and area == "desk" else None
    return {
        "item": row,
        "why": words_of(row.reason),
        "name": names.get(shown.household_id, "") if shown is not None else "",
        "place": place_words(shown.household.region) if shown is not None else "",
        "provider": row.planned.task.provider.name if row.planned is not None else "",
        "days": queries.days_waiting(row, now),
        "late": queries.is_late(row, now),
    }


@needs(DECIDE, methods=("GET",))
def desk_list(request: HttpRequest) -> HttpResponse:
    """What waits at our place, the longest waiting first."""
    return _list(request, "desk", access.decided_by_place(request.user))


@needs(CONFIRM, methods=("GET",))
def agency_list(request: HttpRequest) -> HttpResponse:
    """What waits of our own people's visits; the offices decide it."""
    return _list(request, "agency", access.of_own_people(request.user))


@needs(DECIDE, takes_object="SyncInbox", methods=("GET",))
def desk_item(request: HttpRequest, no: str) -> HttpResponse:
    """One item, with what speaks for and against it."""
    return _item_page(request, access.item_for(request.user, no))


@needs(DECIDE, takes_object="SyncInbox", methods=("POST",))
@require_POST
def decide(request: HttpRequest, no: str) -> HttpResponse:
    """It counts, or it does not."""
    row = access.item_for(request.user, no)
    form = BroughtForm(request.POST)
    if form.is_valid():
        counts = form.cleaned_data["counts"] == "yes"
        try:
            review.decide(row=row, approve=counts, ground=form.cleaned_data["ground"], by=request.user)
            done = _("算了。它现在是一份记录，还要照常确认") if counts else _("记下了，不算。内容留着备查")
            messages.success(request, done)
            return redirect("services:sync:desk_item", no)
        except Refused as refusal:
            row = access.item_for(request.user, no)
            form.add_error(refusal.field, refusal.message)
    return _item_page(request, row, form=form)


def _item_page(request: HttpRequest, row: SyncInbox, *, form: BroughtForm | None = None) -> HttpResponse:
    now = timezone.now()
    planned = row.planned
    household = planned.task.need.household if planned is not None else None
    reads = household is not None and shown_to(request.user, household, now).mode("health") == CLEAR
    names = (
        listed_names(request.user, [household], clear_paths(request.user)) if household is not None else {}
    )
    said = queries.said_in(row) if household is not None else {}
    context = {
        "row": row,
        "why": words_of(row.reason),
        "name": names.get(household.pk, "") if household is not None else "",
        "place": place_words(household.region) if household is not None else "",
        "holder": planned.assignment.user if planned is not None and planned.assignment is not None else None,
        "lines": _lines(said, planned.task.need.service if planned is not None else "", reads),
        "note": _note(row, said) if reads else "",
        "reads": reads,
        "days": queries.days_waiting(row, now),
        "late": queries.is_late(row, now),
        "waits": row.state in access.WAITING,
        "told": {name: said.get(name) for name in ("started_wall", "ended_wall")},
        "form": form or BroughtForm(),
    }
    return render(request, "services/sync/item.html", context, status=200 if form is None else 422)


def _note(row: SyncInbox, said: dict[str, Any]) -> str:
    """The free words of a visit or of an amendment, and why it was amended."""
    source = said.get("fields") if row.kind == ItemKind.AMENDMENT else said
    words = [source.get("note") if isinstance(source, dict) else "", said.get("reason")]
    return "\n".join(each for each in words if isinstance(each, str) and each)


def _lines(said: dict[str, Any], service: str, reads: bool) -> list[dict[str, str]]:
    """The lines of the checklist as far as they can be read; what is no checklist shows none."""
    answers = said.get("answers")
    if not isinstance(answers, dict) or not service:
        return []
    found = []
    for item in checklist(service, besides=[str(code)[:8] for code in answers]):
        each = answers.get(item.code)
        state = each.get("state") if isinstance(each, dict) else None
        if state in AnswerState.values and state != AnswerState.UNSEEN:
            note = each.get("note") if reads and isinstance(each.get("note"), str) else ""
            found.append({"label": item_name(item), "word": str(AnswerState(state).label), "note": note})
    return found
