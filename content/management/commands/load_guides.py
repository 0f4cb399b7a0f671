"""`load_guides [--publish]`: the guides of the data files become pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.guides.loading import load_guides


class Command(BaseCommand):
    """Makes the guides that are missing; what an editor changed is left alone."""

    help = "Turn the guides of content/data/guides into pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--publish", action="store_true", help="show new guides at once")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load_guides(publish=options["publish"])
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        self.stdout.write(f"办事指南：新建 {len(done.made)} 篇，更新 {len(done.renewed)} 篇。")
        if done.left:
            self.stdout.write("编辑改过或删掉的没有动：" + "、".join(done.left))
