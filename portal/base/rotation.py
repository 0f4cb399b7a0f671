"""Sealing everything anew with the newest key, while the site runs: in batches, resumable, each value by compare-and-set.

A store is one place of sealed values: every encrypted column by itself, the stored files, and what
other rooms register. Both keys open during the work; nothing is lost when it is killed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from portal.base import keyring
from portal.base.filestore import path_of, read_bytes, write_sealed
from portal.base.models import KeyRotation, ProtectedFile
from portal.base.privacy import EncryptedTextField, seal, unseal

BATCH = 500
ROUNDS = 3


@dataclass(frozen=True)
class Store:
    """One place of sealed values.

    `step(after, size)` seals the next values anew and returns (last pk looked at, looked at, changed), or
    None at the end; `left()` counts what still stands under an older key; `key()` names the newest one.
    """

    name: str
    step: Callable[[int, int], tuple[int, int, int] | None]
    left: Callable[[], int]
    total: Callable[[], int]
    key: Callable[[], str] = keyring.sealing_id


_more: list[Store] = []


def register_store(store: Store) -> None:
    """Add a place of sealed values that is not a column of ours; called once by an app's `ready`."""
    if store.name not in {known.name for known in _more}:
        _more.append(store)


def sealed_columns() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Every encrypted column of every model."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field


def stores() -> list[Store]:
    """All places of sealed values, in a fixed order."""
    columns = [_column_store(model, field) for model, field in sealed_columns()]
    return [*columns, _file_store(), *_more]


def reseal(text: str, place: str) -> str:
    """The same text under the newest key; a value already there stays as it is."""
    if not text or text.startswith(f"{keyring.sealing_id()}:"):
        return text
    return str(seal(unseal(text, place), place))


def _column_store(model: type[models.Model], field: EncryptedTextField) -> Store:
    table, column = model._meta.db_table, str(field.column)
    quote = connection.ops.quote_name
    rows = model._base_manager

    def step(after: int, size: int) -> tuple[int, int, int] | None:
        found = list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", "uid", field.attname)[:size])
        if not found:
            return None
        changes = [
            (fresh, pk, str(old))
            for pk, uid, old in found
            if old and (fresh := reseal(str(old), f"{table}|{column}|{uid}")) != old
        ]
        with connection.cursor() as cursor:
            # Only if nobody wrote it meanwhile: who did, sealed it with the newest key already.
            cursor.executemany(
                f"UPDATE {quote(table)} SET {quote(column)} = %s WHERE {quote('id')} = %s AND {quote(column)} = %s",  # noqa: S608 - names from the models
                changes,
            )
        return found[-1][0], len(found), len(changes)

    def left() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT COUNT(*) FROM {quote(table)} WHERE {quote(column)} <> '' AND {quote(column)} NOT LIKE %s",  # noqa: S608
                [f"{keyring.sealing_id()}:%"],
            )
            return int(cursor.fetchone()[0])

    return Store(f"{table}.{column}", step, left, rows.count)


def _file_store() -> Store:
    def old(file: ProtectedFile) -> bool:
        path = path_of(file.uid)
        if not path.exists():
            return False
        with path.open("rb") as opened:
            return not opened.read(16).startswith(f"{keyring.sealing_id()}:".encode())

    def step(after: int, size: int) -> tuple[int, int, int] | None:
        found = list(ProtectedFile.objects.filter(pk__gt=after).order_by("pk")[: min(size, 50)])
        if not found:
            return None
        changed = [file for file in found if old(file)]
        for file in changed:
            # What a killed run left half written.
            path_of(file.uid).with_name(f"{file.uid}.part").unlink(missing_ok=True)
            write_sealed(file.uid, read_bytes(file))
        return found[-1].pk, len(found), len(changed)

    return Store(
        "files",
        step,
        lambda: sum(old(file) for file in ProtectedFile.objects.all()),
        ProtectedFile.objects.count,
    )


@dataclass(frozen=True)
class Progress:
    """How far one store is."""

    store: str
    looked: int
    changed: int
    done: bool


def rotate(
    places: list[Store] | None = None,
    *,
    batch: int = BATCH,
    tell: Callable[[Progress], Any] = lambda progress: None,
) -> int:
    """Bring every value under the newest key, going on where an earlier run stopped; returns how many are left.

    A value written meanwhile by a process that had not yet seen the new key is met in a second round.
    """
    places = stores() if places is None else places
    for round_number in range(ROUNDS):
        for store in places:
            _rotate_store(store, batch, tell)
        behind = [store for store in places if store.left()]
        if not behind:
            return 0
        if round_number < ROUNDS - 1:
            names = [store.name for store in behind]
            KeyRotation.objects.filter(key_id=places[0].key(), store__in=names).delete()
        places = behind
    return sum(store.left() for store in places)


def _rotate_store(store: Store, batch: int, tell: Callable[[Progress], Any]) -> None:
    row, _made = KeyRotation.objects.get_or_create(key_id=store.key(), store=store.name)
    while row.finished_at is None:
        with transaction.atomic():
            moved = store.step(row.last_pk, batch)
            if moved is None:
                row.finished_at = timezone.now()
            else:
                row.last_pk = moved[0]
                row.looked += moved[1]
                row.changed += moved[2]
            row.save()
        tell(Progress(store.name, row.looked, row.changed, row.finished_at is not None))
