"""'My households in this township, by name': first page of 25 plus count, against Django's unfiltered one.

Measures both shapes of grant table: guardian's two direct tables with extra columns (the product's, read
by `services.recipients.township_list.page_of`) and one table with a principal column; and stock guardian. Every
shape must return the same rows and the same count before it is timed. Hats are known, as they are in a
request behind the gate; `worker_cold_ratio` includes reading them. Growth is from a tenth of the scale to
the whole, each taken against the base beside it (a township's page, which does not grow), so that a busy
machine does not count as growth. All ratios are upper limits.
"""

import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from partners.models import MemberRole, Membership, Post, Provider, ProviderKind, ProviderState, Region
from portal.base.models import OPEN_END, uuid7
from portal.management.benches.database import fill, own_database, settle
from portal.models import User
from portal.permissions.hats import hats
from services.models import Household
from services.recipients.township_list import page_of, read_line

SCALE = 200_000
LIMITS = {
    "worker_ratio": 1.0,
    "manager_ratio": 1.2,
    "growth_worker": 1.5,
    "growth_manager": 1.5,
    "guardian_ratio": 0.2,
}
SIZE = 25
_HOUSEHOLD_COLUMNS = [
    *(
        "id",
        "uid",
        "created_at",
        "updated_at",
        "version",
        "no",
        "region_id",
        "township_id",
        "name",
        "name_key",
    ),
    *("address", "phone", "state", "door_note", "dialect", "self_care"),
]
ROUNDS = 15


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


def _stored(moment: datetime) -> Any:
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
    now = _stored(timezone.now())
    known: list[tuple[int, int, str]] = []

    def rows() -> Iterator[tuple]:
        for n in range(1, scale + 1):
            place = (n - 1) % len(townships)
            key = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(9))
            known.append((n, townships[place].pk, key))
            uid = uuid7()
            yield (
                n, uid if connection.vendor == "postgresql" else uid.hex, now, now, 1, f"H-{n:08d}",
                villages[place].pk, townships[place].pk, f"测{n}", key, "测试路", "", "active", "", "", "able",
            )  # fmt: skip

    fill("services_household", _HOUSEHOLD_COLUMNS, rows())
    return known


