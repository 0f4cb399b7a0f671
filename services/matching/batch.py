"""The world of a matching read from the database: a fixed number of statements, however many needs there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from partners.memberships.models import Membership
from partners.network.models import Region
from partners.providers.models import (
    Provider,
    ProviderKind,
    ProviderService,
    ProviderState,
    ProviderTownship,
    ServiceCode,
)
from partners.vetting.standing import standing
from partners.vetting.standing_queries import provider_subjects
from portal.base.row_security import beyond
from services.contracts.models import Contract, ContractLot, ContractState
from services.matching.eligibility import Profile
from services.matching.models import Offer, OfferState
from services.matching.pairs import Lots, Needs, Providers, World
from services.tasks.models import Need, NeedPart, NeedState, Task, TaskState

SERVICES = [str(code) for code in ServiceCode.values]
KINDS = [ProviderKind.AGENCY, ProviderKind.STATION, ProviderKind.INDIVIDUAL]


@dataclass(frozen=True)
class Batch:
    """The world, and whom its numbers mean."""

    world: World
    needs: list[Need]
    providers: list[Provider]
    contracts: list[Contract]


def read_batch(rows: QuerySet[Need], at: datetime) -> Batch:
    """The bought needs among `rows` that wait for a match, and everybody who might take one."""
    on = timezone.localdate(at)
    waiting = rows.filter(state=NeedState.TO_MATCH, part=NeedPart.PURCHASED)
    needs = list(
        waiting.select_related("household__region__parent__parent__parent", "household__township").order_by(
            "no"
        )
    )
    providers = list(
        Provider.objects.filter(kind__in=KINDS)
        .exclude(state__in=[ProviderState.PENDING, ProviderState.ENDED])
        .select_related("organisation")
        .order_by("no")
    )
    towns = {key: n for n, key in enumerate(sorted({need.household.township_id for need in needs}))}
    where = {provider.pk: n for n, provider in enumerate(providers)}
    contracts, lots = _lots(where, towns, on)
    offers = _offers(waiting)
    carried = _carried(waiting)
    wide = len(providers)
    load = Counter(owner for owner, state, _household, _region in carried if state != TaskState.ENDED)
    world = World(
        on=on,
        needs=_needs(needs, towns, offers, at),
        providers=_providers(providers, towns, load, at),
        lots=lots,
        contract_money=_whole(one.budget_fen - one.drawn_fen for one in contracts),
        declined=_offered(needs, where, offers, OfferState.DECLINED),
        let_expire=_offered(needs, where, offers, OfferState.EXPIRED),
        served=_known(needs, where, wide, "pk", ((home, owner) for owner, _state, home, _region in carried)),
        in_village=_known(
            needs,
            where,
            wide,
            "region_id",
            ((region, owner) for owner, state, _home, region in carried if state != TaskState.ENDED),
        ),
    )
    return Batch(world, needs, providers, contracts)


def _whole(values: Iterable[Any]) -> Any:
    return np.array(list(values), dtype=np.int64)


def _offers(waiting: QuerySet[Need]) -> list[tuple[int, int, str]]:
    """The failed offers of the needs: need, provider, how it ended."""
    ended = Offer.objects.filter(
        need__in=waiting.order_by().values("pk"), state__in=[OfferState.DECLINED, OfferState.EXPIRED]
    )
    return list(ended.values_list("need_id", "provider_id", "state"))


def _carried(waiting: QuerySet[Need]) -> list[tuple[int, str, int, int]]:
    """Every live task, and the ended ones of these households: provider, state, household, region."""
    homes = waiting.order_by().values("household")
    tasks = Task.objects.filter(~Q(state=TaskState.ENDED) | Q(need__household__in=homes))
    columns = ("provider_id", "state", "need__household_id", "need__household__region_id")
    with beyond("counts"):
        return list(tasks.values_list(*columns))


def _needs(
    needs: list[Need], towns: dict[int, int], offers: list[tuple[int, int, str]], at: datetime
) -> Needs:
    """The needs as columns; the place is that of the village group or of what lies above it."""
    places = [_place(need.household.region) for need in needs]
    failed = Counter(need for need, _provider, _state in offers)
    return Needs(
        township=_whole(towns[need.household.township_id] for need in needs),
        service=_whole(SERVICES.index(need.service) for need in needs),
        wish_sex=np.array([need.wish_sex for need in needs], dtype="U1"),
        lat=np.array([lat for lat, _lng in places], dtype=float),
        lng=np.array([lng for _lat, lng in places], dtype=float),
        visits=_whole(need.visits_per_month for need in needs),
        minutes=_whole(need.minutes for need in needs),
        urgent=np.array([need.urgent for need in needs], dtype=bool),
        failures=_whole(failed[need.pk] for need in needs),
        overdue=np.array([need.due_at < at for need in needs], dtype=bool),
    )


def _place(region: Region | None) -> tuple[float, float]:
    """The nearest place above a need that the map knows; a group's parents were read with the need."""
    while region is not None:
        if region.lat is not None and region.lng is not None:
            return region.lat, region.lng
        region = region.parent
    return np.nan, np.nan


