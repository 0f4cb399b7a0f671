"""The English catalogue: compile it, take new source strings in, or list what it lacks."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.management import catalogue


class Command(BaseCommand):
    """`--update` takes new source strings in; without it the catalogues are compiled and gaps listed."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--update", action="store_true", help="rewrite the .po with the strings of the code"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
        wanted = catalogue.messages_of_code(settings.ROOT)
        if options["update"]:
            new, dropped = catalogue.write_catalogue(path, wanted)
            self.stdout.write(f"{new} new, {dropped} dropped, {len(wanted)} in all")
        catalogue.compile_catalogues()
        known = catalogue.read_catalogue(path)
        gaps = [key for key in wanted if key not in known or not known[key].complete]
        self.stdout.write(f"{len(gaps)} without English words")
        for key in gaps[:50]:
            self.stdout.write(f"  {wanted[key]}: {key.text}")
