"""The stamp on a user row that changes with every row that the person's hats come from.

Database triggers change it, whatever code or person writes, in the transaction of the change itself.
A stamp is random, not counted: a transaction that is taken back leaves no number that could be met again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections


@dataclass(frozen=True)
class Watch:
    """A table that hats come from. `users` is a condition on user rows; `{row}` stands for the row written."""

    table: str
    columns: Sequence[str]
    users: str = "id = {row}.user_id"

    @property
    def name(self) -> str:
        """The common beginning of the triggers' names."""
        return f"{self.table}_hats"


_watches: list[Watch] = []


def watch(*rows: Watch) -> None:
    """Make tables known; called once by the `ready` of the app that owns them."""
    _watches.extend(row for row in rows if row not in _watches)


def watched() -> list[Watch]:
    """All watched tables."""
    return list(_watches)


def put_up(connection: Any) -> None:
    """Create the triggers anew on every watched table that exists.

    After each `migrate`: changing a table on SQLite makes it again, and its triggers are gone.
    """
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if "portal_user" not in there:
            return
        columns = {
            column.name for column in connection.introspection.get_table_description(cursor, "portal_user")
        }
        for row in _watches:
            if row.table in there and "hats_stamp" in columns:
                for statement in _sqlite(row) if connection.vendor == "sqlite" else _postgresql(row):
                    cursor.execute(statement)


def take_down(connection: Any) -> None:
    """Drop the triggers of SQLite: one of them that names a table stops a migration that makes this table anew."""
    with connection.cursor() as cursor:
        for row in _watches:
            for verb in ("insert", "update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {row.name}_{verb}")


def before_migrate(sender: Any, using: str, plan: Any = (), **kwargs: Any) -> None:
    """Receiver of `pre_migrate`: nothing stands in the way of what is to be done; `after_migrate` puts it up again."""
    if plan and connections[using].vendor == "sqlite":
        take_down(connections[using])


def after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Receiver of `post_migrate`."""
    put_up(connections[using])


def missing(connection: Any) -> list[str]:
    """Watched tables without their triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        found = {name for (name,) in cursor.fetchall()}
    verbs = ("_insert", "_update", "_delete") if connection.vendor == "sqlite" else ("",)
    return [row.table for row in _watches if not {row.name + verb for verb in verbs} <= found]


def _sqlite(row: Watch) -> list[str]:
    def stamp(which: str) -> str:
        return f"UPDATE portal_user SET hats_stamp = random() WHERE {row.users.format(row=which)};"  # noqa: S608

    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in row.columns)
    bodies = {
        "insert": f"AFTER INSERT ON {row.table} BEGIN {stamp('NEW')} END",
        "delete": f"AFTER DELETE ON {row.table} BEGIN {stamp('OLD')} END",
        "update": f"AFTER UPDATE OF {', '.join(row.columns)} ON {row.table} WHEN {changed} "
        f"BEGIN {stamp('OLD')} {stamp('NEW')} END",
    }
    return [
        statement
        for verb, body in bodies.items()
        for statement in (
            f"DROP TRIGGER IF EXISTS {row.name}_{verb}",
            f"CREATE TRIGGER {row.name}_{verb} {body}",
        )
    ]


def _postgresql(row: Watch) -> list[str]:
    def stamp(which: str) -> str:
        # a fresh uuid, so that no seed of random() can bring a stamp back
        fresh = "hashtextextended(gen_random_uuid()::text, 0)"
        return f"UPDATE portal_user SET hats_stamp = {fresh} WHERE {row.users.format(row=which)};"  # noqa: S608

    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in row.columns)
    return [
        f"CREATE OR REPLACE FUNCTION {row.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF NOT ({changed}) THEN RETURN NULL; END IF; END IF; "
        f"IF TG_OP <> 'INSERT' THEN {stamp('OLD')} END IF; "
        f"IF TG_OP <> 'DELETE' THEN {stamp('NEW')} END IF; RETURN NULL; END $$",
        f"DROP TRIGGER IF EXISTS {row.name} ON {row.table}",
        f"CREATE TRIGGER {row.name} AFTER INSERT OR DELETE OR UPDATE OF {', '.join(row.columns)} "
        f"ON {row.table} FOR EACH ROW EXECUTE FUNCTION {row.name}()",
    ]
