"""Check the audit chain; exit code 1 when a row was changed, removed, inserted or cut off."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.base import sealing


class Command(BaseCommand):
    """`verify_audit [--head SEQUENCE:DIGEST]`; note the printed head outside the database."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", help="a head printed by an earlier run: SEQUENCE:DIGEST")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = sealing.verify(expected_head=_head(options["head"]))
        for finding in verdict.findings:
            self.stdout.write(
                f"{finding.kind}: link {finding.sequence or '-'}, row {finding.event_id or '-'}"
            )
        self.stdout.write(f"sealed {verdict.sealed}, not yet sealed {verdict.unsealed}")
        self.stdout.write(f"head {verdict.head[0]}:{verdict.head[1]}")
        if verdict.findings:
            raise CommandError(f"the audit chain is broken in {len(verdict.findings)} places", returncode=1)


def _head(text: str) -> tuple[int, str] | None:
    if not text:
        return None
    sequence, _, digest = text.partition(":")
    if not sequence.isascii() or not sequence.isdigit() or len(digest) != 64:
        raise CommandError("--head must look like 120:<64 hex digits>", returncode=2)
    return int(sequence), digest
