"""How allauth, the one login door, is fitted to this site: phone or username with a password, closed signup."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import get_user_by_username
from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.attempts import KNOWN_FOR, LAST_USER_SALT, give_back_all, password_turns, take_all
from portal.accounts.devices import keep_to_the_limit
from portal.accounts.freshness import is_fresh
from portal.accounts.models import User
from portal.accounts.phones import set_phone, user_by_phone
from portal.base.audit import record
from portal.base.cookies import remember_language
from portal.base.identifiers import mobile_e164
from portal.base.refused import Refused

WRONG = _("登录名或密码不对，请再看一遍")


class MainlandPhoneField(forms.CharField):
    """Takes a mainland mobile number in any usual writing; gives it as +86 and eleven digits."""

    def clean(self, value: Any) -> str:
        """The normalised number."""
        try:
            return mobile_e164(super().clean(value))
        except Refused as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from None


class AccountAdapter(DefaultAccountAdapter):
    """Logging in and out; signing up is not done here."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": WRONG,
        "username_password_mismatch": WRONG,
        "phone_password_mismatch": WRONG,
        "incorrect_password": _("密码不对，请再输一遍"),
        "enter_current_password": _("现在的密码不对，请再输一遍"),
        "too_many_login_attempts": _("试的次数太多了。请过 5 分钟再试"),
        "rate_limited": _("试的次数太多了。请过 5 分钟再试"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people come by a form of /join/ or by invitation."""
        return False

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        """Allauth's own takes only E.164."""
        return MainlandPhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        """The person who logs in with this number."""
        try:
            return user_by_phone(phone)
        except Refused:
            return None

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """The person's number and whether it is verified."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        """Unique and race-safe."""
        set_phone(user, phone, verified=verified)

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """Note that the number answered."""
        if user.phone == mobile_e164(phone):
            user.phone_verified = True
            user.save(update_fields=["phone_verified"])

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        """Codes are sent by `portal.accounts.codes`, never from here."""
        raise NotImplementedError("allauth sends no code on this site")

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """Nobody gives an address here; the audit row says it instead."""
        record(user, f"account.{template_prefix.rsplit('/', 1)[-1]}", user)

    def _meant(self, **credentials: Any) -> User | None:
        """Whose account these credentials name; asks the same questions whether there is one or not."""
        phone = credentials.get("phone", "")
        by_phone = self.get_user_by_phone(phone) if phone else None
        by_name = get_user_by_username(credentials.get("username", ""))
        return by_phone or by_name

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this try before it is judged, one count for one account however its name was written."""
        written = credentials.get("phone") or credentials.get("username", "").strip().lower()
        address = self.get_client_ip(request)
        self._turns = password_turns(request, self._meant(**credentials), written, address)
        if not take_all(self._turns):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A right password gives its turn back."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            give_back_all(self._turns)
        return user

    def login(self, request: HttpRequest, user: Any) -> None:
        """Start the session and its clock."""
        super().login(request, user)
        request.session["started"] = request.session["seen"] = int(time.time())
        record(user, "account.logged_in", user)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Note in a signed cookie who logged in on this browser: an ended session keeps what was typed."""
        response = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.LAST_USER_COOKIE,
            signing.dumps(str(user.uid), salt=LAST_USER_SALT),
            max_age=KNOWN_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        remember_language(response, user.language)
        keep_to_the_limit(user)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave a row of it, the same for a name that nobody has."""
        record(None, "account.login_failed", self._meant(**credentials))

    def logout(self, request: HttpRequest) -> None:
        """Leave on purpose."""
        record(request.user, "account.logged_out", request.user)
        super().logout(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own page."""
        return reverse("portal:me")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within ten minutes of the strongest proof the person has."""
        return not is_fresh(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict]:
        """With a second factor, only it counts: a known password alone must not undo it."""
        methods = super().get_reauthentication_methods(user)
        strong = [row for row in methods if row["id"].startswith("mfa_reauthenticate")]
        return strong or methods
