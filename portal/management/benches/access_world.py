"""The county in which `bench access` asks: households, teams, people, grants and 5,000 live tasks."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.utils import timezone

from partners.models import MemberRole, Membership, Provider, ProviderKind, ProviderState, Region
from portal.base.models import OPEN_END, uuid7
from portal.management.benches.database import fill, without_indexes
from portal.models import User
from services.models import Household, Need, Task


@dataclass(frozen=True)
class Subject:
    """Somebody who opens the list of one township."""

    user_id: int
    township_id: int


@dataclass(frozen=True)
class World:
    """Who is asked in the benchmark."""

    workers: list[Subject]
    managers: list[Subject]
    provider: Provider


def _users(count: int, start: int) -> list[User]:
    rows = [User(username=f"bench{start + n}", password="!", name="测试") for n in range(count)]  # noqa: S106
    return User.objects.bulk_create(rows, batch_size=2000)


def _providers(count: int, prefix: str) -> list[Provider]:
    groups = Group.objects.bulk_create([Group(name=f"{prefix}{n}") for n in range(count)], batch_size=2000)
    rows = [
        Provider(
            no=f"{prefix}-{n}", kind=ProviderKind.AGENCY, name="测试", state=ProviderState.LIVE, team=group
        )
        for n, group in enumerate(groups)
    ]
    return Provider.objects.bulk_create(rows, batch_size=1000)


def stored(moment: datetime) -> Any:
    """A moment as a hand-written statement needs it."""
    return connection.ops.adapt_datetimefield_value(moment)


def _regions(count: int) -> tuple[list[Region], list[Region]]:
    county = Region.objects.create(code="B", path="0001", level="county", name="测试县")
    townships = Region.objects.bulk_create(
        [
            Region(code=f"B{n}", path=f"0001{n + 1:04d}", level="township", name=f"镇{n}", parent=county)
            for n in range(count)
        ]
    )
    villages = Region.objects.bulk_create(
        [
            Region(code=f"B{n}V", path=f"{town.path}0001", level="village", name=f"村{n}", parent=town)
            for n, town in enumerate(townships)
        ]
    )
    return townships, villages


def _households(
    scale: int, townships: list[Region], villages: list[Region], rng: random.Random
) -> list[tuple[int, int, str]]:
    """Write the households; returns (id, township id, name_key) of each."""
    fields = [field for field in Household._meta.concrete_fields if field.attname != "id"]
    blank = Household(created_at=timezone.now(), updated_at=timezone.now())
    rest = {
        field.column: field.get_db_prep_save(getattr(blank, field.attname), connection) for field in fields
    }
    known: list[tuple[int, int, str]] = []

    def rows() -> Iterator[tuple]:
        for n in range(1, scale + 1):
            place = (n - 1) % len(townships)
            key = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(9))
            known.append((n, townships[place].pk, key))
            uid = uuid7()
            own = {
                "id": n,
                "uid": uid if connection.vendor == "postgresql" else uid.hex,
                "no": f"H-{n:08d}",
                "region_id": villages[place].pk,
                "township_id": townships[place].pk,
                "name": f"测{n}",
                "name_key": key,
                "state": "closed" if n % 50 == 0 else "active",
                "self_care": "able",
            }
            yield tuple((rest | own)[column] for column in columns)

    columns = ["id", *rest]
    fill("services_household", columns, rows())
    return known


@transaction.atomic
def build(scale: int, *, with_principals: bool) -> World:
    """A county of `scale` households and about 5.6 grants for each, a tenth of them expired; two in a hundred

    files are paused or closed.
    """
    rng = random.Random(7)
    townships, villages = _regions(max(10, scale // 1000))
    with without_indexes("services_household"):
        households = _households(scale, townships, villages, rng)
    by_town: dict[int, list[tuple[int, int, str]]] = {}
    for row in households:
        by_town.setdefault(row[1], []).append(row)
    towns = list(by_town)
    teams = _providers(scale // 40, "team")
    wide = _providers(20, "wide")
    workers = _users(scale // 10, 0)
    managers = _users(20, scale)
    now = timezone.now()
    begun, ended, never = (
        stored(now - timedelta(days=90)),
        stored(now - timedelta(days=1)),
        stored(OPEN_END),
    )
    permission = Permission.objects.get(content_type__app_label="services", codename="view_household").pk
    bench_rows: list[tuple] = []

    def grant(holder: int, principal: int, row: tuple[int, int, str], cause: str) -> tuple:
        until = ended if rng.random() < 0.1 else never
        if with_principals:
            bench_rows.append((principal, row[0], row[1], row[2], begun, until))
        return (permission, holder, row[0], row[1], row[2], cause, begun, until)

    def team_rows() -> Iterator[tuple]:
        for n, provider in enumerate(teams):
            pool = by_town[towns[n % len(towns)]] + by_town[towns[(n + 1) % len(towns)]]
            for row in rng.sample(pool, min(len(pool), rng.randint(20, 240))):
                yield grant(provider.team_id, -provider.team_id, row, f"t{n}")
        for n, provider in enumerate(wide):
            pool = [row for k in range(5) for row in by_town[towns[(n * 5 + k) % len(towns)]]]
            for row in pool[:5000]:
                yield grant(provider.team_id, -provider.team_id, row, f"w{n}")

    def person_rows() -> Iterator[tuple]:
        for n, user in enumerate(workers):
            pool = by_town[towns[n % len(towns)]] + by_town[towns[(n + 1) % len(towns)]]
            share = rng.randint(20, 80) if n % 4 == 0 else rng.randint(5, 20)
            for row in rng.sample(pool, min(len(pool), share)):
                yield grant(user.pk, user.pk, row, f"a{n}")

    shared = ("content_object_id", "township_id", "name_key", "cause", "valid_from", "valid_to")
    with without_indexes("services_householdteamgrant", "services_householdusergrant"):
        fill("services_householdteamgrant", ("permission_id", "group_id", *shared), team_rows())
        fill("services_householdusergrant", ("permission_id", "user_id", *shared), person_rows())
    if with_principals:
        _principal_table(bench_rows)
    _members(workers, teams, managers, wide)
    asked = range(0, len(workers), 4)[:20]
    return World(
        [Subject(workers[n].pk, towns[n % len(towns)]) for n in asked],
        [Subject(user.pk, towns[(n * 5) % len(towns)]) for n, user in enumerate(managers)],
        _tasks(wide[0], workers[0], [row[0] for row in households[: min(5000, scale)]]),
    )


def _principal_table(rows: list[tuple]) -> None:
    stamp = "timestamptz" if connection.vendor == "postgresql" else "datetime"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_access (principal bigint NOT NULL, household bigint NOT NULL, township bigint "
            f"NOT NULL, name_key varchar(120) NOT NULL, valid_from {stamp} NOT NULL, valid_to {stamp} NOT NULL)"
        )
    fill("bench_access", ("principal", "household", "township", "name_key", "valid_from", "valid_to"), rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX bench_list ON bench_access "
            "(principal, township, name_key, household, valid_to, valid_from)"
        )


def _tasks(provider: Provider, by: User, households: list[int]) -> Provider:
    """Live tasks of one provider whose files are not open yet."""
    now = timezone.now()
    needs = Need.objects.bulk_create(
        [
            Need(
                no=f"N-{pk}",
                household_id=pk,
                service="visit_care",
                state="placed",
                due_at=now,
                reported_by=by,
            )
            for pk in households
        ],
        batch_size=1000,
    )
    Task.objects.bulk_create(
        [
            Task(no=f"T-{need.pk}", need=need, provider=provider, state="live", valid_from=now)
            for need in needs
        ],
        batch_size=1000,
    )
    return provider


def _members(workers: list[User], teams: list[Provider], managers: list[User], wide: list[Provider]) -> None:
    pairs = [(user, teams[n % len(teams)], MemberRole.WORKER) for n, user in enumerate(workers)]
    pairs += [(user, provider, MemberRole.MANAGER) for user, provider in zip(managers, wide, strict=True)]
    Membership.objects.bulk_create(
        [
            Membership(no=f"M-{n}", provider=provider, user=user, role=role)
            for n, (user, provider, role) in enumerate(pairs)
        ],
        batch_size=1000,
    )
    for user, provider in zip(managers, wide, strict=True):
        user.groups.add(provider.team_id)
