"""The lists that can be taken out, each with its rights, columns and rows. A later room registers its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from services.exports.models import RegisterExport

EXPORT = "services.export_household"


@dataclass(frozen=True)
class Made:
    """A list as its asker may have it at one moment: which columns, their headings, and the rows."""

    keys: list[str]
    headings: list[str]
    rows: Iterable[list[str]]


@dataclass(frozen=True)
class ListKind:
    """One list: the rights that one hat must carry together, its columns' words by key, and how it is made."""

    permissions: frozenset[str]
    labels: Callable[[], dict[str, str | Promise]]
    make: Callable[[RegisterExport, Any, datetime], Made]


_KINDS: dict[str, ListKind] = {}


def register_list(key: str, kind: ListKind) -> None:
    """Add a list; called once by an app's `ready`."""
    _KINDS[key] = kind


def list_kind(key: str) -> ListKind:
    """The list with this key. KeyError where no room registered it."""
    return _KINDS[key]


def list_kinds() -> dict[str, ListKind]:
    """Every list by its key."""
    return dict(_KINDS)
