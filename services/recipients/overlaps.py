"""The database's own refusal of overlapping exclusive categories: constraints on PostgreSQL, triggers on SQLite.

A change of the table's shape on SQLite makes the table anew and drops its triggers, so a migration that
alters it must `put_up` again; the test of overlaps fails if it did not.
"""

from typing import Any

TABLE = "services_personcategory"
# As they were when the migration was written; a new set is a new migration.
SETS: dict[str, tuple[str, ...]] = {
    "living": ("tekun", "dibao", "dibao_marginal"),
    "child": ("tekun", "orphan", "unattended_child"),
    "rigid_expense": ("rigid_expense",),
    "disability": ("disability",),
    "serious_illness": ("serious_illness",),
    "child_in_difficulty": ("child_in_difficulty",),
    "poverty_monitoring": ("poverty_monitoring",),
    "veteran": ("veteran",),
    "disaster_affected": ("disaster_affected",),
}


def put_up(connection: Any) -> None:
    """Create the guards."""
    _run(connection, _sqlite_up() if connection.vendor == "sqlite" else _postgresql_up())


def take_down(connection: Any) -> None:
    """Drop the guards, to reverse the migration."""
    _run(connection, _sqlite_down() if connection.vendor == "sqlite" else _postgresql_down())


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _quoted(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _postgresql_up() -> list[str]:
    """The person as a range of one number, so that no extension is needed."""
    return [
        f"ALTER TABLE {TABLE} ADD CONSTRAINT category_overlap_{name} EXCLUDE USING gist "
        f"(int8range(person_id, person_id, '[]') WITH &&, daterange(valid_from, valid_to) WITH &&) "
        f"WHERE (kind IN ({_quoted(kinds)}))"
        for name, kinds in SETS.items()
    ]


def _postgresql_down() -> list[str]:
    return [f"ALTER TABLE {TABLE} DROP CONSTRAINT category_overlap_{name}" for name in SETS]


def _sqlite_up() -> list[str]:
    both = " OR ".join(f"(NEW.kind IN ({_quoted(k)}) AND o.kind IN ({_quoted(k)}))" for k in SETS.values())
    same_days = "o.valid_from < NEW.valid_to AND NEW.valid_from < o.valid_to"
    not_empty = "NEW.valid_from < NEW.valid_to AND o.valid_from < o.valid_to"
    other_row = "o.person_id = NEW.person_id AND o.id IS NOT NEW.id"
    overlap = (
        f"EXISTS (SELECT 1 FROM {TABLE} o WHERE {other_row} AND {same_days} AND {not_empty} AND ({both}))"  # noqa: S608 - constants alone
    )
    return [
        f"CREATE TRIGGER category_overlap_{verb} AFTER {event} ON {TABLE} WHEN {overlap} "
        f"BEGIN SELECT RAISE(ABORT, 'category_overlap'); END"
        for verb, event in (("insert", "INSERT"), ("update", "UPDATE"))
    ]


def _sqlite_down() -> list[str]:
    return [f"DROP TRIGGER category_overlap_{verb}" for verb in ("insert", "update")]
