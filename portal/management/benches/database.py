"""A database of its own for a benchmark, filled by bulk statements."""

import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection


@contextmanager
def own_database(*, migrated: bool = False) -> Iterator[str]:
    """Point the default connection at a fresh database with the present schema; drop it afterwards.

    Gives its name; one may stand inside another. `migrated`: by the migrations, with the rows and the tables without
    models that they bring, which takes some 40 s; else from the models alone.
    """
    before = str(connection.settings_dict["NAME"])
    kept = dict(connection.settings_dict["TEST"])
    options = connection.settings_dict.get("OPTIONS", {})
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        name = (
            str(Path(folder) / "bench.sqlite3")
            if connection.vendor == "sqlite"
            else f"bench_{os.getpid()}_{secrets.token_hex(3)}"
        )
        connection.settings_dict["TEST"].update({"NAME": name, "MIGRATE": migrated})
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SET statement_timeout = 0")
                else:
                    cursor.execute("PRAGMA synchronous = OFF")  # nothing here need outlive the process
            yield name
        finally:
            turn_to(name)
            # Dropping a large database on a busy machine takes longer than a page may ask.
            connection.settings_dict["OPTIONS"] = {k: v for k, v in options.items() if k != "options"}
            connection.creation.destroy_test_db(before, verbosity=0)
            connection.settings_dict["OPTIONS"] = options
            connection.settings_dict["TEST"].clear()
            connection.settings_dict["TEST"].update(kept)


def turn_to(name: str) -> None:
    """Let the default connection work in another of these databases."""
    if connection.settings_dict["NAME"] != name:
        connection.close()
        connection.settings_dict["NAME"] = name


def fill(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write many rows at once: COPY on PostgreSQL, executemany on SQLite."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["?"] * len(columns))
        cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


@contextmanager
def without_indexes(*tables: str) -> Iterator[None]:
    """Fill these tables bare and make their indexes afterwards, which takes a fraction of the time."""
    marks = ", ".join(["%s"] * len(tables))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "  # noqa: S608
                f"AND tablename IN ({marks}) AND indexname NOT IN (SELECT conname FROM pg_constraint)",
                tables,
            )
        else:
            cursor.execute(
                f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",  # noqa: S608
                tables,
            )
        kept = cursor.fetchall()
        for name, _sql in kept:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE"
            )  # a table with keys still to be checked takes no index
        for _name, sql in kept:
            cursor.execute(sql)


def settle() -> None:
    """Let the planner know what is there."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
