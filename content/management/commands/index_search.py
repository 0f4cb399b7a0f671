"""`index_search`: what the search reads is written anew where it differs, and the editors' own index too."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from content.search.upkeep import rebuild


class Command(BaseCommand):
    """To be run after an upgrade that says so; the site keeps its index right by itself otherwise."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        pages = rebuild()
        call_command("update_index", verbosity=0)
        self.stdout.write(f"搜索：看过 {pages} 个页面。")