@transaction.atomic
def build(scale: int) -> World:
    """A county of `scale` households and about 5.6 grants for each, a tenth of them expired."""
    rng = random.Random(7)
    townships, villages = _regions(max(10, scale // 1000))
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
        _stored(now - timedelta(days=90)),
        _stored(now - timedelta(days=1)),
        _stored(OPEN_END),
    )
    permission = Permission.objects.get(content_type__app_label="services", codename="view_household").pk
    bench_rows: list[tuple] = []

    def grant(holder: int, principal: int, row: tuple[int, int, str], cause: str) -> tuple:
        until = ended if rng.random() < 0.1 else never
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
    fill("services_householdteamgrant", ("permission_id", "group_id", *shared), team_rows())
    fill("services_householdusergrant", ("permission_id", "user_id", *shared), person_rows())
    _principal_table(bench_rows)
    _members(workers, teams, managers, wide)
    asked = range(0, len(workers), 4)[:20]
    return World(
        [Subject(workers[n].pk, towns[n % len(towns)]) for n in asked],
        [Subject(user.pk, towns[(n * 5) % len(towns)]) for n, user in enumerate(managers)],
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


def unfiltered(subject: Subject) -> tuple[list[int], int]:
    """Django's page and count without any right asked for: the base."""
    rows = Household.objects.filter(township_id=subject.township_id)
    page = list(rows.order_by("name_key", "id")[:SIZE])
    return [row.pk for row in page], rows.count()


def ours(user: User, subject: Subject) -> tuple[list[int], int]:
    """The product's list."""
    page = page_of(user, Region(pk=subject.township_id, path=user.__dict__["_path"]))
    return [row.pk for row in page.rows], page.total


def by_door(user: User, subject: Subject) -> tuple[list[int], int]:
    """The same rule through the ORM: the truth the others are compared with."""
    rows = Household.objects.visible_to(user).filter(township_id=subject.township_id)
    return [row.pk for row in rows.order_by("name_key", "id")[:SIZE]], rows.count()


def by_principal(user: User, subject: Subject) -> tuple[list[int], int]:
    """One table with a principal column."""
    worn = hats(user)
    principals = [user.pk, *(-hat.team_id for hat in worn if hat.rules.sees_team and hat.team_id)]
    marks = ", ".join(["%s"] * len(principals))
    now = _stored(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(  # noqa: S608 (bench only; the same form as ours, over one table)
            "WITH seen AS NOT MATERIALIZED (SELECT name_key, household AS id FROM bench_access "  # noqa: S608
            f"WHERE principal IN ({marks}) AND township = %s AND valid_to > %s AND valid_from <= %s), "
            "shown AS (SELECT DISTINCT name_key, id FROM seen ORDER BY name_key, id LIMIT %s) "
            "SELECT (SELECT count(*) FROM (SELECT DISTINCT name_key, id FROM seen) q), h.id, h.no, h.name, "
            "h.name_key, h.township_id, h.self_care, h.state, r.id, r.code, r.path, r.level, r.parent_id, "
            "r.name, r.name_en FROM shown JOIN services_household h ON h.id = shown.id "
            "JOIN partners_region r ON r.id = h.region_id ORDER BY shown.name_key, shown.id",
            [*principals, subject.township_id, now, now, SIZE],
        )
        found = cursor.fetchall()
    regions: dict[int, Region] = {}
    page = [read_line(row, regions) for row in found]
    return [row.pk for row in page], found[0][0] if found else 0


def stock(user: User, subject: Subject) -> tuple[list[int], int]:
    """Stock guardian, which knows no dates: its rows may be more than ours."""
    rows = get_objects_for_user(
        user, "services.view_household", klass=Household, accept_global_perms=False, with_superuser=False
    ).filter(township_id=subject.township_id)
    return [row.pk for row in rows.order_by("name_key", "id")[:SIZE]], rows.count()


def _fresh(subject: Subject, paths: dict[int, str], *, warm: bool = True) -> User:
    user = User.objects.get(pk=subject.user_id)
    user.__dict__["_path"] = paths[subject.township_id]
    if warm:
        hats(user)
    return user


def _assert_equal(subjects: list[Subject], paths: dict[int, str]) -> None:
    for subject in subjects:
        user = _fresh(subject, paths)
        truth = by_door(user, subject)
        if not (truth == ours(user, subject) == by_principal(user, subject)) or truth[1] == 0:
            raise AssertionError(f"the shapes disagree for user {subject.user_id}")


def _timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _medians(subjects: list[Subject], paths: dict[int, str], *, all_shapes: bool) -> dict[str, float]:
    """Median milliseconds of each shape, taken side by side."""
    shapes: dict[str, Callable[[User, Subject], Any]] = {"ours": ours}
    if all_shapes:
        shapes |= {"principal": by_principal, "guardian": stock}
    times: dict[str, list[float]] = {name: [] for name in ("base", "cold", *shapes)}
    gc.collect()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            for subject in subjects:
                times["base"].append(_timed(lambda subject=subject: unfiltered(subject)))
                for name, shape in shapes.items():
                    user = _fresh(subject, paths)
                    times[name].append(_timed(lambda s=shape, u=user, subject=subject: s(u, subject)))
                user = _fresh(subject, paths, warm=False)
                times["cold"].append(_timed(lambda u=user, subject=subject: ours(u, subject)))
    finally:
        gc.enable()
    return {name: statistics.median(values) for name, values in times.items()}


def _measure(scale: int, *, all_shapes: bool) -> tuple[dict[str, float], dict[str, float]]:
    ContentType.objects.clear_cache()
    with own_database():
        world = build(scale)
        settle()
        paths = dict(Region.objects.filter(level="township").values_list("pk", "path"))
        if Post.objects.exists():
            raise AssertionError("nobody in this benchmark sees by place")
        _assert_equal(world.workers[:5] + world.managers[:5], paths)
        return (
            _medians(world.workers, paths, all_shapes=all_shapes),
            _medians(world.managers, paths, all_shapes=all_shapes),
        )


def run(scale: int | None, looser: float = 1.0) -> dict[str, Any]:
    """Measure, and judge the figures by the limits."""
    scale = scale or SCALE
    small_worker, small_manager = _measure(max(5_000, scale // 10), all_shapes=False)
    worker, manager = _measure(scale, all_shapes=True)
    figures = {
        "worker_ratio": worker["ours"] / worker["base"],
        "manager_ratio": manager["ours"] / manager["base"],
        "growth_worker": worker["ours"] / worker["base"] / (small_worker["ours"] / small_worker["base"]),
        "growth_manager": manager["ours"] / manager["base"] / (small_manager["ours"] / small_manager["base"]),
        "guardian_ratio": worker["ours"] / worker["guardian"],
        "principal_worker_ratio": worker["principal"] / worker["base"],
        "principal_manager_ratio": manager["principal"] / manager["base"],
        "guardian_worker_over_base": worker["guardian"] / worker["base"],
        "guardian_manager_over_base": manager["guardian"] / manager["base"],
        "worker_cold_ratio": worker["cold"] / worker["base"],
        "base_ms": worker["base"],
        "worker_ms": worker["ours"],
        "manager_ms": manager["ours"],
    }
    limits = {key: limit * looser for key, limit in LIMITS.items()}
    return {
        "name": "access",
        "scale": scale,
        "figures": {key: round(value, 3) for key, value in figures.items()},
        "limits": limits,
        "ok": all(figures[key] <= limit for key, limit in limits.items()),
    }
