"""What the database must promise before anything is written: checked at the start, not hoped for."""

from typing import Any

from django.core.checks import Error
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

SQLITE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
POSTGRESQL = {"synchronous_commit": "on", "fsync": "on"}


def broken_promises(connection: BaseDatabaseWrapper) -> list[str]:
    """Every setting of this connection under which an acknowledged visit could be lost."""
    if connection.vendor == "sqlite":
        found = [
            f"PRAGMA {name} is {value!r}, must be {wanted!r}"
            for name, wanted in SQLITE.items()
            # A test's database in memory has no journal file.
            if (value := _ask(connection, f"PRAGMA {name}")) != wanted
            and not (name == "journal_mode" and value == "memory")
        ]
        mode = getattr(connection, "transaction_mode", None)
        if mode != "IMMEDIATE":
            found.append(f"transaction_mode is {mode!r}, must be 'IMMEDIATE'")
        return found
    if connection.vendor == "postgresql":
        return [
            f"{name} is {value!r}, must be {wanted!r}"
            for name, wanted in POSTGRESQL.items()
            if (value := _ask(connection, f"SHOW {name}")) != wanted
        ]
    return [f"{connection.vendor} is not supported: use SQLite or PostgreSQL"]


def _ask(connection: BaseDatabaseWrapper, question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def check_databases(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    """The same as a system check, for `migrate` and `check --database default`."""
    return [
        Error(problem, id="portal.E001", obj=alias)
        for alias in databases or []
        for problem in broken_promises(connections[alias])
    ]


def refresh_statistics() -> None:
    """Tell the planner what lies in our tables now; the background job would only come later.

    Table by table of ours: the whole database would include the server's shared catalogues and wait for others.
    """
    tables = connection.introspection.django_table_names(only_existing=True)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
