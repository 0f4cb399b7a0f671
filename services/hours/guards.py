"""What the database itself refuses: a changed line of the ledger, and two hours of one human at the same time.

A change of these tables' shape on SQLite makes them anew and drops their triggers, so a migration that alters one
must `put_up` again; the tests of the ledger fail if it did not.
"""

from typing import Any

LEDGER, SPANS = "services_hourentry", "services_hourspan"


def put_up(connection: Any) -> None:
    """Create the guards."""
    put_up_ledger(connection)
    _run(connection, _SPANS_UP[connection.vendor])


def take_down(connection: Any) -> None:
    """Drop the guards, to reverse the migration."""
    take_down_ledger(connection)
    _run(connection, _SPANS_DOWN[connection.vendor])


def put_up_ledger(connection: Any) -> None:
    """Only the refusal of changed lines."""
    _run(connection, _LEDGER_UP[connection.vendor])


def take_down_ledger(connection: Any) -> None:
    """Only for `take_down`, or to empty a test database."""
    _run(connection, _LEDGER_DOWN[connection.vendor])


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


_OVERLAP = (
    f"EXISTS (SELECT 1 FROM {SPANS} o WHERE o.person = NEW.person AND o.id IS NOT NEW.id "  # noqa: S608 - constants alone
    "AND o.starts_at < NEW.ends_at AND NEW.starts_at < o.ends_at)"
)
_LEDGER_UP = {
    "sqlite": [
        f"CREATE TRIGGER hours_no_{verb.lower()} BEFORE {verb} ON {LEDGER} "
        f"BEGIN SELECT RAISE(ABORT, 'the ledger of hours is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION services_hours_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger of hours is append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER hours_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {LEDGER} "
        "FOR EACH STATEMENT EXECUTE FUNCTION services_hours_append_only()",
    ],
}
_LEDGER_DOWN = {
    "sqlite": [f"DROP TRIGGER hours_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [
        f"DROP TRIGGER hours_append_only ON {LEDGER}",
        "DROP FUNCTION services_hours_append_only()",
    ],
}
_SPANS_UP = {
    "sqlite": [
        f"CREATE TRIGGER hour_span_overlap_{verb.lower()} AFTER {verb} ON {SPANS} WHEN {_OVERLAP} "
        f"BEGIN SELECT RAISE(ABORT, 'hour_span_overlap'); END"
        for verb in ("INSERT", "UPDATE")
    ],
    "postgresql": [
        f"ALTER TABLE {SPANS} ADD CONSTRAINT hour_span_overlap EXCLUDE USING gist "
        "(int8range(person, person, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)"
    ],
}
_SPANS_DOWN = {
    "sqlite": [f"DROP TRIGGER hour_span_overlap_{verb}" for verb in ("insert", "update")],
    "postgresql": [f"ALTER TABLE {SPANS} DROP CONSTRAINT hour_span_overlap"],
}
