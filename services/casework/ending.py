"""What a death, a closed file or a move does to the care of a household, in one transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.queries import holders
from partners.providers.models import Provider
from portal.base.audit import record
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.casework.stopped import Standing, ended, standing
from services.matching.lifecycle import OFFER
from services.matching.models import Offer
from services.recipients import deaths, moving
from services.recipients.access import close_household
from services.recipients.deaths import DeathFacts
from services.recipients.models import (
    EndingKind,
    FileEnding,
    Household,
    HouseholdMove,
    HouseholdState,
    Person,
)
from services.recipients.moving import MoveFacts
from services.recipients.pauses import step_file
from services.tasks.access import close_for_team
from services.tasks.actions import end_assignment, live_assignments
from services.tasks.frequency import due_from
from services.tasks.lifecycle import NEED, TASK
from services.tasks.models import Need, NeedState, Task
from services.visits.planning import stop_visits


@transaction.atomic
def record_death(
    *,
    by: Any,
    person: Person,
    version: int,
    facts: DeathFacts,
    care_goes_on: bool = False,
    at: datetime | None = None,
) -> Household:
    """A person died. Where nobody is left, or the care was theirs alone, all care ends now, and with it all sight it gave.

    Refused: those of `note_death`.
    """
    at = at or timezone.now()
    before = standing(person.household, person, at=at)
    deaths.note_death(by=by, person=person, version=version, facts=facts, today=timezone.localdate(at))
    household = Household.objects.select_related("region", "township").get(pk=person.household_id)
    living = household.persons.filter(died_on=None).exists()
    if not (living and care_goes_on):
        end_care(by=by, household=household, reason=_("去世"), at=at)
    if not living and household.state != HouseholdState.CLOSED:
        step_file(household, "close", household.version)
        close_household(household, at=at)
        record(by, "household.closed", household, household=household, purpose=_("家里没有人了"))
    _keep(EndingKind.DEATH, household, before, by=by, at=at, person=person)
    return household


def _keep(
    kind: EndingKind,
    household: Household,
    before: Standing,
    *,
    by: Any,
    at: datetime,
    person: Person | None = None,
) -> None:
    """Keep what a death or a closing ended, so that a second person can put a mistake right."""
    FileEnding.objects.create(
        household=household,
        person=person,
        kind=kind,
        at=at,
        done_by=by,
        stopped=ended(before, standing(household, person, at=at)),
    )


@transaction.atomic
def end_care(*, by: Any, household: Household, reason: str, at: datetime) -> int:
    """End offers, tasks, visits, assignments and needs of a household; returns how many needs ended."""
    for offer in Offer.objects.filter(need__household=household, state__in=OFFER.sources("withdraw")):
        _withdraw(by, offer, household, reason, at)
    tasks = Task.objects.filter(need__household=household, state__in=TASK.sources("end"))
    for task in tasks.select_related("need__household", "provider"):
        end_task_here(by=by, task=task, reason=reason, at=at)
    ended = 0
    for need in household.needs.exclude(state=NeedState.CLOSED):
        Need.objects.filter(pk=need.pk).exclude(state=NeedState.CLOSED).update(
            state=NEED.moves["close"].target, version=F("version") + 1, updated_at=at
        )
        record(by, "need.closed", need, household=household, purpose=reason[:200])
        ended += 1
    return ended


def _withdraw(by: Any, offer: Offer, household: Household, reason: str, at: datetime) -> None:
    taken = Offer.objects.filter(pk=offer.pk, state__in=OFFER.sources("withdraw")).update(
        state=OFFER.moves["withdraw"].target,
        version=F("version") + 1,
        answered_at=at,
        ground=reason[:200],
        updated_at=at,
    )
    if taken:
        record(by, "offer.withdrawn", offer, household=household, purpose=reason[:200])


def end_task_here(*, by: Any, task: Task, reason: str, at: datetime, under_way_too: bool = True) -> None:
    """End a task because of what happened to its household or to who carries it; every sight it gave ends now.

    A visit under way ends with it, or is left to whoever is at the door.
    """
    ended = Task.objects.filter(pk=task.pk, state__in=TASK.sources("end")).update(
        state=TASK.moves["end"].target,
        version=F("version") + 1,
        valid_to=at,
        end_reason=reason[:200],
        updated_at=at,
    )
    if not ended:
        return
    household = task.need.household
    stop_visits(tasks=[task], by=by, household=household, at=at, under_way_too=under_way_too)
    for row in live_assignments(task):
        end_assignment(row, by, at, reason)
    close_for_team(task, at)
    record(by, "task.ended", task, household=household, need=task.need.no, purpose=reason[:200])


@transaction.atomic
def close_file(
    *, by: Any, household: Household, version: int, reason: str, at: datetime | None = None
) -> Household:
    """Strike a file off the register. Refused: reason_empty, needs_open, wrong_state, stale."""
    at = at or timezone.now()
    if not reason.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")
    if household.needs.exclude(state=NeedState.CLOSED).exists():
        raise Refused("needs_open", _("这户还有没结束的需求，请先结束需求"))
    before = standing(household, at=at)
    step_file(household, "close", version)
    close_household(household, at=at)
    record(by, "household.closed", household, household=household, purpose=reason.strip()[:200])
    _keep(EndingKind.CLOSE, household, before, by=by, at=at)
    return household


@transaction.atomic
def move_away(
    *, by: Any, household: Household, version: int, facts: MoveFacts, at: datetime | None = None
) -> HouseholdMove:
    """Carry the file to its new place; providers who do not serve there end, and the need waits for a match again."""
    at = at or timezone.now()
    move = moving.move_household(
        by=by, household=household, version=version, facts=facts, today=timezone.localdate(at)
    )
    if move.from_township_id == move.to_township_id:
        return move
    for person in holders("services.edit_household", move.to_township.path, at):
        post(person, "household_moved_in", move.household, household=move.household)
    with beyond("move"):
        _leave_providers(by, move, at)
    return move


def _leave_providers(by: Any, move: HouseholdMove, at: datetime) -> None:
    tasks = Task.objects.filter(need__household=move.household, state__in=TASK.sources("end"))
    for task in tasks.select_related("need__household", "provider"):
        if not _serves(task.provider, move):
            end_task_here(by=by, task=task, reason=_("住户搬走了"), at=at)
            Need.objects.filter(pk=task.need_id, state__in=NEED.sources("vacate")).update(
                state=NEED.moves["vacate"].target,
                version=F("version") + 1,
                due_at=due_from(at, urgent=True),
                updated_at=at,
            )


def _serves(provider: Provider, move: HouseholdMove) -> bool:
    return provider.townships.filter(region_id=move.to_township_id).exists()
