"""Show what has outlived its period; with `--run`, clear it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from services.privacy import retention


class Command(BaseCommand):
    """`clear_expired [--run]`; the same table as the page, class by class."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", action="store_true", help="clear what is due")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        for line in retention.preview(today):
            period = (
                f"{line.rule.months} months, before {line.up_to}" if line.rule else "not cleared by a job"
            )
            self.stdout.write(f"{line.kind}: {line.due} ({period})")
        if options["run"]:
            run = retention.clear(by=None, on=today, at=timezone.now())
            self.stdout.write(f"cleared: {run.counts or 'nothing'}")
