"""Loads the places and county units of the network."""

from django.core.management.base import BaseCommand

from partners.network.loading import load_departments, load_regions


class Command(BaseCommand):
    """Idempotent; positions and phones that people have set stay."""

    help = "Load the county's places and units."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{load_regions()} places, {load_departments()} units")
