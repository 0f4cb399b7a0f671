"""Pages of the login door: allauth's own, in our words, and the one-time links."""

import json
from typing import Any

from allauth.account import views as account_views
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as factor_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as totp_views
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from partners.network.links import activation_context
from portal.accounts.actions import activate, issue_reset, open_activation
from portal.accounts.attempts import ACTIVATE, take_of_address
from portal.accounts.devices import end_sessions
from portal.accounts.forms import ChoosePasswordForm, ResetPersonForm
from portal.accounts.models import ActivationCause, User
from portal.accounts.passkeys import passkeys_of
from portal.accounts.resets import may_reset
from portal.base.refused import Refused
from portal.permissions.gate import public, signed_in

BOTH = ("GET", "POST")


class Answers422:
    """A form with errors answers 422, as everywhere on this site."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, with what is wrong."""
        response = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


class Login(Answers422, account_views.LoginView):
    """The one door."""


class ChangePassword(Answers422, account_views.PasswordChangeView):
    """A new password; every other session ends."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it and shut the other sessions at once."""
        response = super().form_valid(form)
        end_sessions(self.request.user, but=self.request.session.session_key)
        return response


class Reauthenticate(Answers422, account_views.ReauthenticateView):
    """The password once more before something weighty."""


class ReauthenticateByCode(Answers422, factor_views.ReauthenticateView):
    """The code once more, or for the first time in this session."""


class Authenticate(Answers422, factor_views.AuthenticateView):
    """The code or a passkey, after the password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the browser is asked for, where the person has a passkey."""
        context = super().get_context_data(**kwargs)
        if passkeys_of(self.stage.login.user).exists():
            context["options"] = json.dumps(context["js_data"]["request_options"])
        return context


class EnrolTotp(Answers422, totp_views.ActivateTOTPView):
    """Setting up the phone; typing the code shows the factor, so the session has both."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the secret, note the factor in this session, end all others."""
        response = super().form_valid(form)
        factor = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        record_authentication(self.request, self.request.user, "mfa", id=factor.pk, type=factor.type)
        self.request.session.cycle_key()
        UserSession.objects.create_from_request(self.request)
        end_sessions(self.request.user, but=self.request.session.session_key)
        return response


class RemoveTotp(Answers422, totp_views.DeactivateTOTPView):
    """Only for those whose hats do not demand it; every other session ends."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Take it away."""
        response = super().form_valid(form)
        end_sessions(self.request.user, but=self.request.session.session_key)
        return response


login = public(Login.as_view(), methods=BOTH)
logout = public(account_views.logout, methods=BOTH)
inactive = public(account_views.account_inactive)
change_password = signed_in(ChangePassword.as_view())
reauthenticate = signed_in(Reauthenticate.as_view(), one_factor=True)
factors = signed_in(factor_views.index, methods=("GET",))
authenticate = public(Authenticate.as_view(), methods=BOTH)
reauthenticate_by_code = signed_in(ReauthenticateByCode.as_view(), one_factor=True)
enrol_totp = signed_in(EnrolTotp.as_view(), one_factor=True)
remove_totp = signed_in(RemoveTotp.as_view())
recovery_codes = signed_in(code_views.view_recovery_codes, methods=("GET",))
download_codes = signed_in(code_views.download_recovery_codes, methods=("GET",))
new_codes = signed_in(code_views.generate_recovery_codes)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


@public
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret out of the address into a cookie, so that no log and no referrer holds it."""
    response = redirect("portal:activate")
    response.set_cookie(
        settings.ACTIVATION_COOKIE,
        secret,
        max_age=3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    # Only here: on a page with a form it would make the browser send `Origin: null`.
    response["Referrer-Policy"] = "no-referrer"
    return _private(response)


@never_cache
@sensitive_post_parameters()
@public(methods=BOTH)
def activate_account(request: HttpRequest) -> HttpResponse:
    """Choose a password by the link; looking at the page uses nothing up."""
    if request.method == "POST" and not take_of_address(ACTIVATE, request):
        return too_many(request)
    secret = request.COOKIES.get(settings.ACTIVATION_COOKIE, "")
    link = open_activation(secret, timezone.now())
    if link is None:
        return _private(render(request, "portal/activate_dead.html", status=410))
    form = ChoosePasswordForm(request.POST or None, user=link.user)
    if form.is_valid():
        try:
            activate(secret=secret, password=form.cleaned_data["password1"], at=timezone.now())
        except Refused:
            return _private(render(request, "portal/activate_dead.html", status=410))
        if link.cause == ActivationCause.INVITED:
            words = _("好了，现在登录。手机号先前就有账号的，用原来的密码，再到“我能看什么”里答应")
        else:
            words = _("密码设好了。现在用它登录")
        messages.success(request, words)
        response = redirect("account_login")
        response.delete_cookie(settings.ACTIVATION_COOKIE, samesite="Lax")
        return _private(response)
    context = {"form": form, "person": link.user, "invited": link.cause == "invited"}
    return _private(render(request, "portal/activate.html", context, status=422 if form.errors else 200))


@signed_in(takes_object="portal.User")
def reset_person(request: HttpRequest, username: str) -> HttpResponse:
    """Give somebody one knows a link for a new password; whom, the registered rules say."""
    person = User.objects.filter(username=username, is_active=True).first()
    # A name that nobody has is judged as one of somebody would be: the same questions to the database.
    if not may_reset(request.user, person or User(pk=0)) or person is None:
        raise Http404
    form = ResetPersonForm(request.POST or None)
    if form.is_valid():
        secret = issue_reset(user=person, by=request.user, lost_phone=form.cleaned_data["lost"] == "phone")
        context = {"person": person, **activation_context(request, secret)}
        return _private(render(request, "portal/reset_done.html", context))
    return render(
        request,
        "portal/reset_person.html",
        {"person": person, "form": form},
        status=422 if form.errors else 200,
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """429: come back in a few minutes."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "300"
    return response
