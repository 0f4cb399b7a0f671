"""Print the six digits that a demo account's second factor shows now, or that were sent to its phone."""

import time
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.base.carriers.sink import last_code
from portal.models import User


class Command(BaseCommand):
    """Refuses everybody who is not marked as a demo account."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--phone", action="store_true", help="the last digits sent to its phone")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_demo=True).first()
        if user is None:
            raise CommandError("no demo account of that name")
        if options["phone"]:
            self.stdout.write(self._sent(user))
            return
        factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        if factor is None:
            raise CommandError("this demo account has no second factor")
        now = int(time.time()) // app_settings.TOTP_PERIOD
        self.stdout.write(format_hotp_value(hotp_value(decrypt(factor.data["secret"]), now)))

    def _sent(self, user: User) -> str:
        """What the sink kept instead of sending it."""
        code = last_code(user.phone) or last_code(user.phone, "voice")
        if not code:
            raise CommandError("no digits were sent to this phone; ask for them at /accounts/code/")
        return code
