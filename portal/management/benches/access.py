"""'My households in this township, by name': first page of 25 plus count, against Django's unfiltered one.

What is measured is the whole of a request behind the session: a user row as the session loads it, the
person's hats, the door, the page and the count, in one statement (`queries`). The process knows the hats
of the stamp in that row; `worker_first_ratio` is a person whom it meets for the first time.
Beside it: both shapes of grant table, stock guardian, every list without a township, a page far behind,
one check, the flags of a page, 5,000 grants given and ended, and the list as a rendered page with
names, 25 decrypted phones and its audit row. Every shape must return the same rows and count before it is timed.
Growth is from a tenth of the scale to the whole (or from the whole to `--grown`). Both counties stand at once and
are asked in turn, round by round, so that a busy machine does not count as growth.
All limits are upper limits.
"""

import gc
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from partners.models import Post, Region
from portal.management.benches import access_parts as parts
from portal.management.benches.access_locked import locked_ratio
from portal.management.benches.access_world import Subject, World, build, stored
from portal.management.benches.database import own_database, settle, turn_to
from portal.models import User
from portal.permissions.hats import forget_everybody, forget_hats, hats
from services.models import Household
from services.recipients.township_list import page_of, read_line

SCALE = 200_000
LIMITS = {
    "worker_ratio": 0.85,
    "manager_ratio": 1.0,
    "queries": 1.0,
    "growth_worker": 1.2,
    "growth_manager": 1.2,
    "growth_worker_everywhere": 1.5,
    "growth_manager_everywhere": 1.5,
    "page_100_ratio": 1.1,
    "check_ratio": 2.0,
    "flags_queries": 0.0,
    "grant_ratio": 0.5,
    "end_ratio": 1.2,
    "guardian_ratio": 0.2,
}
EXACT = {"queries", "flags_queries"}
SIZE = 25
ROUNDS = 15
Figures = dict[str, float]


def unfiltered(subject: Subject) -> tuple[list[int], int]:
    """Django's page and count without any right asked for: the base."""
    rows = Household.objects.filter(township_id=subject.township_id)
    page = list(rows.order_by("name_key", "id")[:SIZE])
    return [row.pk for row in page], rows.count()


def ours(user: User, subject: Subject) -> tuple[list[int], int]:
    """The product's list."""
    page = page_of(user, Region(pk=subject.township_id, path=user.__dict__["_path"]))
    return [row.pk for row in page.rows], page.total


def ours_everywhere(user: User, subject: Subject) -> tuple[list[int], int]:
    """The product's list of everything the person sees."""
    page = page_of(user, None)
    return [row.pk for row in page.rows], page.total


def by_door(user: User, subject: Subject, *, everywhere: bool = False) -> tuple[list[int], int]:
    """The same rule through the ORM: the truth the others are compared with."""
    rows = Household.objects.visible_to(user).filter(state="active")
    if not everywhere:
        rows = rows.filter(township_id=subject.township_id)
    return [row.pk for row in rows.order_by("name_key", "id")[:SIZE]], rows.count()


