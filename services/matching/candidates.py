"""Who may be offered a need: facts read in a fixed number of queries, judged by eligibility and scoring."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from partners.memberships.models import Membership
from partners.providers.models import Provider, ProviderKind, ProviderService, ProviderState, ProviderTownship
from partners.vetting.standing_queries import provider_standings
from portal.base import geo
from portal.base.row_security import beyond
from services.contracts.models import Contract, ContractPrice, ContractState
from services.contracts.pricing import month_fen
from services.matching.eligibility import Obstacle, Profile, Wanted, obstacle
from services.matching.models import MatchWeights, OfferState
from services.matching.scoring import TERMS, Facts, Term, Weights, score, terms, why_first
from services.tasks.models import Need, NeedPart, Task, TaskState

SUGGESTED = 5


@dataclass(frozen=True)
class Candidate:
    """A provider that may take the need, with its terms and total."""

    provider: Provider
    contract: Contract | None
    unit_fen: int
    terms: list[Term]
    score: int
    distance_km: float | None
    rank: int = 0


@dataclass(frozen=True)
class LeftOut:
    """A provider that may not, and why."""

    provider: Provider
    obstacle: Obstacle


@dataclass(frozen=True)
class Suggestion:
    """The ranked candidates of a need, the five shown, and who was left out."""

    ranked: list[Candidate]
    left_out: list[LeftOut]
    weights: Weights = field(default_factory=Weights)

    @property
    def shown(self) -> list[Candidate]:
        """The first five."""
        return self.ranked[:SUGGESTED]

    @property
    def further(self) -> list[Candidate]:
        """Those that would do, but rank behind the first five."""
        return self.ranked[SUGGESTED:]

    @property
    def reason(self) -> str:
        """Why the first is the first."""
        return why_first(self.ranked[0].terms) if self.ranked else ""

    def find(self, no: str) -> Candidate | None:
        """The candidate with this provider's number."""
        return next((one for one in self.ranked if one.provider.no == no), None)

    def obstacle_of(self, no: str) -> Obstacle | None:
        """Why the provider with this number was left out."""
        return next((one.obstacle for one in self.left_out if one.provider.no == no), None)


def weights_on(day: date) -> Weights:
    """The published weights that hold on a day."""
    row = MatchWeights.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return Weights(**{code: getattr(row, code) for code in TERMS}) if row else Weights()


def suggest(need: Need, at: datetime) -> Suggestion:
    """Judge every provider of the fitting kinds; the best first, ties by number."""
    on = timezone.localdate(at)
    wanted = Wanted(
        wish_sex=need.wish_sex,
        purchased=need.part == NeedPart.PURCHASED,
    )
    facts = _Facts(need, on, at)
    fit, left_out = [], []
    for provider in facts.providers:
        contract, unit_fen = facts.contract_for(provider)
        against = obstacle(facts.profile(provider, contract, unit_fen), wanted, on)
        if against is None:
            fit.append((provider, contract, unit_fen))
        else:
            left_out.append(LeftOut(provider, against))
    weights = weights_on(on)
    kms = [distance_km(provider, facts.place) for provider, _c, _unit in fit]
    nearest = min((km for km in kms if km is not None), default=None)
    ranked = [facts.candidate(*row, km, nearest, weights) for row, km in zip(fit, kms, strict=True)]
    ranked.sort(key=lambda one: (-one.score, one.distance_km or 0, one.provider.no))
    left_out.sort(key=lambda one: (one.obstacle.rank, one.provider.no))
    numbered = [Candidate(**{**one.__dict__, "rank": n}) for n, one in enumerate(ranked, 1)]
    return Suggestion(numbered, left_out, weights)


