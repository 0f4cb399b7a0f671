"""Policy finds people: the published rules asked of every household of a county, in pieces of 500.

Each household has one or two people; a third are in tekun support at home, a quarter are children or disabled, so that
many rules have something to say. Measured is a whole run (`run_next`). The statements per thousand households must be
the same for one township and for the county; the base is reading the same facts without judging or writing.
"""

import time
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Region
from portal.management.benches.database import own_database, settle
from portal.models import User
from services.casework.rule_facts import facts_by_person
from services.discovery.running import AT_ONCE, run_next
from services.models import Discovery, DiscoveryRun, Household, Person, PersonCategory

SCALE = 10_000
TOWNSHIPS = 10
LIMITS = {"growth_of_queries": 1.02, "ratio_to_reading": 12.0}
EXACT = {"growth_of_queries"}


def _world(households: int) -> tuple[User, Region]:
    county = Region.objects.create(code="430321", path="0001", level="county", name="测试县")
    towns = Region.objects.bulk_create(
        Region(
            code=f"430321{n:03d}", path=f"0001{n + 1:04d}", level="township", name=f"乡镇{n}", parent=county
        )
        for n in range(TOWNSHIPS)
    )
    villages = Region.objects.bulk_create(
        Region(
            code=f"{town.code}{201 + n:03d}", path=f"{town.path}{n + 1:04d}", level="village", name=f"村{n}", parent=town,
        )
        for town in towns
        for n in range(10)
    )  # fmt: skip
    rows = Household.objects.bulk_create(
        [
            Household(
                no=f"H-{n}", region=villages[n % 100], township=villages[n % 100].parent, name="测试", address="测试"
            )
            for n in range(households)
        ],
        batch_size=1000,
    )  # fmt: skip
    people = Person.objects.bulk_create(
        [
            Person(household=row, name="测试", sex="f", birth_date=date(1940 + n % 80, 1 + n % 12, 1))
            for n, row in enumerate(rows)
        ],
        batch_size=1000,
    )
    PersonCategory.objects.bulk_create(
        [
            PersonCategory(person=person, valid_from=date(2024, 1, 1), **_category(n))
            for n, person in enumerate(people)
            if n % 4 != 3
        ],
        batch_size=1000,
    )
    return User.objects.create(username="bench", name="测试"), county


def _category(n: int) -> dict[str, Any]:
    if n % 4 == 0:
        return {"kind": "tekun", "mode": "dispersed"}
    if n % 4 == 1:
        return {"kind": "dibao", "dibao_class": "B"}
    return {"kind": "disability", "disability": "limb", "grade": 1 + n % 4}


def _run(by: User, region: Region, no: str) -> tuple[int, float]:
    """Statements and seconds of one run."""
    DiscoveryRun.objects.create(no=no, region=region, asked_by=by)
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        run_next()
    return len(asked), time.perf_counter() - began


def _read(households: int) -> float:
    """Reading the same facts, piece by piece."""
    today, began = timezone.localdate(), time.perf_counter()
    for start in range(0, households, AT_ONCE):
        facts_by_person(
            Household.objects.select_related("region").order_by("pk")[start : start + AT_ONCE], today
        )
    return time.perf_counter() - began


def _measure(scale: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    with own_database():
        by, county = _world(scale)
        settle()
        nobody = Region.objects.create(
            code="430321999", path="00019998", level="township", name="空镇", parent=county
        )
        fixed, _seconds = _run(by, nobody, "NOBODY")
        town = Region.objects.filter(level="township").order_by("path")[0]
        few = (_run(by, town, "FEW")[0] - fixed) / Household.objects.filter(township=town).count()
        Discovery.objects.all().delete()
        asked, figures["seconds"] = _run(by, county, "ALL")
        many = (asked - fixed) / scale
        figures["queries_per_1000"], figures["growth_of_queries"] = many * 1000, many / few
        figures["found"] = float(Discovery.objects.count())
        _asked, figures["seconds_again"] = _run(by, county, "AGAIN")
        if Discovery.objects.count() != figures["found"] or not figures["found"]:
            raise CommandError("a second run found something else")
        figures["ratio_to_reading"] = figures["seconds_again"] / _read(scale)
    return figures


def run(scale: int | None, looser: float = 1.0, grown: int | None = None) -> dict[str, Any]:
    """Measure and judge; `scale` is the number of households. It has no growth of its own to measure."""
    if grown:
        raise CommandError("--grown belongs to `bench access`")
    scale = scale or SCALE
    figures = _measure(scale)
    limits = {key: value * (1 if key in EXACT else looser) for key, value in LIMITS.items()}
    ok = all(figures[key] <= limit for key, limit in limits.items())
    return {
        "name": "discovery",
        "scale": scale,
        "figures": {key: round(value, 3) for key, value in figures.items()},
        "limits": limits,
        "ok": ok,
    }
