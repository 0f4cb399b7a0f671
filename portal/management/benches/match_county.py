"""The rows of the county that `bench match` reads end to end."""

import random
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Group

from partners.models import (
    Provider,
    ProviderKind,
    ProviderService,
    ProviderState,
    ProviderTownship,
    Region,
    ServiceCode,
)
from portal.base.periods import local_date
from portal.management.benches.database import settle
from portal.management.benches.match_world import APART_KM, KM_A_DEGREE, SOUTH, WEST
from portal.models import User
from services.models import Contract, ContractLot, ContractPrice, ContractState, Household, Need, NeedState

TOWNSHIPS, VILLAGES = 20, 15
MANY = 2000


def write_county(needs: int, providers: int, at: datetime) -> None:
    """Twenty townships, agencies with contracts in their own and the neighbouring ones, and a need a household."""
    dice = random.Random(5)
    by = User.objects.create(username="bench", name="测试")
    county = Region.objects.create(code="B", path="0001", level="county", name="测试县")
    towns = [_town(county, n) for n in range(TOWNSHIPS)]
    villages = [_villages(dice, town) for town in towns]
    _write_providers(dice, needs, providers, towns, by, local_date(at))
    _write_needs(dice, needs, villages, by, at)
    settle()


def _town(county: Region, n: int) -> Region:
    row, column = divmod(n, 5)
    return Region.objects.create(
        code=f"B{n}",
        path=f"0001{n + 1:04d}",
        level="township",
        name=f"测试{n}镇",
        parent=county,
        lat=SOUTH + row * APART_KM / KM_A_DEGREE,
        lng=WEST + column * APART_KM / 99,
    )


def _villages(dice: random.Random, town: Region) -> list[Region]:
    return Region.objects.bulk_create(
        Region(
            code=f"{town.code}V{k}",
            path=f"{town.path}{k + 1:04d}",
            level="village",
            name=f"第{k}村",
            parent=town,
            lat=(town.lat or 0) + dice.gauss(0, 0.02),
            lng=(town.lng or 0) + dice.gauss(0, 0.02),
        )
        for k in range(VILLAGES)
    )


def _write_providers(
    dice: random.Random, needs: int, count: int, towns: list[Region], by: User, on: date
) -> None:
    """Room for 1.15 times the needs; three services and about six townships each."""
    teams = Group.objects.bulk_create([Group(name=f"match{n}") for n in range(count)], batch_size=MANY)
    home = [towns[n % len(towns)] for n in range(count)]
    rows = Provider.objects.bulk_create(
        [
            Provider(
                no=f"P-{n:06d}",
                kind=ProviderKind.AGENCY,
                name="测试",
                state=ProviderState.LIVE,
                team=team,
                lat=(home[n].lat or 0) + dice.gauss(0, 0.02),
                lng=(home[n].lng or 0) + dice.gauss(0, 0.02),
                capacity=max(1, round(dice.uniform(0.5, 1.8) * needs / count)),
            )
            for n, team in enumerate(teams)
        ],
        batch_size=MANY,
    )
    contracts = Contract.objects.bulk_create(
        [
            Contract(
                no=f"C-{n:06d}",
                provider=row,
                title="测试",
                starts_on=on - timedelta(days=30),
                ends_on=on + timedelta(days=300),
                budget_fen=row.capacity * 40_000,
                state=ContractState.ACTIVE,
                signed_by=by,
            )
            for n, row in enumerate(rows)
        ],
        batch_size=MANY,
    )
    services, places, prices, lots = [], [], [], []
    for n, (row, contract) in enumerate(zip(rows, contracts, strict=True)):
        near = [towns[(n + step) % len(towns)] for step in (0, 1, 4, 5, 15, 19)]
        places += [ProviderTownship(provider=row, region=town) for town in near]
        for service in dice.sample(list(ServiceCode.values), 3):
            services.append(ProviderService(provider=row, service=service))
            lots += [ContractLot(contract=contract, service=service, township=town) for town in near]
            prices.append(
                ContractPrice(
                    contract=contract,
                    service=service,
                    unit_fen=dice.randint(50, 80) * 100,
                    valid_from=contract.starts_on,
                    valid_to=contract.ends_on,
                )
            )
    ProviderService.objects.bulk_create(services, batch_size=MANY)
    ProviderTownship.objects.bulk_create(places, batch_size=MANY)
    ContractPrice.objects.bulk_create(prices, batch_size=MANY)
    ContractLot.objects.bulk_create(lots, batch_size=MANY)


def _write_needs(
    dice: random.Random, count: int, villages: list[list[Region]], by: User, at: datetime
) -> None:
    where = [dice.choice(dice.choice(villages)) for _n in range(count)]
    homes = Household.objects.bulk_create(
        [
            Household(no=f"H-{n:06d}", region=village, township=village.parent, name="测试", name_key="ceshi")
            for n, village in enumerate(where)
        ],
        batch_size=MANY,
    )
    Need.objects.bulk_create(
        [
            Need(
                no=f"N-{n:06d}",
                household=home,
                service=dice.choice(ServiceCode.values),
                visits_per_month=dice.choice([1, 2, 4]),
                state=NeedState.TO_MATCH,
                urgent=n % 30 == 0,
                due_at=at + timedelta(days=n % 9 - 1),
                reported_by=by,
            )
            for n, home in enumerate(homes)
        ],
        batch_size=MANY,
    )
