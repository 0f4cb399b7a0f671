"""Pages of the digits sent to a phone: logging in by them, and changing the number."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.templatekit import get_entrance_context_data
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.accounts.code_forms import AskCodeForm, ChangePhoneForm, EnterCodeForm, NewPhoneForm
from portal.accounts.codes import ask_code, spend_code
from portal.accounts.models import CodePurpose, User
from portal.accounts.phone_change import ask_for_change, change_persons_phone, change_phone
from portal.accounts.resets import may_reset
from portal.base.audit import record
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import public, signed_in

ASKED, CHANGING = "phone_code", "phone_change"


def _address(request: HttpRequest) -> str:
    return get_adapter(request).get_client_ip(request)


def _page(request: HttpRequest, template: str, form: Any, **more: Any) -> HttpResponse:
    context = {"form": form, **more}
    return render(request, f"portal/{template}.html", context, status=422 if form.errors else 200)


@never_cache
@public(methods=("GET", "POST"))
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for six digits; the answer is the same for every number."""
    if request.user.is_authenticated:
        return redirect("portal:landing")
    form = AskCodeForm(request.POST or None)
    if form.is_valid():
        try:
            row = ask_code(
                phone=form.cleaned_data["phone"],
                address=_address(request),
                purpose=CodePurpose.LOGIN,
                voice=form.cleaned_data["way"] == "voice",
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            request.session[ASKED] = str(row.uid)
            onward = get_next_redirect_url(request)
            query = f"?{urlencode({'next': onward})}" if onward else ""
            return redirect(f"{reverse('account_code_enter')}{query}")
    return _page(request, "code_ask", form, **get_entrance_context_data(request))


@never_cache
@public(methods=("GET", "POST"))
def enter(request: HttpRequest) -> HttpResponse:
    """Type the digits that came: the first factor of the login, like the password."""
    if request.user.is_authenticated:
        return redirect("portal:landing")
    uid = request.session.get(ASKED)
    if not uid:
        return redirect("account_code")
    form = EnterCodeForm(request.POST or None)
    if form.is_valid():
        try:
            user = spend_code(
                uid=uid, code=form.cleaned_data["code"], purpose=CodePurpose.LOGIN, at=timezone.now()
            )
        except Refused as refusal:
            record(None, "account.code_failed")
            blame(form, refusal)
        else:
            del request.session[ASKED]
            record_authentication(request, user, "phone_code")
            return perform_login(request, Login(user=user, redirect_url=get_next_redirect_url(request)))
    return _page(request, "code_enter", form, **get_entrance_context_data(request))


@signed_in
def phone(request: HttpRequest) -> HttpResponse:
    """Another number for logging in: digits go to it and to the old one."""
    form = AskCodeForm(request.POST or None)
    if form.is_valid():
        try:
            new, old = ask_for_change(
                user=request.user,
                phone=form.cleaned_data["phone"],
                address=_address(request),
                voice=form.cleaned_data["way"] == "voice",
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            request.session[CHANGING] = [new, old]
            return redirect("portal:phone_enter")
    return _page(request, "phone_change", form)


@signed_in
def phone_enter(request: HttpRequest) -> HttpResponse:
    """The digits of both numbers; then the new one logs in, and every other session ends."""
    asked = request.session.get(CHANGING)
    if not asked:
        return redirect("portal:phone")
    form = ChangePhoneForm(request.POST or None)
    if not asked[1]:
        del form.fields["old_code"]
    if form.is_valid():
        try:
            change_phone(
                user=request.user,
                new=(asked[0], form.cleaned_data["code"]),
                old=(asked[1], form.cleaned_data.get("old_code", "")),
                here=request.session.session_key,
                at=timezone.now(),
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            del request.session[CHANGING]
            messages.success(request, _("号码换好了，以后用新号码登录"))
            return redirect("portal:me")
    return _page(request, "phone_enter", form)


@signed_in(takes_object="portal.User")
def persons_phone(request: HttpRequest, username: str) -> HttpResponse:
    """Give somebody one knows and has checked another number; whom, the registered rules say."""
    person = User.objects.filter(username=username, is_active=True).first()
    # A name that nobody has is judged as one of somebody would be: the same questions to the database.
    if not may_reset(request.user, person or User(pk=0)) or person is None:
        raise Http404
    form = NewPhoneForm(request.POST or None)
    if form.is_valid():
        try:
            change_persons_phone(user=person, phone=form.cleaned_data["phone"], by=request.user)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("号码换好了。请让本人用新号码登录试一次"))
            return redirect("portal:reset_person", username)
    return _page(request, "persons_phone", form, person=person)
