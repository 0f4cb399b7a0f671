"""What a provider may be asked for today and why: the live standing in general and for each of its services."""

from dataclasses import dataclass
from datetime import datetime

from partners.providers.models import Provider, ServiceCode
from partners.vetting.directory import standing_now
from partners.vetting.paper_queries import Row, Sheet, sheet_of
from partners.vetting.parties import Party
from partners.vetting.standing import Standing, standing
from partners.vetting.standing_queries import subject_of
from portal.base.periods import local_date


@dataclass(frozen=True)
class ServiceQualification:
    """One service with its standing, and the requirements because of which it does not hold or soon will not."""

    label: str
    standing: Standing
    because: tuple[Row, ...]


@dataclass(frozen=True)
class Qualification:
    """A provider with all that is asked of it, and what follows for each of its services."""

    sheet: Sheet
    standing: Standing
    services: tuple[ServiceQualification, ...]


def qualification_of(provider: Provider, at: datetime) -> Qualification:
    """The qualification of one provider at an instant, by the engine that also decides about offers."""
    sheet, subject = sheet_of(Party(provider), at), subject_of(provider, local_date(at))
    general = standing_now(provider, subject, at)
    services = []
    for code in Party(provider).services:
        own = standing(subject, at, code) if subject.demands else general
        asked = (row for row in sheet.rows if row.requirement.service in ("", code))
        because = tuple(row for row in asked if not row.line.holds or row.line.state == "lapsing")
        services.append(ServiceQualification(str(ServiceCode(code).label), own, because))
    return Qualification(sheet, general, tuple(services))
