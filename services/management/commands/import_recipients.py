"""Bring a register into the system: `import_recipients FILE [--dry-run] [--json] [--as USERNAME] [--office CODE]`.

Columns are recognised by their headings (and by what the office chose before). A dry run checks everything and
changes nothing; without it the good rows are entered and the others listed. Exit code 1 when a row has mistakes.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from partners.models import Region, RegionLevel
from portal.base.refused import Refused
from portal.models import User
from portal.permissions.hats import hats
from services.imports import actions
from services.imports.running import IMPORT, run_turn
from services.models import FindingKind, ImportBatch

SHOWN = 50


class Command(BaseCommand):
    """The same file again changes nothing."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--as", dest="username", default="", help="who imports; without it the county's bureau"
        )
        parser.add_argument("--office", default="", help="code of the place; without it the person's post")

    def handle(self, *args: Any, **options: Any) -> None:
        by, office = _who(options["username"], options["office"])
        try:
            raw = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(
                f"cannot read {options['file'].name}: {error.strerror}", returncode=2
            ) from None
        try:
            batch = actions.open_batch(by=by, office=office, raw=raw)
            run_turn(batch)
            if batch.state == "mapping":
                chosen = {int(place): key for place, key in batch.mapping.items()}
                batch = actions.start_check(by=by, batch=batch, mapping=chosen)
                if options["dry_run"]:
                    run_turn(batch)
                else:
                    batch = apply_at_once(batch)
        except Refused as refusal:
            raise CommandError(f"{refusal.code}: {refusal.message}", returncode=2) from None
        self._tell(batch, options)
        if batch.state == "stopped":
            raise CommandError(f"stopped: {batch.stopped_why}", returncode=2)
        if batch.count_bad:
            sys.exit(1)

    def _tell(self, batch: ImportBatch, options: dict[str, Any]) -> None:
        mistakes = batch.findings.filter(kind=FindingKind.BAD)
        figures = {
            "batch": batch.no,
            "state": batch.state,
            "dry_run": options["dry_run"],
            "rows": batch.rows,
            "new": batch.count_new,
            "changed": batch.count_changed,
            "same": batch.count_same,
            "bad": batch.count_bad,
            "alike": batch.count_alike,
        }
        if options["json"]:
            listed = list(mistakes.values("row", "column", "code", "words"))
            self.stdout.write(json.dumps(figures | {"mistakes": listed}, ensure_ascii=False))
            return
        self.stdout.write(" ".join(f"{key}={value}" for key, value in figures.items()))
        for finding in mistakes[:SHOWN]:
            self.stdout.write(f"  row {finding.row} {finding.column or '-'} {finding.code}: {finding.words}")


def apply_at_once(batch: ImportBatch) -> ImportBatch:
    """Check and enter in one pass, as somebody does who has seen the dry run."""
    ImportBatch.objects.filter(pk=batch.pk).update(state="checked")
    batch.refresh_from_db()
    batch = actions.start_apply(by=batch.made_by, batch=batch)
    run_turn(batch)
    return batch


def _who(username: str, code: str) -> tuple[User, Region]:
    """The person who imports and the office; a person without the right imports nothing."""
    candidates = User.objects.filter(is_active=True)
    if username:
        candidates = candidates.filter(username=username)
    else:
        candidates = candidates.filter(posts__role="bureau_staff", posts__region__level=RegionLevel.COUNTY)
    for user in candidates.order_by("pk")[:20]:
        for hat in hats(user):
            if IMPORT in hat.rules.permissions and hat.region_path:
                return user, Region.objects.get(**({"code": code} if code else {"path": hat.region_path}))
    raise CommandError("nobody with the right to import; name one with --as", returncode=2)
