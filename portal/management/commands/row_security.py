"""The second lock of PostgreSQL: `row_security on` puts the policies up, `off` takes them down, `status` tells."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from services.casework import second_lock


class Command(BaseCommand):
    """Lock or unlock every table that hangs from a household, in one transaction."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["on", "off", "status"])

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("row-level security needs PostgreSQL; this site runs on SQLite")
        if options["what"] == "on":
            second_lock.put_up(connection)
        elif options["what"] == "off":
            second_lock.take_down(connection)
        found = second_lock.problems(connection)
        for line in found:
            self.stdout.write(line)
        if not found:
            self.stdout.write(f"{len(second_lock.conditions())} tables are locked")
        if found and options["what"] != "off":
            sys.exit(1)
