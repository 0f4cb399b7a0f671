"""The list of care agreements: tabs counted in one query, and the people who should have one and have none."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from partners.network.queries import in_subtrees
from portal.base.privacy import mask_name
from portal.base.status_words import status_word
from portal.permissions.hats import places_for
from services.recipients.agreement_terms import LAPSING, last_day, shown_state
from services.recipients.care_access import READ_CARE, agreements_of
from services.recipients.care_models import CareAgreement
from services.recipients.clock import dispersed_people
from services.recipients.listing import lines
from services.recipients.models import HouseholdState, PersonCategory

SIGNED = ["live", "lapsed"]


def conditions(today: date) -> dict[str, Q]:
    """Each shown state as a condition: what is in force lapses by its date."""
    return {
        "draft": Q(state="draft"),
        "to_sign": Q(state="to_sign"),
        "lapsing": Q(state__in=SIGNED, ends_on__gt=today, ends_on__lte=today + LAPSING),
        "live": Q(state__in=SIGNED, ends_on__gt=today + LAPSING),
        "lapsed": Q(state__in=SIGNED, ends_on__lte=today),
        "ended": Q(state="ended"),
    }


def without_agreement(user: Any, today: date) -> QuerySet[PersonCategory]:
    """Living dispersed tekun people of one's area whom no signed agreement covers today."""
    covered = CareAgreement.objects.filter(
        person=OuterRef("person"), state__in=SIGNED, starts_on__lte=today, ends_on__gt=today
    )
    rows = (
        dispersed_people()
        .visible_to(user)
        .filter(~Exists(covered), in_subtrees(places_for(user, READ_CARE), "person__household__region__path"))
    )
    rows = rows.exclude(person__household__state=HouseholdState.CLOSED).order_by("valid_from", "pk")
    return rows.select_related("person__household__region__parent", "person__household__township")


@dataclass(frozen=True)
class AgreementTab:
    """One state of the list."""

    label: str
    url: str
    count: int
    current: bool
    hot: bool


def agreement_tabs(user: Any, today: date, state: str) -> tuple[list[AgreementTab], Q | None]:
    """The tabs, and the condition of the chosen one (None: people without an agreement)."""
    wanted = conditions(today)
    rows = agreements_of(user)
    counts = rows.aggregate(**{name: Count("pk", filter=condition) for name, condition in wanted.items()})
    missing = AgreementTab(
        _("还没有协议"), "?state=missing", without_agreement(user, today).count(), state not in wanted, True
    )
    tabs = [
        AgreementTab(
            str(status_word("agreement", name)[0]),
            f"?state={name}", counts[name], name == state, name in {"lapsing", "to_sign"} and bool(counts[name]),
        )
        for name in wanted
    ]  # fmt: skip
    return [missing, *tabs], wanted.get(state)


@dataclass(frozen=True)
class AgreementLine:
    """One row of the list, with the name as the reader may see it."""

    row: Any
    person: Any
    household: Any
    name: str
    state: str = ""
    last_day: date | None = None


def agreement_lines(user: Any, rows: list[Any], today: date) -> list[AgreementLine]:
    """The rows of a page: agreements, or people without one."""
    named = {line.household.pk: line.name for line in lines(user, [row.person.household for row in rows])}
    found = []
    for row in rows:
        person, household = row.person, row.person.household
        name = person.name if named[household.pk] == household.name else mask_name(person.name)
        if isinstance(row, CareAgreement):
            found.append(AgreementLine(row, person, household, name, shown_state(row, today), last_day(row)))
        else:
            found.append(AgreementLine(row, person, household, name))
    return found
