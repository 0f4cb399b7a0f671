"""Seal every secret with a new data key, while the site runs; killed midway, run it again."""

from argparse import ArgumentParser
from time import sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.base import keyring, rotation
from portal.base.audit import record
from portal.base.refused import Refused
from portal.permissions import factor

__all__ = ["factor"]  # its import makes the second factors known as a place of secrets


class Command(BaseCommand):
    """`rotate_keys [--resume] [--status] [--retire]`; the old key stays readable until `--retire`."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--resume", action="store_true", help="go on with the newest key, make none")
        parser.add_argument("--status", action="store_true", help="say how far it is and change nothing")
        parser.add_argument("--retire", action="store_true", help="forget keys that seal nothing any more")
        parser.add_argument("--batch", type=int, default=rotation.BATCH)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["status"]:
            self._status()
        elif options["retire"]:
            self._retire()
        else:
            # Two runs at once do double work and no harm: each value changes by compare-and-set.
            self._rotate(options["batch"], resume=options["resume"] or self._unfinished())

    def _unfinished(self) -> bool:
        return any(store.left() for store in rotation.stores())

    def _rotate(self, batch: int, *, resume: bool) -> None:
        if not resume and settings.KEY_FILE is not None:
            keyring.add_key()
            record(None, "keys.added", key=keyring.sealing_id())
            # The running web processes look at the key file once a second.
            sleep(2 * keyring.LOOK_EVERY_SECONDS)
        self.stdout.write(f"sealing with {keyring.sealing_id()}")
        left = rotation.rotate(batch=batch, tell=self._tell)
        if left:
            raise CommandError(f"{left} values still carry an older key; run again with --resume")
        record(None, "keys.rotated", key=keyring.sealing_id())
        self.stdout.write("all values carry the newest key")

    def _tell(self, progress: rotation.Progress) -> None:
        done = ", done" if progress.done else ""
        self.stdout.write(
            f"{progress.store}: {progress.looked} looked at, {progress.changed} sealed anew{done}"
        )

    def _status(self) -> None:
        self.stdout.write(f"keys: {', '.join(keyring.data_keys())}; {keyring.sealing_id()} seals")
        for store in rotation.stores():
            self.stdout.write(f"{store.name}: {store.left()} of {store.total()} under an older key")

    def _retire(self) -> None:
        left = sum(store.left() for store in rotation.stores())
        if left:
            raise CommandError(f"{left} values still carry an older key; run rotate_keys first")
        old = set(keyring.data_keys()) - {keyring.sealing_id()}
        try:
            keyring.drop_keys(old)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        record(None, "keys.retired", keys=sorted(old))
        self.stdout.write(f"forgotten: {', '.join(sorted(old)) or '-'}. Older backups need these keys.")
