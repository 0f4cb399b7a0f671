"""Reads for the pages of reviews: the list by what waits, and the periodic ones that are due."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from partners.network.queries import in_subtrees
from portal.base.privacy import mask_name
from portal.permissions.hats import places_for
from services.assistance.access import READ, reviews_of
from services.assistance.clock import OPEN, intervals_on, next_due, periodic_overdue
from services.assistance.models import ConvertTo, ReverifyClass, Review
from services.recipients.listing import lines
from services.recipients.models import CategoryKind, PersonCategory
from services.recipients.standing_models import FOREVER

# What a conversion leads to, apart from the two ways of tekun support, which the decision sets itself.
NEW_KINDS = {
    ConvertTo.DIBAO.value: [CategoryKind.DIBAO],
    ConvertTo.CHILD.value: [CategoryKind.ORPHAN, CategoryKind.UNATTENDED_CHILD],
}
HOME = ("household__region__parent", "household__township", "person", "reported_by")


def to_register(review: Review) -> bool:
    """Whether a decided conversion still waits for its new category: which class or kind, only the township knows."""
    kinds = NEW_KINDS.get(review.convert_to)
    if review.state != "decided" or kinds is None or review.person is None:
        return False
    return not review.person.categories.filter(kind__in=kinds, valid_to=FOREVER).exists()


@dataclass(frozen=True)
class ReviewTab:
    """One part of the list."""

    label: str
    url: str
    count: int
    current: bool
    hot: bool


def tabs_and_rows(user: Any, state: str, today: date) -> tuple[list[ReviewTab], QuerySet, bool]:
    """The tabs, the rows of the chosen one, and whether these are people due for re-verification."""
    rows = reviews_of(user)
    wanted = {
        "late": Q(state__in=OPEN, due_on__lt=today),
        "received": Q(state="received"),
        "proposed": Q(state="proposed"),
        "decided": Q(state="decided"),
        "withdrawn": Q(state="withdrawn"),
    }
    words = {
        "late": _("超期"), "received": _("待核查"), "proposed": _("待决定"), "decided": _("已决定"),
        "withdrawn": _("已撤销"),
    }  # fmt: skip
    due = due_here(user, today)
    chosen = state if state in wanted else "due"
    tabs = [ReviewTab(_("到期该核查"), "?state=due", due.count(), chosen == "due", True)]
    for name, condition in wanted.items():
        count = rows.filter(condition).count()
        tabs.append(
            ReviewTab(
                words[name],
                f"?state={name}",
                count,
                chosen == name,
                name in {"late", "proposed"} and bool(count),
            )
        )
    if chosen == "due":
        return tabs, due, True
    newest = "-due_on" if chosen in {"decided", "withdrawn"} else "due_on"
    return tabs, rows.filter(wanted[chosen]).select_related(*HOME).order_by(newest, "pk"), False


def due_here(user: Any, today: date) -> QuerySet[PersonCategory]:
    """People of one's area whose re-verification is overdue and not yet opened."""
    places = in_subtrees(places_for(user, READ), "person__household__region__path")
    return periodic_overdue(user, today).filter(places)


@dataclass(frozen=True)
class ReviewLine:
    """One line: a review, or a person who is due."""

    row: Any
    household: Any
    name: str
    due_on: date
    late_days: int
    code: str


def review_lines(user: Any, rows: list[Any], today: date) -> list[ReviewLine]:
    """The lines of a page, names as the reader may see them."""
    homes = [row.household if isinstance(row, Review) else row.person.household for row in rows]
    named = {line.household.pk: line.name for line in lines(user, homes)}
    intervals = intervals_on(today)
    found = []
    for row, home in zip(rows, homes, strict=True):
        clear = named[home.pk] == home.name
        person = row.person
        name = named[home.pk] if person is None else (person.name if clear else mask_name(person.name))
        due = row.due_on if isinstance(row, Review) else next_due(row.base, intervals[row.code].months)
        word = str(ReverifyClass(row.code).label)
        found.append(ReviewLine(row, home, name, due, max(0, (today - due).days), word))
    return found


def waiting_reviews(user: Any, permission: str, state: str) -> QuerySet[Review]:
    """Reviews of one's area that wait for this person's step, the soonest first."""
    return reviews_of(user, permission).filter(state=state).select_related(*HOME).order_by("due_on", "pk")
