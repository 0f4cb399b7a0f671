"""Reads the data register (`data/register.toml`): whose data a table holds and what erasure does to each column."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

FILE = Path(__file__).parent / "data" / "register.toml"
# Columns that say nothing by themselves: they need no line.
PLAIN = {"id", "uid", "no", "version", "created_at", "updated_at"}
HOUSEHOLD, PERSON, USER = "household", "person", "user"
GROUPS = ("keep", "empty", "name", "year", "pseudonym")


@dataclass(frozen=True)
class Table:
    """One table's lines of the register."""

    label: str
    kept: str
    ways: dict[str, str] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    removed: bool = False
    user_removed: bool = False
    files: str = ""
    hide: tuple[str, ...] = ()
    tell: tuple[str, ...] | None = None
    user_tell: tuple[str, ...] | None = None
    user_empty: tuple[str, ...] = ()
    by_number: bool = False

    @property
    def model(self) -> type[models.Model]:
        """The model itself."""
        return apps.get_model(self.label)

    @property
    def ours(self) -> bool:
        """Whether the table is one of this site's own."""
        return self.label.split(".")[0] in {"portal", "partners", "services", "content"}

    def columns(self) -> tuple[str, ...]:
        """Every column that has a line."""
        return tuple(name for group in GROUPS for name in self.groups.get(group, ()))

    def told(self, subject: str) -> tuple[str, ...]:
        """The columns that go into the copy of a household's person, or of a user."""
        both = bool({HOUSEHOLD, PERSON} & self.ways.keys()) or self.by_number
        chosen = self.user_tell if subject == USER and both else self.tell
        if subject == USER and self.user_tell is not None:
            chosen = self.user_tell
        if chosen is not None:
            return chosen
        return tuple(name for name in self.columns() if name not in self.hide)


def _words(line: str | None) -> tuple[str, ...] | None:
    return None if line is None else tuple(line.split())


@cache
def tables() -> dict[str, Table]:
    """The whole register, by label of the model."""
    return {label: _table(label, lines) for label, lines in tomllib.loads(FILE.read_text()).items()}


def _table(label: str, lines: dict[str, Any]) -> Table:
    ways = {subject: lines[subject] for subject in (HOUSEHOLD, PERSON, USER) if subject in lines}
    alone = set(ways) == {USER}
    return Table(
        label=label,
        kept=lines["kept"],
        ways=ways,
        groups={group: _words(lines[group]) or () for group in GROUPS if group in lines},
        removed=lines.get("row") == "remove",
        user_removed=lines.get("user_row", lines.get("row") if alone else "") == "remove",
        files=lines.get("files", ""),
        hide=_words(lines.get("hide")) or (),
        tell=_words(lines.get("tell")),
        user_tell=_words(lines.get("user_tell")),
        user_empty=_words(lines.get("user_empty")) or (),
        by_number="household_no" in lines,
    )


def faults(model: type[models.Model], table: Table | None) -> Iterator[str]:
    """What the register lacks for a model, or says of a column that is not there."""
    label = model._meta.label
    if table is None:
        yield f"{label}: no line in the data register"
        return
    named = table.columns()
    if len(named) != len(set(named)):
        yield f"{label}: a column stands twice"
    own = {column.name: column for column in model._meta.local_fields}
    links = {name for name, column in own.items() if column.is_relation}
    for name in own.keys() - links - PLAIN - set(named):
        yield f"{label}.{name}: not classified"
    for name in {*named, *table.hide, *table.user_empty, *(table.tell or ()), *(table.user_tell or ())}:
        if name not in own:
            yield f"{label}.{name}: no such column"
    from portal.base.privacy import EncryptedTextField

    kept = set(table.groups.get("keep", ()))
    for name, column in own.items():
        if isinstance(column, EncryptedTextField) and name in kept:
            yield f"{label}.{name}: encrypted, so erasure cannot keep it"


def rows_about(table: Table, subject: str, who: Any) -> models.QuerySet[Any]:
    """The rows of a table that are about a household, a person of it, or a user."""
    rows = table.model._base_manager.all()
    if subject == USER:
        return _along(rows, table.ways[USER], who)
    if subject == PERSON and PERSON in table.ways:
        return _along(rows, table.ways[PERSON], who)
    household = who.household if subject == PERSON else who
    if table.by_number:
        return rows.filter(
            household_no__in=[household.no, *household.old_numbers.values_list("old_no", flat=True)]
        )
    return _along(rows, table.ways[HOUSEHOLD], household)


def _along(rows: models.QuerySet[Any], way: str, who: Any) -> models.QuerySet[Any]:
    found = rows.filter(pk=who.pk) if way == "" else rows.filter(**{way: who})
    return rows.filter(pk__in=found.values("pk"))


def tables_about(subject: str) -> list[Table]:
    """The tables that hold something about a household or its person, or about a user."""
    if subject == USER:
        return [table for table in tables().values() if USER in table.ways]
    return [table for table in tables().values() if HOUSEHOLD in table.ways or table.by_number]
