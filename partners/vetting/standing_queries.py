"""Reading what decides standing: the same statements for one party, for a page of them, and for the nightly job."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from partners.memberships.models import Membership
from partners.organisations.models import CreditList, Organisation, ReportResult
from partners.organisations.ratings import rating_end
from partners.providers.models import Provider, ProviderKind, ProviderState, ProviderSuspension
from partners.training.queries import results_on
from partners.vetting.models import Application, ApplicationState
from partners.vetting.paper_models import OPEN_DAY, Paper, PaperState, PartyKind, Requirement
from partners.vetting.standing import Demand, Fact, Standing, Stop, Subject, standing
from partners.volunteers.models import Volunteer, VolunteerState
from portal.base.models import OPEN_END
from portal.base.periods import local_date

ALWAYS = Stop(datetime(1970, 1, 1, tzinfo=UTC), OPEN_END)
_OWNERS = {Provider: "provider_id", Volunteer: "volunteer_id", Membership: "membership_id"}


@dataclass(frozen=True)
class Rules:
    """The requirements that hold or will hold, read once."""

    rows: tuple[Requirement, ...]

    def of(self, party: str, organisation_kind: str = "") -> list[Requirement]:
        """Those asked of this kind of partner."""
        return [r for r in self.rows if r.party == party and r.organisation_kind in ("", organisation_kind)]


def read_rules(since: date | None = None) -> Rules:
    """Every requirement, or those not over before a day; in the order in which pages show them."""
    rows = Requirement.objects.order_by("party", "service", "sort", "code", "valid_from")
    return Rules(tuple(rows.filter(valid_to__gt=since) if since else rows))


def demand_of(row: Requirement) -> Demand:
    """The requirement as a value; an open end is the last day there is."""
    end = date.max if row.valid_to == OPEN_DAY else row.valid_to
    return Demand(row.code, row.valid_from, end, row.service, row.validity, row.months or 0)


def party_kind(row: Any) -> str:
    """Which requirements hold for this row."""
    if isinstance(row, Volunteer):
        return PartyKind.VOLUNTEER
    if isinstance(row, Membership):
        return PartyKind.WORKER
    return PartyKind.STATION if row.kind == ProviderKind.STATION else PartyKind.ORGANISATION


def organisation_of(row: Any) -> Organisation | None:
    """The organisation behind a provider, if there is one."""
    return getattr(row, "organisation", None) if isinstance(row, Provider) else None


def rules_for(row: Any, rules: Rules) -> list[Requirement]:
    """The requirements asked of this party."""
    organisation = organisation_of(row)
    return rules.of(party_kind(row), organisation.kind if organisation is not None else "")


def registered(row: Organisation) -> list[Fact]:
    """What an organisation's own register says: its certificate, annual report, credit lists, grade."""
    facts = [Fact("registration", date.min, row.registered_until)]
    if row.report_year and row.report_result in (ReportResult.PASSED, ReportResult.BASICALLY):
        # The report of a year is handed in by 31 May of the next; it counts until the one after is due.
        facts.append(Fact("annual_report", date(row.report_year, 1, 1), date(row.report_year + 2, 5, 31)))
    if row.credit == CreditList.CLEAN and row.credit_checked_on:
        facts.append(Fact("credit", row.credit_checked_on))
    if row.rating and row.rating_from:
        facts.append(Fact("rating", row.rating_from, rating_end(row.rating_from)))
    return facts


def subjects_of(
    rows: Iterable[Any], *, on: date, rules: Rules | None = None, everybody: bool = False
) -> dict[int, Subject]:
    """The subject of each row (all of one model), by its key.

    The number of statements does not depend on how many rows there are. `everybody` leaves out the lists of
    keys, for thousands of rows. Training is read as it counts on the day `on`.
    """
    found = list(rows)
    if not found:
        return {}
    rules = rules or read_rules()
    model = type(found[0])
    only = {} if everybody else {f"{_OWNERS[model]}__in": [row.pk for row in found]}
    papers: dict[int, list[Fact]] = defaultdict(list)
    accepted = Paper.objects.filter(
        state=PaperState.ACCEPTED, **{f"{_OWNERS[model][:-3]}__isnull": False}, **only
    )
    for owner, code, issued, until in accepted.values_list(
        _OWNERS[model], "code", "issued_on", "valid_until"
    ):
        papers[owner].append(Fact(code, issued, until))
    trained = _trained(model, found, on, everybody)
    stops = _stops([] if everybody else [p for p in map(_provider_key, found) if p])
    approvals = _approvals(model, [] if everybody else [row.pk for row in found])
    subjects = {}
    for row in found:
        organisation = organisation_of(row)
        facts = papers[row.pk] + (registered(organisation) if organisation is not None else [])
        facts += trained.get(getattr(row, "user_id", None) or 0, [])
        subjects[row.pk] = Subject(
            tuple(demand_of(r) for r in rules_for(row, rules)),
            tuple(facts),
            *_life(row, approvals),
            _stops_of(row, stops),
        )
    return subjects


