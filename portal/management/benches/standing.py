"""The standing of every partner on one day: 5,000 volunteers and 300 organisations, in ten statements at most.

Measured is what the nightly job asks (`standing_of_all`), with two papers and a course each, one in five lapsed,
one in five running out, one in fifty stopped. The words found are counted against what was written. The time is
the median of three; the base is reading the same partners and their papers without judging anything.
"""

import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import (
    Application,
    Course,
    Organisation,
    Paper,
    Provider,
    ProviderKind,
    ProviderState,
    ProviderSuspension,
    Region,
    Requirement,
    TrainingResult,
    Volunteer,
    VolunteerState,
)
from partners.vetting.jobs import standing_of_all
from portal.base.models import OPEN_END
from portal.base.periods import local_date
from portal.management.benches.database import own_database, settle
from portal.models import User

SCALE = 5000
VOLUNTEERS_TO_ONE_ORGANISATION = 5000 / 300
TIMES = 3
LIMITS = {"queries": 10.0, "ratio_to_reading": 4.0, "seconds": 10.0}
EXACT = {"queries"}
# Each is asked two papers and a course, or two papers and the certificate of registration.
ASKED = (
    ("volunteer", "identity", "check"),
    ("volunteer", "health", "paper"),
    ("volunteer", "basics", "training"),
    ("organisation", "cover", "paper"),
    ("organisation", "premises", "paper"),
    ("organisation", "registration", "register"),
)


def _last_day(n: int, on: date) -> date:
    """Of five one is over, one runs out in these weeks, the others last."""
    return on + timedelta(days={0: -3, 1: 20}.get(n % 5, 300))


def _word(n: int) -> str:
    """The standing that was written for the nth."""
    return "suspended" if n % 50 == 49 else {0: "lapsed", 1: "lapsing"}.get(n % 5, "valid")


def _papers(rows: list[Any], owner: str, codes: tuple[str, str], by: User, at: datetime) -> None:
    on = local_date(at)
    Paper.objects.bulk_create(
        [
            Paper(
                no=f"{code}-{owner[:1]}{n}",
                code=code,
                state="accepted",
                issued_on=date(2020, 1, 1),
                valid_until=_last_day(n, on) if code == codes[1] else None,
                handed_in_at=at,
                decided_by=by,
                decided_at=at,
                **{owner: row},
            )
            for code in codes
            for n, row in enumerate(rows)
        ],
        batch_size=1000,
    )


def _providers(count: int, kind: str) -> list[Provider]:
    teams = Group.objects.bulk_create([Group(name=f"{kind}{n}") for n in range(count)], batch_size=1000)
    rows = [
        Provider(no=f"{kind}-{n}", kind=kind, name=f"测试{n}", state=ProviderState.LIVE, team=team)
        for n, team in enumerate(teams)
    ]
    return Provider.objects.bulk_create(rows, batch_size=1000)


def _stop(rows: list[Provider], by: User, at: datetime) -> None:
    stopped = [row for n, row in enumerate(rows) if _word(n) == "suspended"]
    ProviderSuspension.objects.bulk_create(
        ProviderSuspension(
            provider=row, by=by, reason="测试", valid_from=at - timedelta(days=1), valid_to=OPEN_END
        )
        for row in stopped
    )


def _approve(rows: list[Any], party: str, town: Region, by: User, at: datetime) -> None:
    Application.objects.bulk_create(
        [
            Application(
                no=f"A-{party[:1]}{n}",
                kind=party,
                state="approved",
                applicant=by,
                township=town,
                decided_by=by,
                decided_at=at - timedelta(days=100),
                **{party: row},
            )
            for n, row in enumerate(rows)
        ],
        batch_size=1000,
    )


