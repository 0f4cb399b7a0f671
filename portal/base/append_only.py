"""Database triggers that refuse to change or remove audit rows, whatever code or person asks."""

from typing import Any

TABLES = ("portal_auditevent", "portal_auditseal")


def put_up(connection: Any) -> None:
    """Create the triggers."""
    _run(connection, _SQLITE_UP if connection.vendor == "sqlite" else _POSTGRESQL_UP)


def take_down(connection: Any) -> None:
    """Drop the triggers; only to reverse the migration, or to empty a test database."""
    _run(connection, _SQLITE_DOWN if connection.vendor == "sqlite" else _POSTGRESQL_DOWN)


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


_SQLITE_UP = [
    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END"
    for table in TABLES
    for verb in ("UPDATE", "DELETE")
]
_SQLITE_DOWN = [f"DROP TRIGGER {table}_no_{verb}" for table in TABLES for verb in ("update", "delete")]
_POSTGRESQL_UP = [
    "CREATE FUNCTION portal_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit rows are append-only' USING ERRCODE = 'integrity_constraint_violation'; "
    "END $$",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_append_only()"
        for table in TABLES
    ),
]
_POSTGRESQL_DOWN = [
    *(f"DROP TRIGGER {table}_append_only ON {table}" for table in TABLES),
    "DROP FUNCTION portal_audit_append_only()",
]