def subject_of(row: Any, on: date) -> Subject:
    """The subject of one provider, volunteer or member."""
    return subjects_of([row], on=on)[row.pk]


def standing_of(row: Any, at: datetime | None = None, service: str = "") -> Standing:
    """The live standing of one party, general or for a service."""
    at = at or timezone.now()
    return standing(subject_of(row, local_date(at)), at, service)


def provider_standings(
    providers: Iterable[Provider], at: datetime, service: str = "", *, everybody: bool = False
) -> dict[int, Standing]:
    """The live standing of each provider by its key; of a volunteer's provider, that of the volunteer."""
    subjects = provider_subjects(providers, at, everybody=everybody)
    return {key: standing(subject, at, service) for key, subject in subjects.items()}


def provider_subjects(
    providers: Iterable[Provider], at: datetime, *, everybody: bool = False
) -> dict[int, Subject]:
    """What decides the standing of each provider, by its key: read once, it can be judged for each service."""
    found = list(providers)
    rules, on = read_rules(), local_date(at)
    people = [p.pk for p in found if p.kind == ProviderKind.VOLUNTEER]
    volunteers = list(
        Volunteer.objects.filter(
            provider__isnull=False, **({} if everybody else {"provider__in": people})
        ).select_related("provider")
        if people
        else []
    )
    by_volunteer = subjects_of(volunteers, on=on, rules=rules, everybody=everybody)
    subjects = {v.provider.pk: by_volunteer[v.pk] for v in volunteers if v.provider is not None}
    subjects |= subjects_of(
        [p for p in found if p.pk not in subjects], on=on, rules=rules, everybody=everybody
    )
    return {p.pk: subjects[p.pk] for p in found}


def all_providers() -> Any:
    """Every provider with the rows its standing is read from."""
    return Provider.objects.select_related("organisation").order_by("no")


def _trained(model: type, rows: list[Any], on: date, everybody: bool) -> dict[int, list[Fact]]:
    """What people have passed and what still counts, by user; firms learn nothing."""
    if model is Provider:
        return {}
    people = model.objects.values("user") if everybody else [row.user_id for row in rows]  # type: ignore[attr-defined]
    return {
        user: [Fact(code, passed.passed_on, passed.valid_until) for code, passed in courses.items()]
        for user, courses in results_on(people, on).items()
    }


def _provider_key(row: Any) -> int | None:
    return row.pk if isinstance(row, Provider) else row.provider_id


def _stops(keys: list[int]) -> Mapping[int, list[Stop]]:
    found: dict[int, list[Stop]] = defaultdict(list)
    rows = ProviderSuspension.objects.filter(provider__in=keys) if keys else ProviderSuspension.objects.all()
    for owner, start, end in rows.values_list("provider", "valid_from", "valid_to"):
        found[owner].append(Stop(start, end))
    return found


def _stops_of(row: Any, stops: Mapping[int, list[Stop]]) -> tuple[Stop, ...]:
    """The suspensions; a row that was stopped without dates is stopped for good."""
    if isinstance(row, Membership):
        return ()
    dated = tuple(stops.get(_provider_key(row) or 0, ()))
    undated = row.state in (ProviderState.SUSPENDED, VolunteerState.SUSPENDED) and not dated
    return (ALWAYS,) if undated else dated


def _approvals(model: type, keys: list[int]) -> dict[int, date]:
    if model is Membership:
        return {}
    column = "volunteer_id" if model is Volunteer else "organisation__provider_id"
    rows = Application.objects.filter(state=ApplicationState.APPROVED, **{f"{column}__isnull": False})
    if keys:
        rows = rows.filter(**{f"{column}__in": keys})
    found: dict[int, date] = {}
    for owner, decided in rows.exclude(decided_at=None).values_list(column, "decided_at"):
        found[owner] = min(local_date(decided), found.get(owner, date.max))
    return found


def _life(row: Any, approvals: Mapping[int, date]) -> tuple[date | None, date | None]:
    """The day of approval and the day of the end, as far as there is one."""
    if isinstance(row, Membership):
        last = row.valid_to - timedelta(microseconds=1)
        ended = None if row.valid_to == OPEN_END else local_date(last) + timedelta(days=1)
        return local_date(row.valid_from), ended
    if row.state == ProviderState.PENDING:
        return None, None
    begun = approvals.get(row.pk) or local_date(row.created_at)
    return begun, local_date(row.updated_at) if row.state == ProviderState.ENDED else None
