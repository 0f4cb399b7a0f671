"""Benchmarks with their limits: `bench NAME [--scale N] [--json]`; fails when a limit is missed."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.management.benches import access, discovery, importing, matching, pages, searching, standing

BENCHES = {
    "access": access.run,
    "discovery": discovery.run,
    "import": importing.run,
    "match": matching.run,
    "pages": pages.run,
    "search": searching.run,
    "standing": standing.run,
}


class Command(BaseCommand):
    """Run one benchmark on its own database and judge its figures."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument(
            "--scale", type=int, default=None, help="how many rows (each benchmark has its own default)"
        )
        parser.add_argument(
            "--looser", type=float, default=1.0, help="multiply the limits, for a busy machine"
        )
        parser.add_argument(
            "--grown",
            type=int,
            default=None,
            help="measure growth up to this many rows, instead of up to --scale",
        )
        parser.add_argument("--long", action="store_true", help="`match`: a province of 400,000 needs too")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["long"] and options["name"] != "match":
            raise CommandError("--long belongs to `bench match`")
        more = {"long": True} if options["long"] else {}
        result = BENCHES[options["name"]](options["scale"], options["looser"], options["grown"], **more)
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(f"{result['name']}, scale {result['scale']}")
            for key, value in result["figures"].items():
                limit = result["limits"].get(key)
                self.stdout.write(
                    f"  {key:<28}{value:>10.3f}" + (f"   limit {limit:g}" if limit is not None else "")
                )
            self.stdout.write("ok" if result["ok"] else "A LIMIT IS MISSED")
        if not result["ok"]:
            sys.exit(1)
