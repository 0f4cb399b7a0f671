"""A register of 100,000 rows from CSV, whole: read, check, encrypt, write, one history row; against the bulk load.

The base is the database's own bulk load (COPY, executemany) of the very rows that the import wrote, sealed and
keyed, into the same tables with the same indexes, in the same run: the median of three. Memory is what the process grew by at its
highest, without what Django itself needs.
"""

import csv
import io
import random
import resource
import sys
import time
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, models, transaction

from partners.models import Post, Region
from portal.base.identifiers import id_check_character
from portal.management.benches.database import fill, own_database, settle
from portal.models import User
from services.imports import actions
from services.imports.running import run_turn
from services.management.commands.import_recipients import apply_at_once
from services.models import Household, ImportBatch, Person, PersonCategory

SCALE = 100_000
BULK_TIMES = 3
LIMITS = {"ratio_to_bulk": 4.0, "memory_mb": 400.0}
TABLES: tuple[type[models.Model], ...] = (Household, Person, PersonCategory)
SURNAMES = "周罗王李陈刘张杨黄谭彭胡谢郭邓冯曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟"
GIVEN = "桂满秀英莲贵冬春兰梅香玉珍凤云华荣发生国建平安福德明光正志学文武清海江山林森松柏长寿祥和顺"


def make_file(scale: int, villages: list[Region]) -> bytes:
    """A register as offices keep it: GB18030, nine columns, about one wrong row in 500."""
    rng = random.Random(11)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(
        ["姓名", "身份证号码", "乡镇", "村", "家庭住址", "联系电话", "供养方式", "纳入时间", "健康状况"]
    )
    first = date(1930, 1, 1)
    for n in range(scale):
        village = villages[n * len(villages) // scale]
        born = first + timedelta(days=n * 7 % 13_001)
        body = f"430321{born:%Y%m%d}{n // 13_001:03d}"
        number = body + id_check_character(body)
        if n % 500 == 499:
            number = number[:-1]
        name = rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN)
        town = village.parent.name if village.parent else ""
        writer.writerow(
            [name, number, town, village.name, f"{n % 90}号", f"139{n:08d}", "分散供养", "2021年11月15日", ""]
        )
    return text.getvalue().encode("gb18030")


def _megabytes() -> float:
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _world() -> tuple[User, Region, list[Region]]:
    county = Region.objects.create(code="B", path="0001", level="county", name="测试县")
    villages = []
    for n in range(17):
        town = Region.objects.create(
            code=f"B{n}", path=f"0001{n + 1:04d}", level="township", name=f"测试{n}镇", parent=county
        )
        villages += [
            Region.objects.create(
                code=f"B{n}V{k}",
                path=f"{town.path}{k + 1:04d}",
                level="village",
                name=f"第{k}村",
                parent=town,
            )
            for k in range(20)
        ]
    by = User.objects.create(username="bench", name="测试")
    Post.objects.create(user=by, role="bureau_staff", region=county)
    return by, county, villages


def _import(by: User, county: Region, raw: bytes) -> tuple[float, ImportBatch]:
    began = time.perf_counter()
    batch = actions.open_batch(by=by, office=county, raw=raw)
    run_turn(batch)
    chosen = {int(place): key for place, key in batch.mapping.items()}
    batch = apply_at_once(actions.start_check(by=by, batch=batch, mapping=chosen))
    return time.perf_counter() - began, batch


def _stored(model: type[models.Model]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The rows of a table as the driver gives them back."""
    columns = [field.column for field in model._meta.concrete_fields]
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {model._meta.db_table} ORDER BY id")  # noqa: S608
        return columns, cursor.fetchall()


def _empty(tables: list[str]) -> None:
    """Make tables and what hangs from them as empty as they were before the import, indexes too."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            return
        for table in ("services_likeness", "services_importmark", *reversed(tables)):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def _bulk(kept: list[tuple[str, list[str], list[tuple[Any, ...]]]]) -> float:
    """Seconds of one bulk load of these rows into tables made empty."""
    _empty([table for table, _columns, _rows in kept])
    settle()
    began = time.perf_counter()
    with transaction.atomic():
        for table, columns, rows in kept:
            fill(table, columns, rows)
    return time.perf_counter() - began


def run(scale: int | None, looser: float = 1.0, grown: int | None = None) -> dict[str, Any]:
    """Measure and judge; see the module's words. It has no growth to measure: `grown` is refused."""
    if grown:
        raise CommandError("--grown belongs to `bench access`")
    scale = scale or SCALE
    with own_database():
        by, county, villages = _world()
        raw = make_file(scale, villages)
        before = _megabytes()
        seconds, batch = _import(by, county, raw)
        memory = _megabytes() - before
        wanted = scale - scale // 500
        if (batch.state, batch.count_new, batch.count_bad) != ("done", wanted, scale // 500):
            raise CommandError(f"the import is wrong: {batch.state} {batch.count_new} {batch.count_bad}")
        kept = [(model._meta.db_table, *_stored(model)) for model in TABLES]
        base = median(_bulk(kept) for _time in range(BULK_TIMES))
    figures = {
        "ratio_to_bulk": round(seconds / base, 2),
        "memory_mb": round(memory, 1),
        "import_seconds": round(seconds, 2),
        "bulk_seconds": round(base, 2),
        "alike": float(batch.count_alike),
    }
    limits = {key: value * looser for key, value in LIMITS.items()}
    ok = all(figures[key] <= limit for key, limit in limits.items())
    return {"name": "import", "scale": scale, "figures": figures, "limits": limits, "ok": ok}
