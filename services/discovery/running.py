"""A run: the households of a place in pieces, each piece in a constant number of statements and a short transaction."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from content.rules.queries import figures_by_area
from partners.network.queries import in_subtree
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from services.casework.rule_effect import TOWNSHIP_DIGITS
from services.casework.rule_facts import facts_by_person
from services.discovery.lifecycle import DISCOVERY, RUN
from services.discovery.missing import Judge, Missing, OnFile
from services.discovery.models import Discovery, DiscoveryRun, DiscoveryState
from services.recipients.models import CategoryKind, Household, HouseholdState, PersonCategory
from services.tasks.models import Need, NeedState

AT_ONCE = 500
CHILD = (CategoryKind.ORPHAN, CategoryKind.UNATTENDED_CHILD, CategoryKind.CHILD_IN_DIFFICULTY)
Key = tuple[int, str, str]


def households_of(run: DiscoveryRun) -> Any:
    """The active households of the run's place."""
    return Household.objects.filter(in_subtree(run.region.path, "region__path"), state=HouseholdState.ACTIVE)


def run_next() -> bool:
    """Do the run that waits longest; one that was cut off begins anew and finds the same. Returns whether there was one."""
    run = (
        DiscoveryRun.objects.filter(state__in=RUN.sources("begin"))
        .select_related("region", "asked_by")
        .order_by("pk")
        .first()
    )
    if run is None:
        return False
    _change(run, "begin", households=households_of(run).count(), judged=0)
    today = timezone.localdate()
    judge = Judge(today, figures_by_area(today))
    for chunk in _chunks(run):
        _one_piece(chunk, judge)
        DiscoveryRun.objects.filter(pk=run.pk).update(
            judged=F("judged") + len(chunk), households=_at_least(run, len(chunk))
        )
        run.judged += len(chunk)
    _finish(run)
    return True


def _at_least(run: DiscoveryRun, more: int) -> int:
    """Households may have come on the register since the run was counted."""
    run.households = max(run.households, run.judged + more)
    return run.households


def _change(run: DiscoveryRun, verb: str, **more: Any) -> None:
    state = RUN.step(run.state, verb)
    DiscoveryRun.objects.filter(pk=run.pk, state__in=RUN.sources(verb)).update(
        state=state, version=F("version") + 1, updated_at=timezone.now(), **more
    )
    run.refresh_from_db(fields=["state", "households", "judged", "version"])


@transaction.atomic
def _finish(run: DiscoveryRun) -> None:
    found = Discovery.objects.filter(
        in_subtree(run.region.path, "household__region__path"), state=DiscoveryState.OPEN
    ).count()
    _change(run, "finish", finished_at=timezone.now(), found=found)
    record(None, "discovery.run_done", run, found=found, households=run.judged)
    post(run.asked_by, "discovery_done", run)


def _chunks(run: DiscoveryRun) -> Iterator[list[Household]]:
    rows, last = households_of(run).select_related("region").order_by("pk"), 0
    while chunk := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield chunk
        last = chunk[-1].pk


@transaction.atomic
def _one_piece(chunk: list[Household], judge: Judge) -> None:
    """Write what these households may be missing; take back what no longer holds."""
    wanted = _wanted(chunk, judge)
    known = {
        (row.person_id, row.help, row.mark): row
        for row in Discovery.objects.filter(household__in=chunk).only("person_id", "help", "mark", "state")
    }
    gone = [row.pk for key, row in known.items() if key not in wanted and row.state == DiscoveryState.OPEN]
    again = [row.pk for key, row in known.items() if key in wanted and row.state == DiscoveryState.LAPSED]
    _move("lapse", gone)
    _move("reopen", again)
    Discovery.objects.bulk_create(
        [
            Discovery(
                no=record_number("F"), household_id=household, person_id=key[0], help=key[1],
                mark=key[2], likely=found.likely,
            )
            for key, (household, found) in wanted.items()
            if key not in known
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _move(verb: str, keys: list[int]) -> None:
    Discovery.objects.filter(pk__in=keys, state__in=DISCOVERY.sources(verb)).update(
        state=DISCOVERY.moves[verb].target, version=F("version") + 1, updated_at=timezone.now()
    )


def _wanted(chunk: list[Household], judge: Judge) -> dict[Key, tuple[int, Missing]]:
    children, cared = _on_file(chunk, judge)
    people = facts_by_person(chunk, judge.on)
    found: dict[Key, tuple[int, Missing]] = {}
    for household in chunk:
        place = household.region.code[:TOWNSHIP_DIGITS]
        for person, facts in people[household.pk]:
            kept = OnFile(child=person in children, cared_for=household.pk in cared)
            for each in judge.missing(place, facts, kept):
                found[person, each.help, each.mark] = (household.pk, each)
    return found


def _on_file(chunk: list[Household], judge: Judge) -> tuple[set[int], set[int]]:
    """Children with a category of their own, and households that somebody cares for; two queries."""
    children = PersonCategory.objects.filter(
        person__household__in=chunk, kind__in=CHILD, valid_from__lte=judge.on, valid_to__gt=judge.on
    ).values_list("person_id", flat=True)
    cared = Need.objects.filter(household__in=chunk).exclude(state=NeedState.CLOSED)
    return set(children), set(cared.values_list("household_id", flat=True))