def by_principal(user: User, subject: Subject) -> tuple[list[int], int]:
    """One table with a principal column."""
    worn = hats(user)
    principals = [user.pk, *(-hat.team_id for hat in worn if hat.rules.sees_team and hat.team_id)]
    marks = ", ".join(["%s"] * len(principals))
    now = stored(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(  # noqa: S608 (bench only; the same form as ours, over one table)
            "WITH seen AS NOT MATERIALIZED (SELECT name_key, household AS id FROM bench_access "  # noqa: S608
            f"WHERE principal IN ({marks}) AND township = %s AND valid_to > %s AND valid_from <= %s "
            "AND household NOT IN (SELECT n.id FROM services_household n WHERE n.township_id = %s "
            "AND n.state IN ('paused', 'closed'))), "
            "shown AS (SELECT DISTINCT name_key, id FROM seen ORDER BY name_key, id LIMIT %s) "
            "SELECT (SELECT count(*) FROM (SELECT DISTINCT name_key, id FROM seen) q), h.id, h.no, h.name, "
            "h.name_key, h.township_id, h.self_care, h.state, r.id, r.code, r.path, r.level, r.parent_id, "
            "r.name, r.name_en FROM shown JOIN services_household h ON h.id = shown.id "
            "JOIN partners_region r ON r.id = h.region_id ORDER BY shown.name_key, shown.id",
            [*principals, subject.township_id, now, now, subject.township_id, SIZE],
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


def _fresh(subject: Subject, paths: dict[int, str]) -> User:
    """The person as the session of a new request loads them."""
    user = User.objects.get(pk=subject.user_id)
    user.__dict__["_path"] = paths[subject.township_id]
    return user


def _assert_equal(subjects: list[Subject], paths: dict[int, str], *, all_shapes: bool) -> None:
    for subject in subjects:
        user = _fresh(subject, paths)
        truth = by_door(user, subject)
        agree = truth == ours(user, subject) and truth[1] > 0
        if all_shapes:
            agree = agree and truth == by_principal(user, subject)
        if not agree or by_door(user, subject, everywhere=True) != ours_everywhere(user, subject):
            raise AssertionError(f"the shapes disagree for user {subject.user_id}")


def _queries(subjects: list[Subject], paths: dict[int, str]) -> float:
    """The most statements that one list costs a request behind the session."""
    most = 0
    for subject in subjects:
        ours(_fresh(subject, paths), subject)
        for call in (ours, ours_everywhere):
            user = _fresh(subject, paths)
            with CaptureQueriesContext(connection) as caught:
                call(user, subject)
            most = max(most, len(caught))
    return most


def timed(call: Callable[[], Any]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _medians(subjects: list[Subject], paths: dict[int, str]) -> Figures:
    """Median milliseconds of each shape, taken side by side."""
    shapes: dict[str, Callable[[User, Subject], Any]] = {
        "ours": ours,
        "everywhere": ours_everywhere,
        "principal": by_principal,
        "guardian": stock,
        "page": parts.whole_page,
    }
    times: dict[str, list[float]] = {name: [] for name in ("base", "first", *shapes)}
    gc.collect()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            for subject in subjects:
                times["base"].append(timed(lambda subject=subject: unfiltered(subject)))
                for name, shape in shapes.items():
                    user = _fresh(subject, paths)
                    times[name].append(timed(lambda s=shape, u=user, subject=subject: s(u, subject)))
                user = _fresh(subject, paths)
                forget_hats(user)
                times["first"].append(timed(lambda u=user, subject=subject: ours(u, subject)))
    finally:
        gc.enable()
    return {name: statistics.median(values) for name, values in times.items()}


def _others(world: World, paths: dict[int, str]) -> Figures:
    """The figures that are taken once, at the whole scale."""
    people = [_fresh(subject, paths) for subject in world.workers]
    managers = [_fresh(subject, paths) for subject in world.managers]
    return {
        "queries": _queries(world.workers[:5] + world.managers[:5], paths),
        "page_100_ratio": parts.page_100_ratio(managers, ROUNDS),
        "check_ratio": parts.check_ratio(people, ROUNDS),
        "flags_queries": parts.flags_queries(managers[0]),
        "grant_ratio": parts.grant_ratio(world.provider),
        "end_ratio": parts.end_ratio(world.provider),
        **_locked(
            list(zip(people, world.workers, strict=True)), list(zip(managers, world.managers, strict=True))
        ),
    }


def _locked(workers: list[tuple[User, Subject]], managers: list[tuple[User, Subject]]) -> Figures:
    """What row-level security costs the list; a line of PostgreSQL alone, without a limit."""
    if connection.vendor != "postgresql":
        return {}
    return {
        "rls_ratio_worker": locked_ratio(workers, ours, ROUNDS),
        "rls_ratio_manager": locked_ratio(managers, ours, ROUNDS),
    }


@dataclass(frozen=True)
class County:
    """A county in a database of its own."""

    database: str
    world: World
    paths: dict[int, str]

    def enter(self) -> None:
        """Work in this county, in which a person of the same key is somebody else."""
        turn_to(self.database)
        ContentType.objects.clear_cache()
        forget_everybody()


@contextmanager
def _county(scale: int, *, all_shapes: bool) -> Iterator[County]:
    ContentType.objects.clear_cache()
    forget_everybody()
    with own_database() as database:
        world = build(scale, with_principals=all_shapes)
        settle()
        paths = dict(Region.objects.filter(level="township").values_list("pk", "path"))
        if Post.objects.exists():
            raise AssertionError("nobody in this benchmark sees by place")
        _assert_equal(world.workers[:5] + world.managers[:5], paths, all_shapes=all_shapes)
        yield County(database, world, paths)


def _growth(small: County, large: County) -> Figures:
    """How much dearer each list is in the large county than in the small one."""
    times: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for county in (small, large):
            county.enter()
            groups = {"worker": county.world.workers, "manager": county.world.managers}
            for who, subjects in groups.items():
                for name, spent in _round(subjects, county.paths):
                    times[f"{who}{name}", county is large].append(spent)
    return {
        f"growth_{key}": statistics.median(times[key, True]) / statistics.median(times[key, False])
        for key, grown in list(times)
        if grown
    }


def _round(subjects: list[Subject], paths: dict[int, str]) -> Iterator[tuple[str, float]]:
    """Each list once for everybody, after a first time that does not count."""
    shapes: dict[str, Callable[[User, Subject], Any]] = {"": ours, "_everywhere": ours_everywhere}
    for measured in (False, True):
        for subject in subjects:
            for name, shape in shapes.items():
                user = _fresh(subject, paths)
                spent = timed(lambda s=shape, u=user, subject=subject: s(u, subject))
                if measured:
                    yield name, spent


def _measure(scale: int, grown: int | None) -> tuple[Figures, Figures, Figures]:
    """The times of a worker and of a manager, and every figure that is no time; in a county made for it."""
    with _county(scale, all_shapes=True) as county:
        worker = _medians(county.world.workers, county.paths)
        manager = _medians(county.world.managers, county.paths)
        others = _others(county.world, county.paths)
        on_the_way = json.dumps({"worker": worker, "manager": manager, **others})
        print(on_the_way, file=sys.stderr, flush=True)
        with _county(grown or max(5_000, scale // 10), all_shapes=False) as other:
            others |= _growth(county, other) if grown else _growth(other, county)
    return worker, manager, others


def run(scale: int | None, looser: float = 1.0, grown: int | None = None) -> dict[str, Any]:
    """Measure, and judge the figures by the limits. `grown` is the size that growth is measured to."""
    scale = scale or SCALE
    worker, manager, others = _measure(scale, grown)
    figures = {
        "worker_ratio": worker["ours"] / worker["base"],
        "manager_ratio": manager["ours"] / manager["base"],
        "guardian_ratio": worker["ours"] / worker["guardian"],
        **others,
        "principal_worker_ratio": worker["principal"] / worker["base"],
        "principal_manager_ratio": manager["principal"] / manager["base"],
        "guardian_worker_over_base": worker["guardian"] / worker["base"],
        "guardian_manager_over_base": manager["guardian"] / manager["base"],
        "worker_first_ratio": worker["first"] / worker["base"],
        "worker_page_ratio": worker["page"] / worker["base"],
        "manager_page_ratio": manager["page"] / manager["base"],
        "base_ms": worker["base"],
        "worker_ms": worker["ours"],
        "manager_ms": manager["ours"],
        "worker_everywhere_ms": worker["everywhere"],
        "manager_everywhere_ms": manager["everywhere"],
    }
    limits = {key: limit * (1.0 if key in EXACT else looser) for key, limit in LIMITS.items()}
    return {
        "name": "access",
        "scale": scale,
        "figures": {key: round(value, 3) for key, value in figures.items()},
        "limits": limits,
        "ok": all(figures[key] <= limit for key, limit in limits.items()),
    }
