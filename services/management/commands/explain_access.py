"""Say why a person may see a household, until when, and which of its fields; nothing when they may not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.base.models import OPEN_END
from portal.models import User
from services.models import Household
from services.recipients.access import explain
from services.recipients.fields import FIELDS, shown_to


class Command(BaseCommand):
    """The same code decides for pages and for this command; it prints codes and numbers, no names."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("household_no")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        household = (
            Household.objects.filter(no=options["household_no"]).select_related("region", "township").first()
        )
        if user is None or household is None:
            raise CommandError("no such person" if user is None else "no such household")
        at = timezone.now()
        reasons = explain(user, household)
        if not reasons:
            self.stdout.write(f"{user.username} may not see {household.no}")
            return
        self.stdout.write(f"{user.username} may see {household.no}")
        for reason in reasons:
            until = "open" if reason.valid_to >= OPEN_END else reason.valid_to.isoformat()
            place = f" at {reason.where}" if reason.where else ""
            self.stdout.write(
                f"  {reason.source}: {reason.role}{place}, because of {reason.cause}, until {until}"
            )
        fields = shown_to(user, household, at)
        self.stdout.write("fields: " + " ".join(f"{name}={fields.mode(name)}" for name in FIELDS))
