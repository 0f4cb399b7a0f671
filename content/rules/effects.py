"""How many households a proposed standard would change: asked of the upper layer, by a job, before it is published."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from content.rules.counting import Step, counts
from content.rules.models import ChangeState, Standard, StandardChange
from portal.base.audit import record
from portal.base.worker import Job
from portal.base.worker import register as register_job


def step_of(change: StandardChange) -> Step:
    """What the change does to the figures of its first day."""
    day = change.starts_on
    without = tuple(Standard.objects.filter(valid_from__lte=day, valid_to__gt=day))
    kept = [row for row in without if (row.kind, row.area) != (change.kind, change.area)]
    new = Standard(kind=change.kind, area=change.area, amount=change.amount, valid_from=day)
    return Step(change.kind, change.area, day, without, (*kept, new))


def waiting() -> list[StandardChange]:
    """Proposals that nobody has counted yet, the oldest first."""
    rows = StandardChange.objects.filter(state=ChangeState.PROPOSED, counted_at__isnull=True)
    return list(rows.order_by("pk")[:10])


def count_effects() -> int:
    """Count what waits; returns how many were counted. A change edited meanwhile is counted again."""
    done = 0
    for change in waiting():
        step = step_of(change)
        households = sum(count(step) for count in counts())
        won = StandardChange.objects.filter(
            pk=change.pk, version=change.version, state=ChangeState.PROPOSED
        ).update(households=households, counted_at=timezone.now(), version=F("version") + 1)
        if won:
            record(None, "standard.counted", change, households=households)
            done += 1
    return done


def register_effects() -> None:
    """The job; called once by the app's `ready`."""
    register_job(
        Job("count_standard_effects", count_effects, timedelta(seconds=2), has_work=lambda: bool(waiting()))
    )
