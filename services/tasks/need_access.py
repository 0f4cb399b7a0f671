"""Who may do what with a need: staff of the place, through the door of its household."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from services.recipients.access import household_for
from services.recipients.models import Household
from services.tasks.access import MATCH, VERIFY, needs_at_place
from services.tasks.lifecycle import NEED
from services.tasks.models import Need, TaskState

NEED_ROWS = (
    "household__region__parent",
    "household__township",
    "report",
    "reported_by",
    "verified_by",
)
# Verbs of the need's own page; the others belong to matching and tasks.
OWN_VERBS = ("verify", "pause", "resume", "close")


def needs_visible_to(user: Any) -> QuerySet[Need]:
    """The needs of the places where the person verifies or matches."""
    return needs_at_place(user, VERIFY, MATCH)


def need_for(user: Any, no: str, *, to: str = "view") -> Need:
    """The need with this number if the person may do `to` with it; Http404 otherwise, as for one that never was."""
    rows = needs_visible_to(user) if to == "view" else needs_at_place(user, VERIFY)
    need = rows.select_related(*NEED_ROWS).filter(no=no).first()
    if need is None:
        raise Http404
    return need


def household_to_need(user: Any, no: str) -> Household:
    """The household with this number for one who may raise a need there."""
    return household_for(user, no, VERIFY)


def has_task(need: Need) -> bool:
    """Whether somebody stands by this need now."""
    return need.tasks.exclude(state=TaskState.ENDED).exists()


def own_verbs(user: Any, need: Need) -> list[str]:
    """The verbs whose buttons this person sees on the need's page."""
    if not needs_at_place(user, VERIFY).filter(pk=need.pk).exists():
        return []
    blocked = {"pause", "close"} if has_task(need) else set()
    return [verb for verb in OWN_VERBS if verb not in blocked and NEED.allows(need.state, verb)]