class _Facts:
    """Everything the rules ask about all providers, read once for one need."""

    def __init__(self, need: Need, on: date, at: datetime) -> None:
        self.need, self.on = need, on
        self.place = place_of(need)
        kinds = (
            [ProviderKind.AGENCY, ProviderKind.STATION, ProviderKind.INDIVIDUAL]
            if need.part == NeedPart.PURCHASED
            else [ProviderKind.VOLUNTEER]
        )
        need_service = ProviderService.objects.filter(provider=OuterRef("pk"), service=need.service)
        township = ProviderTownship.objects.filter(provider=OuterRef("pk"), region=need.household.township_id)
        wished = Membership.objects.filter(
            provider=OuterRef("pk"),
            sex=need.wish_sex,
            valid_from__lte=at,
            valid_to__gt=at,
            user__is_active=True,
        )
        self.providers: list[Any] = list(
            Provider.objects.filter(kind__in=kinds)
            .exclude(state__in=[ProviderState.PENDING, ProviderState.ENDED])
            .select_related("organisation")
            .annotate(
                does_service=Exists(need_service), serves_township=Exists(township), has_sex=Exists(wished)
            )
            .order_by("no")
        )
        self.standings = provider_standings(self.providers, at, need.service)
        self.load: Counter[int] = Counter()
        self.served: set[int] = set()
        self.in_village: set[int] = set()
        tasks = Task.objects.filter(~Q(state=TaskState.ENDED) | Q(need__household=need.household_id))
        with beyond("counts"):
            carried = list(
                tasks.values_list("provider_id", "state", "need__household_id", "need__household__region_id")
            )
        for owner, state, household, region in carried:
            if household == need.household_id:
                self.served.add(owner)
            if state != TaskState.ENDED:
                self.load[owner] += 1
                if region == need.household.region_id:
                    self.in_village.add(owner)
        self.declined = {
            offer.provider_id for offer in need.offers.all() if offer.state == OfferState.DECLINED
        }
        self.let_expire = {
            offer.provider_id for offer in need.offers.all() if offer.state == OfferState.EXPIRED
        }
        self.prices: dict[int, list[ContractPrice]] = {}
        for price in self._prices_today():
            self.prices.setdefault(price.contract.provider_id, []).append(price)
        charged = [price.unit_fen for rows in self.prices.values() for price in rows if price.unit_fen]
        self.lowest_fen = min(charged, default=0)

    def _prices_today(self) -> QuerySet[ContractPrice]:
        """What the live contracts for this service in this township cost today."""
        return (
            ContractPrice.objects.filter(
                service=self.need.service,
                valid_from__lte=self.on,
                valid_to__gt=self.on,
                contract__state=ContractState.ACTIVE,
                contract__starts_on__lte=self.on,
                contract__ends_on__gt=self.on,
                contract__lots__service=self.need.service,
                contract__lots__township=self.need.household.township_id,
            )
            .select_related("contract")
            .order_by("contract__ends_on", "contract__pk")
        )

    def contract_for(self, provider: Provider) -> tuple[Contract | None, int]:
        """The contract that pays, with its price on the day: the one with most money left."""
        if provider.kind == ProviderKind.STATION or self.need.part != NeedPart.PURCHASED:
            return None, 0
        best = max(
            self.prices.get(provider.pk, []),
            key=lambda price: price.contract.budget_fen - price.contract.drawn_fen,
            default=None,
        )
        return (best.contract, best.unit_fen) if best else (None, 0)

    def profile(self, provider: Any, contract: Contract | None, unit_fen: int) -> Profile:
        """What the hard rules ask."""
        return Profile(
            kind=provider.kind,
            state=provider.state,
            qualified_until=provider.qualified_until,
            does_service=provider.does_service,
            serves_township=provider.serves_township,
            capacity=provider.capacity,
            live_tasks=self.load[provider.pk],
            has_wished_sex=provider.has_sex,
            declined=provider.pk in self.declined,
            has_lot=contract is not None,
            money_left_fen=contract.budget_fen - contract.drawn_fen if contract else 0,
            month_fen=month_fen(unit_fen, self.need.visits_per_month),
            standing=self.standings[provider.pk].word,
        )

    def candidate(
        self,
        provider: Provider,
        contract: Contract | None,
        unit_fen: int,
        km: float | None,
        nearest: float | None,
        weights: Weights,
    ) -> Candidate:
        """The soft terms of one that may."""
        found = terms(
            Facts(
                distance_km=km,
                free=provider.capacity - self.load[provider.pk],
                served_household=provider.pk in self.served,
                serves_village=provider.pk in self.in_village,
                unit_fen=unit_fen,
                lowest_fen=self.lowest_fen,
                nearest_km=nearest,
                let_expire=provider.pk in self.let_expire,
                capacity=provider.capacity,
            ),
            weights,
        )
        return Candidate(provider, contract, unit_fen, found, score(found), km)


def place_of(need: Need) -> tuple[float, float] | None:
    """Where the need is, no nearer than the village group: never the door."""
    region: Any = need.household.region
    while region is not None and region.lat is None:
        region = region.parent
    return (region.lat, region.lng) if region is not None else None


def distance_km(provider: Provider, place: tuple[float, float] | None) -> float | None:
    """As the crow flies, from the provider's house to the village group."""
    if place is None or provider.lat is None or provider.lng is None:
        return None
    return geo.haversine_m((provider.lat, provider.lng), place) / 1000
