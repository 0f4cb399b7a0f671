"""Which process runs a recurring job: a lease row, taken by compare-and-set, fenced by its epoch."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from portal.base.models import JobLease


def take(name: str, *, at: datetime, every: timedelta, hold: timedelta) -> int | None:
    """Take the job if nobody holds it and it is due again; returns the epoch, or None."""
    lease = JobLease.objects.filter(name=name).first() or JobLease.objects.get_or_create(name=name)[0]
    rested = Q(last_run_at=None) | Q(last_run_at__lte=at - every)
    won = JobLease.objects.filter(rested, pk=lease.pk, epoch=lease.epoch, held_until__lte=at).update(
        epoch=F("epoch") + 1, held_until=at + hold
    )
    return lease.epoch + 1 if won else None


def give_back(name: str, epoch: int, *, at: datetime, done: bool) -> bool:
    """Give the lease back; False when it ran out and another process took it meanwhile."""
    changes = {"held_until": at, **({"last_run_at": at} if done else {})}
    return bool(JobLease.objects.filter(name=name, epoch=epoch).update(**changes))