def _volunteers(count: int, town: Region, by: User, at: datetime) -> None:
    people = User.objects.bulk_create(
        [User(username=f"v{n}", password="!", name="测试") for n in range(count)],  # noqa: S106
        batch_size=1000,
    )
    providers = _providers(count, ProviderKind.VOLUNTEER)
    rows = Volunteer.objects.bulk_create(
        [
            Volunteer(no=f"VO-{n}", user=user, provider=provider, state=VolunteerState.APPROVED, home=town)
            for n, (user, provider) in enumerate(zip(people, providers, strict=True))
        ],
        batch_size=1000,
    )
    course = Course.objects.create(
        code="basics", title_zh="入门", title_en="Basics", about_zh="测试", about_en="Test", minutes=30
    )
    on = local_date(at)
    TrainingResult.objects.bulk_create(
        [
            TrainingResult(
                user=user,
                course=course,
                of_version=1,
                passed_on=on - timedelta(days=90),
                valid_until=on + timedelta(days=600),
                minutes=30,
                right_answers=5,
                questions=5,
            )
            for user in people
        ],
        batch_size=1000,
    )
    _papers(rows, "volunteer", ("identity", "health"), by, at)
    _stop(providers, by, at)
    _approve(rows, "volunteer", town, by, at)


def _organisations(count: int, town: Region, by: User, at: datetime) -> None:
    providers = _providers(count, ProviderKind.AGENCY)
    rows = Organisation.objects.bulk_create(
        Organisation(
            no=f"O-{n}",
            provider=provider,
            kind="social_service_org",
            name=provider.name,
            uscc=f"{n:018d}",
            registered_until=local_date(at) + timedelta(days=900),
        )
        for n, provider in enumerate(providers)
    )
    _papers(providers, "provider", ("cover", "premises"), by, at)
    _stop(providers, by, at)
    _approve(rows, "organisation", town, by, at)


def _world(volunteers: int, organisations: int, at: datetime) -> None:
    town = Region.objects.create(code="B", path="0001", level="county", name="测试县")
    by = User.objects.create(username="bench", name="测试")
    for n, (party, code, sort) in enumerate(ASKED):
        Requirement.objects.create(
            no=f"RQ-{n}",
            party=party,
            code=code,
            sort=sort,
            name_zh=code,
            validity="lasting" if code in {"identity", "cover"} else "date",
            decided_by="township",
            shown_to="township",
            source="测试",
            valid_from=date(2020, 1, 1),
        )
    _volunteers(volunteers, town, by, at)
    _organisations(organisations, town, by, at)
    settle()


def _seconds(ask: Callable[[], object]) -> float:
    taken = []
    for _time in range(TIMES):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return median(taken)


def _only_read() -> None:
    """The same partners and papers, and no judging."""
    list(Provider.objects.select_related("organisation"))
    list(Volunteer.objects.select_related("provider", "user"))
    list(Paper.objects.values_list("volunteer_id", "provider_id", "code", "issued_on", "valid_until"))


def _measure(volunteers: int, organisations: int) -> dict[str, float]:
    """The figures of a county with so many; raises CommandError when a standing is not what was written."""
    at = timezone.now()
    with own_database():
        _world(volunteers, organisations, at)
        with CaptureQueriesContext(connection) as caught:
            found = Counter(word.word for _row, _subject, word in standing_of_all(at))
        written = Counter(_word(n) for count in (volunteers, organisations) for n in range(count))
        if found != written:
            raise CommandError(f"the standing is wrong: {dict(found)} instead of {dict(written)}")
        seconds, base = _seconds(lambda: standing_of_all(at)), _seconds(_only_read)
    figures = {"queries": float(len(caught)), "seconds": seconds, "ratio_to_reading": seconds / base}
    return figures | {word: float(count) for word, count in sorted(found.items())}


def run(scale: int | None, looser: float = 1.0, grown: int | None = None) -> dict[str, Any]:
    """Measure and judge; `scale` is the number of volunteers. It has no growth to measure: `grown` is refused."""
    if grown:
        raise CommandError("--grown belongs to `bench access`")
    scale = scale or SCALE
    organisations = max(50, round(scale / VOLUNTEERS_TO_ONE_ORGANISATION))
    figures = {"organisations": float(organisations)} | _measure(scale, organisations)
    limits = {key: value * (1 if key in EXACT else looser) for key, value in LIMITS.items()}
    ok = all(figures[key] <= limit for key, limit in limits.items())
    rounded = {key: round(value, 2) for key, value in figures.items()}
    return {"name": "standing", "scale": scale, "figures": rounded, "limits": limits, "ok": ok}
