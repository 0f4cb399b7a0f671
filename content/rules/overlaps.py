"""What the database itself refuses: two standards of one kind for one area on the same day.

A change of the table's shape on SQLite makes it anew and drops its triggers, so a migration that alters it must
`put_up` again; the tests of standards fail if it did not.
"""

from typing import Any

TABLE = "content_standard"
_TAKEN = (
    f"EXISTS (SELECT 1 FROM {TABLE} o WHERE o.kind = NEW.kind AND o.area = NEW.area AND o.id IS NOT NEW.id "  # noqa: S608 - constants alone
    "AND o.valid_from < NEW.valid_to AND NEW.valid_from < o.valid_to)"
)
_UP = {
    "sqlite": [
        f"CREATE TRIGGER standard_overlap_{verb.lower()} AFTER {verb} ON {TABLE} WHEN {_TAKEN} "
        f"BEGIN SELECT RAISE(ABORT, 'standard_overlap'); END"
        for verb in ("INSERT", "UPDATE")
    ],
    # without btree_gist: text is put into ranges of its own
    "postgresql": [
        "CREATE TYPE content_textrange AS RANGE (subtype = text)",
        f"ALTER TABLE {TABLE} ADD CONSTRAINT standard_overlap EXCLUDE USING gist "
        "(content_textrange(kind || '|' || area, kind || '|' || area, '[]') WITH &&, "
        "daterange(valid_from, valid_to) WITH &&)",
    ],
}
_DOWN = {
    "sqlite": [f"DROP TRIGGER standard_overlap_{verb}" for verb in ("insert", "update")],
    "postgresql": [
        f"ALTER TABLE {TABLE} DROP CONSTRAINT standard_overlap",
        "DROP TYPE content_textrange",
    ],
}


def put_up(connection: Any) -> None:
    """Create the guard."""
    _run(connection, _UP[connection.vendor])


def take_down(connection: Any) -> None:
    """Drop the guard, to reverse the migration."""
    _run(connection, _DOWN[connection.vendor])


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
