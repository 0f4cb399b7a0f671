"""Seal every secret with a new data key, or make every blind index with a new index key, while the site runs; killed
midway, run it again."""

from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from time import sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.accounts import identities, phones
from portal.base import index_rotation, keyring, rotation
from portal.base.audit import record
from portal.base.refused import Refused
from portal.permissions import factor
from services.imports import known
from services.recipients import circle, people

# Their import makes the second factors, and the columns of fingerprints, known.
__all__ = ["circle", "factor", "identities", "people", "phones"]


@dataclass(frozen=True)
class Kind:
    """One kind of key: where its values are, its newest name, and how a key is made and forgotten."""

    word: str
    stores: Callable[[], list[rotation.Store]]
    newest: Callable[[], str]
    add: Callable[[], str]
    forget: Callable[[], list[str]]


def _forget_data_keys() -> list[str]:
    old = set(keyring.data_keys()) - {keyring.sealing_id()}
    keyring.drop_keys(old)
    return sorted(old)


def _forget_index_keys() -> list[str]:
    return [f"{keyring.drop_index_keys()} before {keyring.index_id()}"]


DATA = Kind("keys", rotation.stores, keyring.sealing_id, keyring.add_key, _forget_data_keys)
INDEX = Kind(
    "index_keys", index_rotation.index_stores, keyring.index_id, keyring.add_index_key, _forget_index_keys
)


class Command(BaseCommand):
    """`rotate_keys [--index] [--resume] [--status] [--retire]`; the old key counts until `--retire`."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--index", action="store_true", help="the key of the blind indexes")
        parser.add_argument("--resume", action="store_true", help="go on with the newest key, make none")
        parser.add_argument("--status", action="store_true", help="say how far it is and change nothing")
        parser.add_argument("--retire", action="store_true", help="forget keys that nothing needs any more")
        parser.add_argument("--batch", type=int, default=rotation.BATCH)

    def handle(self, *args: Any, **options: Any) -> None:
        kind = INDEX if options["index"] else DATA
        if options["status"]:
            self._status(kind)
        elif options["retire"]:
            self._retire(kind)
        else:
            # Two runs at once do double work and no harm: each value changes by compare-and-set.
            self._rotate(kind, options["batch"], resume=options["resume"] or self._unfinished(kind))

    def _unfinished(self, kind: Kind) -> bool:
        return any(store.left() for store in kind.stores())

    def _rotate(self, kind: Kind, batch: int, *, resume: bool) -> None:
        if not resume and settings.KEY_FILE is not None:
            kind.add()
            record(None, f"{kind.word}.added", key=kind.newest())
            # The running web processes look at the key file once a second.
            sleep(2 * keyring.LOOK_EVERY_SECONDS)
        self.stdout.write(f"{'sealing' if kind is DATA else 'indexing'} with {kind.newest()}")
        left = rotation.rotate(kind.stores(), batch=batch, tell=self._tell)
        if left:
            raise CommandError(f"{left} values still carry an older key; run again with --resume")
        record(None, f"{kind.word}.rotated", key=kind.newest())
        self.stdout.write("all values carry the newest key")
        self._stranded(kind)

    def _tell(self, progress: rotation.Progress) -> None:
        done = ", done" if progress.done else ""
        self.stdout.write(
            f"{progress.store}: {progress.looked} looked at, {progress.changed} made anew{done}"
        )

    def _status(self, kind: Kind) -> None:
        names = keyring.data_keys() if kind is DATA else [f"{len(keyring.index_keys())} for indexes"]
        self.stdout.write(f"keys: {', '.join(names)}; {kind.newest()} counts for what is written")
        for store in kind.stores():
            self.stdout.write(f"{store.name}: {store.left()} of {store.total()} under an older key")
        self._stranded(kind)

    def _stranded(self, kind: Kind) -> None:
        if kind is INDEX and (stranded := known.stranded_marks()):
            self.stdout.write(
                f"{stranded} marks of imported rows whose file changed since: the same row is compared as a new one"
            )

    def _retire(self, kind: Kind) -> None:
        left = sum(store.left() for store in kind.stores())
        if left:
            raise CommandError(f"{left} values still carry an older key; run rotate_keys first")
        try:
            gone = kind.forget()
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        record(None, f"{kind.word}.retired", keys=gone)
        self.stdout.write(f"forgotten: {', '.join(gone) or '-'}. Older backups need these keys.")
