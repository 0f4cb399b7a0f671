"""Blind indexes under a new key, while the site runs: made anew from the sealed number beside each of them.

A fingerprint does not say which key made it, so what is left is found by making it again. Until the old
key is retired every lookup tries both (`privacy.blind_indexes`), so nobody is lost in the middle.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import IntegrityError, models, transaction

from portal.base import keyring
from portal.base.privacy import blind_index, unseal
from portal.base.rotation import Store

_stores: dict[str, Store] = {}


def register_index(store: Store) -> None:
    """Add a column of fingerprints; called once by the module that makes them."""
    _stores[store.name] = store


def index_stores() -> list[Store]:
    """Every column of fingerprints, in a fixed order."""
    return [_stores[name] for name in sorted(_stores)]


def index_store(model: type[models.Model], number: str, blind: str, purpose: str) -> Store:
    """A column `blind` whose fingerprints are made of the sealed column `number` of the same row."""
    sealed = next(field for field in model._meta.local_fields if field.name == number)
    place = f"{model._meta.db_table}|{sealed.column}"

    def marked() -> Any:
        return model._base_manager.exclude(**{blind: None}).exclude(**{blind: ""}).order_by("pk")

    def fresh_of(rows: Any) -> Iterator[tuple[int, str, str]]:
        for pk, uid, text, old in rows:
            plain = unseal(str(text or ""), f"{place}|{uid}")
            if plain and (fresh := blind_index(plain, purpose)) != old:
                yield pk, old, fresh

    def step(after: int, size: int) -> tuple[int, int, int] | None:
        found = list(marked().filter(pk__gt=after).values_list("pk", "uid", number, blind)[:size])
        if not found:
            return None
        return found[-1][0], len(found), swap(model, blind, list(fresh_of(found)))

    def left() -> int:
        rows = marked().values_list("pk", "uid", number, blind).iterator(chunk_size=2_000)
        return sum(1 for _each in fresh_of(rows))

    return Store(f"{model._meta.db_table}.{blind}", step, left, lambda: marked().count(), keyring.index_id)


def swap(model: type[models.Model], blind: str, changes: list[tuple[int, str, str]]) -> int:
    """Replace fingerprints that nobody wrote meanwhile; returns how many. One that stands twice stays as it is."""

    def all_of(wanted: list[tuple[int, str, str]]) -> int:
        with transaction.atomic():
            return sum(
                model._base_manager.filter(pk=pk, **{blind: old}).update(**{blind: fresh})
                for pk, old, fresh in wanted
            )

    return _patiently(all_of, changes)


def _patiently(act: Callable[[list[Any]], int], wanted: list[Any]) -> int:
    """All at once; where one of them is refused by the database, one by one."""
    try:
        return act(wanted)
    except IntegrityError:
        if len(wanted) == 1:
            return 0
        return sum(_patiently(act, [each]) for each in wanted)
