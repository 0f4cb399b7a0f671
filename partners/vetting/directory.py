"""Who may be asked today, for everybody to read: by the live standing of each, in general and for each service.

The copy `qualified_until` is not asked, but for parties of whom the dated requirements ask nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from partners.memberships.queries import LAPSING, providers_at_work
from partners.network.models import Region
from partners.providers.models import Provider, ServiceCode
from partners.vetting.standing import Standing, Subject, standing
from partners.vetting.standing_queries import read_rules, subjects_of
from portal.base.periods import local_date


@dataclass(frozen=True)
class ListedService:
    """A service whose papers hold; `until` only where it ends before the rest does."""

    code: str
    label: str
    until: date | None = None


@dataclass(frozen=True)
class Listed:
    """One provider of the directory: its standing today and what it may be asked for."""

    row: Provider
    standing: Standing
    services: tuple[ListedService, ...]


def listed(
    at: datetime, *, kind: str = "", service: str = "", township: Region | None = None, no: str = ""
) -> list[Listed]:
    """Agencies and stations that may be asked at that moment, by name; in a fixed number of statements.

    Whoever is stopped or lapsed is not among them; nor, of one that is, a service whose own papers lapsed.
    """
    rows = providers_at_work(kind=kind, service=service, township=township)
    found = list(rows.filter(no=no) if no else rows)
    on = local_date(at)
    subjects = subjects_of(found, on=on, rules=read_rules(on))
    shown = (_listed(row, subjects[row.pk], at) for row in found)
    return [one for one in shown if one is not None and (not service or _offers(one, service))]


def _offers(one: Listed, service: str) -> bool:
    return any(each.code == service for each in one.services)


def _listed(row: Provider, subject: Subject, at: datetime) -> Listed | None:
    general = standing_now(row, subject, at)
    if not general.holds:
        return None
    services = tuple(_services(row, subject, at, general))
    if not services and row.services.all():
        return None
    return Listed(row, general, services)


def _services(row: Provider, subject: Subject, at: datetime, general: Standing) -> Iterable[ListedService]:
    for each in row.services.all():
        own = standing(subject, at, each.service) if subject.demands else general
        if own.holds:
            until = own.until if own.until != general.until else None
            yield ListedService(each.service, str(ServiceCode(each.service).label), until)


def standing_now(row: Provider, subject: Subject, at: datetime) -> Standing:
    """The live standing; by the stored day where nothing is asked, its last day included."""
    live = standing(subject, at)
    until = row.qualified_until
    if subject.demands or not live.holds or until is None:
        return live
    left = until - local_date(at)
    if left < timedelta(0):
        return Standing("lapsed")
    return Standing("lapsing" if left <= LAPSING else "valid", until, left.days)
