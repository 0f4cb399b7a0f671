"""The pages of leaving: everything in hand, to whom it goes, and the end of the role, in one act."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.access import MANAGE, OVERSEE, leaving_for
from partners.network.access import post_for
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from portal.permissions.roles import ROLES
from services.casework.handover import leave_post, leave_team
from services.casework.handover_forms import LeaveForm, LeavePostForm
from services.casework.hands_of_offices import next_in_office
from services.casework.in_hand import Leaving, in_hand

APPOINT = "partners.appoint_person"


@needs(MANAGE, OVERSEE, takes_object="partners.Membership")
def member(request: HttpRequest, no: str) -> HttpResponse:
    """Somebody leaves a provider."""
    membership = leaving_for(request.user, no)
    leaving = Leaving(user=membership.user, by=request.user, at=timezone.now(), membership=membership)
    form = LeaveForm(request.POST or None, hands=in_hand(leaving))
    if form.is_valid():
        try:
            leave_team(membership=membership, by=request.user, takers=form.takers, on=form.moment)
        except Refused as no_:
            blame(form, no_)
        else:
            messages.success(request, _("交接好了"))
            return redirect("portal:landing" if membership.user_id == request.user.pk else _back(request))
    context = {
        "membership": membership,
        "provider": membership.provider,
        "leaving": leaving,
        "where": f"{membership.provider} · {membership.get_role_display()}",
        "back": _back(request),
    }
    return _page(request, form, context)


@needs(APPOINT, takes_object="partners.Post")
def post(request: HttpRequest, uid: str) -> HttpResponse:
    """Somebody leaves a post of the network."""
    row = post_for(request.user, uid, to=APPOINT)
    now = timezone.now()
    leaving = Leaving(user=row.user, by=request.user, at=now, post=row)
    form = LeavePostForm(request.POST or None, hands=in_hand(leaving))
    if form.is_valid():
        try:
            leave_post(
                post=row,
                by=request.user,
                takers=form.takers,
                successor=form.cleaned_data["successor"],
                on=form.moment,
            )
        except Refused as no_:
            refusal = Refused(no_.code, no_.message, {"user": "successor"}.get(no_.field or "", no_.field))
            blame(form, refusal)
        else:
            messages.success(request, _("交接好了"))
            return redirect("partners:network")
    context = {
        "leaving": leaving,
        "where": f"{ROLES[row.role].label} · {row.region}",
        "following": next_in_office(row, now),
        "is_post": True,
        "back": "partners:network",
    }
    return _page(request, form, context)


def _back(request: HttpRequest) -> str:
    return "partners:workers" if request.user.has_perm(MANAGE) else "partners:network"


def _page(request: HttpRequest, form: LeaveForm, context: dict[str, Any]) -> HttpResponse:
    context["form"] = form
    return render(request, "services/casework/handover.html", context, status=422 if form.errors else 200)
