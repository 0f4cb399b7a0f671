"""The copy of standing that statements of other rooms ask: until which day the papers hold. Facts decide it anew
with every change, and the job for all; what a page or an offer says is the live answer."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from partners.providers.models import Provider, ProviderState
from partners.vetting.standing import Subject, standing
from partners.vetting.standing_queries import subject_of
from partners.volunteers.models import Volunteer
from portal.base import public_stamp
from portal.base.periods import local_date


def papers_until(subject: Subject, at: datetime) -> date | None:
    """The last day on which papers alone hold; yesterday when they do not; None without an end."""
    by_papers = standing(replace(subject, stops=(), approved_on=date.min), at)
    return by_papers.until if by_papers.holds else local_date(at) - timedelta(days=1)


def refresh_until(row: Any, at: datetime) -> None:
    """Write the copy for one party after a change; members have none, nor those of whom nothing is asked.

    What the directory shows of a firm may have changed, for one service even where the copy has not.
    """
    if isinstance(row, Provider):
        public_stamp.bump()
    provider = row if isinstance(row, Provider) else row.provider if isinstance(row, Volunteer) else None
    if provider is None or provider.state == ProviderState.PENDING:
        return
    subject = subject_of(row, local_date(at))
    if not subject.demands:
        return
    until = papers_until(subject, at)
    if until != provider.qualified_until:
        provider.qualified_until = until
        provider.save(update_fields=["qualified_until", "updated_at"])
