"""The recurring jobs: states follow dated suspensions, and every night all copies of standing are written anew.

The nightly job asks the same function as the pages; it decides nothing by itself.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from partners.providers.models import Provider, ProviderKind, ProviderState
from partners.vetting import drafts
from partners.vetting.keeping import papers_until
from partners.vetting.standing import Standing, Subject, standing
from partners.vetting.standing_queries import all_providers, read_rules, subjects_of
from partners.vetting.supervising import heads_of, settle_states, suspensions_to_settle
from partners.volunteers.models import Volunteer
from portal.base.outbox import post
from portal.base.periods import local_date
from portal.base.worker import Job, register

# So many days before the last day, and on the day after it, the partner is told.
MARKS = (60, 30, 7, 1)
BATCH = 500


def settle_suspensions() -> int:
    """Let the states follow the suspensions that begin or end now."""
    return settle_states(timezone.now())


def standing_of_all(at: datetime) -> list[tuple[Any, Subject, Standing]]:
    """Every firm and every volunteer with its standing, in the same few statements however many there are."""
    rules = read_rules()
    firms = list(all_providers().exclude(kind=ProviderKind.VOLUNTEER))
    people = list(Volunteer.objects.select_related("provider", "user").order_by("no"))
    found = []
    for rows in (firms, people):
        subjects = subjects_of(rows, on=local_date(at), rules=rules, everybody=True)
        found += [(row, subjects[row.pk], standing(subjects[row.pk], at)) for row in rows]
    return found


def keep_standing(at: datetime | None = None) -> int:
    """Write the copies that no longer fit, and tell whose papers run out; returns how many copies changed."""
    at = at or timezone.now()
    changed, told = [], []
    for row, subject, word in standing_of_all(at):
        provider = row if isinstance(row, Provider) else row.provider
        if provider is None or provider.state != ProviderState.LIVE or not subject.demands:
            continue
        until = papers_until(subject, at)
        if until != provider.qualified_until:
            provider.qualified_until, provider.updated_at = until, at
            changed.append(provider)
        topic = message_for(word, local_date(at))
        if topic:
            told.append((row, topic, word.until))
    for start in range(0, len(changed), BATCH):
        Provider.objects.bulk_update(changed[start : start + BATCH], ["qualified_until", "updated_at"])
    _tell(told, local_date(at))
    return len(changed)


def message_for(word: Standing, on: date) -> str:
    """What a partner is told on this day; nothing on most days."""
    if word.word == "lapsed":
        ended = max((line.until for line in word.lacking if line.until is not None), default=None)
        return "standing_lapsed" if ended == on - timedelta(days=1) else ""
    return "standing_lapsing" if word.days_left in MARKS else ""


def _tell(rows: Iterable[tuple[Any, str, date | None]], on: date) -> None:
    for row, topic, _until in rows:
        people = heads_of(row) if isinstance(row, Provider) else [row.user]
        with transaction.atomic():
            for person in people:
                post(person, topic, row, dedupe=f"{topic}:{row.no}:{on}:{person.pk}")


def register_jobs() -> None:
    """Make them known; called once by the app's `ready`."""
    register(
        Job(
            "partners.suspensions",
            settle_suspensions,
            every=timedelta(minutes=1),
            has_work=suspensions_to_settle,
        )
    )
    register(Job("partners.standing", keep_standing, every=timedelta(hours=12)))
    register(Job("partners.drafts", drafts.forget_old, every=timedelta(hours=6)))
