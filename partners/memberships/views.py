"""The agency's own people, and the answers of those it invites."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners.memberships import access, invitations, queries
from partners.memberships.forms import InviteKnownForm, InviteWorkerForm
from partners.memberships.models import Membership
from partners.network.links import activation_context
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs, signed_in

MANAGE = "partners.manage_team"
PER_PAGE = 50


@needs(MANAGE, methods=("GET",))
def workers(request: HttpRequest) -> HttpResponse:
    """Who works with us."""
    provider = access.own_provider(request.user)
    page = Paginator(queries.team_of(provider), PER_PAGE).get_page(request.GET.get("page"))
    context = {"provider": provider, "page": page, "left": queries.left_lately(provider)}
    return render(request, "partners/memberships/workers.html", context)


@needs(MANAGE)
def invite_worker(request: HttpRequest) -> HttpResponse:
    """Invite somebody new; the link is shown in this answer only."""
    provider = access.own_provider(request.user)
    form = InviteWorkerForm(request.POST or None, provider=provider)
    if form.is_valid():
        try:
            membership, secret = invitations.invite_member(provider=provider, by=request.user, **form.facts())
        except Refused as refusal:
            blame(form, refusal)
        else:
            return _invited(request, membership, secret)
    context = {"form": form, "provider": provider}
    return render(request, "partners/memberships/invite.html", context, status=422 if form.errors else 200)


@needs(MANAGE)
def invite_known(request: HttpRequest) -> HttpResponse:
    """Invite somebody who has an account; they answer on their own page."""
    provider = access.own_provider(request.user)
    form = InviteKnownForm(request.POST or None, provider=provider)
    if form.is_valid():
        try:
            invitations.invite_known(provider=provider, by=request.user, **form.facts())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("邀请发出了。对方在“我的”页面上答应以后，就能做事"))
            return redirect("partners:workers")
    context = {"form": form, "provider": provider, "known": True}
    return render(request, "partners/memberships/invite.html", context, status=422 if form.errors else 200)


def _invited(request: HttpRequest, membership: Membership, secret: str) -> HttpResponse:
    context = {"membership": membership, "provider": membership.provider}
    return render(request, "partners/memberships/invited.html", context | activation_context(request, secret))


@needs(MANAGE, takes_object="partners.Membership", methods=("POST",))
@require_POST
def renew_invitation(request: HttpRequest, no: str) -> HttpResponse:
    """Another week to answer, with a fresh link for somebody who has not chosen a password yet."""
    membership = access.invitation_for(request.user, no, to="renew")
    context = {"membership": membership, "provider": membership.provider}
    try:
        secret = invitations.renew_invitation(membership=membership, by=request.user)
    except Refused as refusal:
        context["refusal"] = refusal.message
        return render(request, "partners/memberships/invited.html", context, status=422)
    if secret:
        return _invited(request, membership, secret)
    messages.success(request, _("又发了一次，对方有七天时间答复"))
    return redirect("partners:workers")


@needs(MANAGE, takes_object="partners.Membership", methods=("POST",))
@require_POST
def withdraw_invitation(request: HttpRequest, no: str) -> HttpResponse:
    """Take an invitation back."""
    membership = access.invitation_for(request.user, no, to="withdraw")
    return _answer(request, invitations.withdraw_invitation, membership, _("邀请收回了"), "partners:workers")


@signed_in(takes_object="partners.Membership", methods=("POST",))
@require_POST
def accept_invitation(request: HttpRequest, no: str) -> HttpResponse:
    """Say yes to an invitation of one's own."""
    membership = access.own_invitation_for(request.user, no)
    return _answer(request, invitations.accept_invitation, membership, _("您已经加入了"), "portal:hats")


@signed_in(takes_object="partners.Membership", methods=("POST",))
@require_POST
def decline_invitation(request: HttpRequest, no: str) -> HttpResponse:
    """Say no to it."""
    membership = access.own_invitation_for(request.user, no)
    return _answer(request, invitations.decline_invitation, membership, _("已经谢绝"), "portal:hats")


def _answer(
    request: HttpRequest, act: Callable[..., object], membership: Membership, words: str, back: str
) -> HttpResponse:
    try:
        act(membership=membership, by=request.user)
        messages.success(request, words)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(back)