def _providers(
    providers: list[Provider], towns: dict[int, int], load: Counter[int], at: datetime
) -> Providers:
    """The providers as columns. Standing is judged for each service, from facts read once."""
    where = {provider.pk: n for n, provider in enumerate(providers)}
    subjects = provider_subjects(providers, at, everybody=True)
    words = {
        service: [standing(subjects[row.pk], at, service).word for row in providers] for service in SERVICES
    }
    profiles = {
        service: [_profile(row, word) for row, word in zip(providers, words[service], strict=True)]
        for service in SERVICES
    }
    general = profiles[SERVICES[0]]
    does = np.zeros((len(providers), len(SERVICES)), dtype=bool)
    for owner, service in ProviderService.objects.values_list("provider_id", "service"):
        if owner in where:
            does[where[owner], SERVICES.index(service)] = True
    serves = np.zeros((len(providers), len(towns)), dtype=bool)
    for owner, region in ProviderTownship.objects.values_list("provider_id", "region_id"):
        if owner in where and region in towns:
            serves[where[owner], towns[region]] = True
    return Providers(
        volunteer=np.array([one.volunteer for one in general], dtype=bool),
        station=np.array([one.station for one in general], dtype=bool),
        stopped=np.array([[one.stopped for one in profiles[s]] for s in SERVICES], dtype=bool),
        papers_missing=np.array([[one.papers_missing for one in profiles[s]] for s in SERVICES], dtype=bool),
        last_day=np.array([one.last_day for one in general], dtype="datetime64[D]"),
        does=does,
        serves=serves,
        has_sex=_sexes(where, at),
        capacity=_whole(row.capacity for row in providers),
        load=_whole(load[row.pk] for row in providers),
        lat=np.array([np.nan if row.lat is None else row.lat for row in providers], dtype=float),
        lng=np.array([np.nan if row.lng is None else row.lng for row in providers], dtype=float),
    )


def _profile(row: Provider, word: str) -> Profile:
    """The provider's own side of the hard rules; what the township and the need decide stands in columns."""
    return Profile(row.kind, row.state, row.qualified_until, True, True, row.capacity, 0, True, standing=word)


def _sexes(where: dict[int, int], at: datetime) -> dict[str, Any]:
    """Who has women, who has men, valid at that moment."""
    found = {sex: np.zeros(len(where), dtype=bool) for sex in ("f", "m")}
    members = Membership.objects.filter(
        sex__in=list(found), valid_from__lte=at, valid_to__gt=at, user__is_active=True
    )
    for owner, sex in members.values_list("provider_id", "sex").distinct():
        if owner in where:
            found[sex][where[owner]] = True
    return found


def _lots(
    where: dict[int, int], towns: dict[int, int], on: date
) -> tuple[list[Contract], dict[tuple[int, int], Lots]]:
    """The live contracts, and for each township and service who is paid how much, from the fullest purse."""
    paid = (
        ContractLot.objects.filter(
            contract__state=ContractState.ACTIVE,
            contract__starts_on__lte=on,
            contract__ends_on__gt=on,
            contract__provider__in=list(where),
            contract__prices__service=F("service"),
            contract__prices__valid_from__lte=on,
            contract__prices__valid_to__gt=on,
        )
        .annotate(unit_fen=F("contract__prices__unit_fen"))
        .select_related("contract")
        .order_by("contract__ends_on", "contract_id", "unit_fen")
    )
    rows: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    contracts: list[Contract] = []
    for lot in paid:
        if not contracts or contracts[-1].pk != lot.contract_id:
            contracts.append(lot.contract)
        if lot.township_id in towns:
            place = towns[lot.township_id], SERVICES.index(lot.service)
            rows[place].append((len(contracts) - 1, lot.contract_id, lot.unit_fen))
    return contracts, {place: _lot(found, contracts, where) for place, found in rows.items() if found}


def _lot(found: list[tuple[int, int, int]], contracts: list[Contract], where: dict[int, int]) -> Lots:
    """One price a provider: of the contract with most money left, the one that ends first among equals."""
    best: dict[int, tuple[int, int]] = {}
    for number, _key, unit in sorted(found):
        row = contracts[number]
        held = best.get(row.provider_id)
        if held is None or _left(row) > _left(contracts[held[0]]):
            best[row.provider_id] = number, unit
    owners = sorted(best, key=lambda owner: where[owner])
    return Lots(
        provider=_whole(where[owner] for owner in owners),
        contract=_whole(best[owner][0] for owner in owners),
        unit_fen=_whole(best[owner][1] for owner in owners),
        lowest_fen=min((unit for _number, _key, unit in found if unit), default=0),
    )


def _left(contract: Contract) -> int:
    return contract.budget_fen - contract.drawn_fen


def _offered(needs: list[Need], where: dict[int, int], offers: list[tuple[int, int, str]], state: str) -> Any:
    """The pairs whose offer ended in this way, sorted."""
    place = {need.pk: n for n, need in enumerate(needs)}
    keys = {
        place[need] * len(where) + where[owner]
        for need, owner, ended in offers
        if ended == state and owner in where and need in place
    }
    return _whole(sorted(keys))


def _known(
    needs: list[Need], where: dict[int, int], wide: int, column: str, known: Iterable[tuple[int, int]]
) -> Any:
    """The pairs in which the provider is known to the need's household, or to its region; sorted."""
    owners: dict[int, set[int]] = defaultdict(set)
    for place, owner in known:
        if owner in where:
            owners[place].add(where[owner])
    return _whole(
        n * wide + owner
        for n, need in enumerate(needs)
        for owner in sorted(owners.get(getattr(need.household, column), ()))
    )
