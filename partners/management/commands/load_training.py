"""Loads the courses that come with the site."""

from django.core.management.base import BaseCommand

from partners.training.loading import load_courses


class Command(BaseCommand):
    """Idempotent; a course that is there stays as people have made it."""

    help = "Load the training courses."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{load_courses()} new courses")
