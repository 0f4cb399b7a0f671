"""Pages of passkeys: adding, naming, removing, logging in by one, showing one again."""

import json
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as key_views
from allauth.mfa.webauthn.internal import auth, flows
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.devices import end_sessions
from portal.accounts.passkeys import NameForm, passkeys_of
from portal.base.audit import record
from portal.doors import BOTH, Answers422
from portal.permissions.factor import may_drop
from portal.permissions.gate import public, signed_in


class AddPasskey(Answers422, key_views.AddWebAuthnView):
    """Making one shows it, so the session has both factors; every other session ends."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the browser is asked to make: always one that checks the person."""
        context = super().get_context_data(**kwargs)
        context["form"] = kwargs.get("form") or self.get_form()
        context["options"] = json.dumps(auth.begin_registration(self.request.user, True))
        return context

    def get_success_url(self) -> str:
        """To the recovery codes when they are new, else to the list."""
        return super().get_success_url() if self.did_generate_recovery_codes else reverse("mfa_list_webauthn")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, note the factor in this session, end all others."""
        response = super().form_valid(form)
        factor = passkeys_of(self.request.user).last()
        record_authentication(self.request, self.request.user, "mfa", id=factor.pk, type=factor.type)
        self.request.session.cycle_key()
        UserSession.objects.create_from_request(self.request)
        end_sessions(self.request.user, but=self.request.session.session_key)
        return response


class LoginByPasskey(key_views.LoginWebAuthnView):
    """Name and password in one move of the finger."""


class ReauthenticateByPasskey(Answers422, key_views.ReauthenticateWebAuthnView):
    """A passkey once more, or for the first time in this session."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the browser is asked for, and the form with its errors."""
        context = super().get_context_data(**kwargs)
        context["form"] = kwargs.get("form") or self.get_form()
        context["options"] = json.dumps(context["js_data"]["request_options"])
        return context


add = signed_in(AddPasskey.as_view(), one_factor=True)
login = public(LoginByPasskey.as_view(), methods=BOTH)
reauthenticate = signed_in(ReauthenticateByPasskey.as_view(), one_factor=True)


@signed_in(methods=("GET",))
def passkeys(request: HttpRequest) -> HttpResponse:
    """One's own passkeys, with their names."""
    return _list(request)


def _list(request: HttpRequest, wrong: NameForm | None = None, pk: int = 0) -> HttpResponse:
    rows = [
        (
            row,
            wrong
            if row.pk == pk
            else NameForm(initial={"name": row.wrap().name}, auto_id=f"key-{row.pk}-%s"),
        )
        for row in passkeys_of(request.user)
    ]
    context = {"rows": rows, "form": wrong}
    return render(request, "mfa/webauthn/passkeys.html", context, status=422 if wrong else 200)


def _own(request: HttpRequest) -> Authenticator:
    """The passkey that the form names, among one's own. Raises Http404."""
    chosen = request.POST.get("passkey", "")
    number = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 18 else 0
    row = passkeys_of(request.user).filter(pk=number).first()
    if row is None:
        raise Http404
    return row


@signed_in(methods=("POST",))
def rename(request: HttpRequest) -> HttpResponse:
    """Give one's own passkey another name."""
    row = _own(request)
    form = NameForm(request.POST, auto_id=f"key-{row.pk}-%s")
    if not form.is_valid():
        return _list(request, form, row.pk)
    row.wrap().name = form.cleaned_data["name"]
    row.save(update_fields=["data"])
    record(request.user, "account.passkey_named", request.user)
    messages.success(request, _("改好了"))
    return redirect("mfa_list_webauthn")


@signed_in(methods=("POST",))
def remove(request: HttpRequest) -> HttpResponse:
    """Take one's own passkey away; every other session ends. The last factor of a post stays."""
    row = _own(request)
    if not may_drop(row):
        messages.error(request, _("您的岗位必须有第二道锁，这是最后一个，不能删。先设动态码或加一个通行密钥"))
        return redirect("mfa_list_webauthn")
    flows.remove_authenticator(request, row)
    end_sessions(request.user, but=request.session.session_key)
    return redirect("mfa_list_webauthn")
