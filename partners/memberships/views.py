"""The agency's own people and standing, and the public list of providers."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from partners.memberships import access, actions, queries
from partners.memberships.forms import InviteWorkerForm
from partners.network.links import activation_context
from partners.providers.models import ProviderKind
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs, public

MANAGE = "partners.manage_team"
PER_PAGE, PER_PUBLIC_PAGE = 50, 20


@needs(MANAGE, methods=("GET",))
def workers(request: HttpRequest) -> HttpResponse:
    """Who works with us."""
    provider = access.own_provider(request.user)
    page = Paginator(queries.team_of(provider), PER_PAGE).get_page(request.GET.get("page"))
    context = {"provider": provider, "page": page, "left": queries.left_lately(provider)}
    return render(request, "partners/memberships/workers.html", context)


@needs(MANAGE)
def invite_worker(request: HttpRequest) -> HttpResponse:
    """Invite one; the link is shown in this answer only."""
    provider = access.own_provider(request.user)
    form = InviteWorkerForm(request.POST or None)
    if form.is_valid():
        try:
            membership, secret = actions.invite_member(
                provider=provider, by=request.user, **form.cleaned_data
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            context = {"membership": membership, "provider": provider}
            return render(
                request,
                "partners/memberships/invited.html",
                context | activation_context(request, secret),
            )
    return render(
        request,
        "partners/memberships/invite.html",
        {"form": form, "provider": provider},
        status=422 if form.errors else 200,
    )


@needs(MANAGE, takes_object="partners.Membership", methods=("POST",))
@require_POST
def renew_invitation(request: HttpRequest, no: str) -> HttpResponse:
    """A fresh link for somebody who has not chosen a password yet."""
    membership = access.membership_for(request.user, no, to="renew")
    context = {"membership": membership, "provider": membership.provider}
    try:
        secret = actions.renew_invitation(membership=membership, by=request.user)
    except Refused as refusal:
        return render(
            request, "partners/memberships/invited.html", context | {"refusal": refusal.message}, status=422
        )
    return render(request, "partners/memberships/invited.html", context | activation_context(request, secret))


@needs(MANAGE, takes_object="partners.Membership")
def end_membership(request: HttpRequest, no: str) -> HttpResponse:
    """A page that asks once more, then the deed."""
    membership = access.membership_for(request.user, no, to="end")
    context = {"membership": membership, "provider": membership.provider}
    if request.method == "POST":
        try:
            actions.end_membership(membership=membership, by=request.user)
            return redirect("partners:workers")
        except Refused as refusal:
            context["refusal"] = refusal.message
    return render(
        request,
        "partners/memberships/end.html",
        context,
        status=422 if "refusal" in context else 200,
    )


@needs(MANAGE, methods=("GET",))
def qualification(request: HttpRequest) -> HttpResponse:
    """Our own data and standing."""
    provider = access.own_provider(request.user)
    context = {
        "provider": provider,
        "organisation": getattr(provider, "organisation", None),
        "station": getattr(provider, "station", None),
        "standing": queries.standing(provider, timezone.localdate()),
        "services": [row.get_service_display() for row in provider.services.all()],
        "towns": [row.region for row in provider.townships.select_related("region")],
    }
    return render(request, "partners/memberships/qualification.html", context)


@public
def providers(request: HttpRequest) -> HttpResponse:
    """Who was vetted, for everybody: no private telephone."""
    kind = request.GET.get("kind")
    kind = kind if kind in (ProviderKind.AGENCY, ProviderKind.STATION) else ProviderKind.AGENCY
    page = Paginator(queries.public_providers(kind), PER_PUBLIC_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    tabs = [
        {"label": ProviderKind(code).label, "url": f"?kind={code}", "current": code == kind, "count": None}
        for code in (ProviderKind.AGENCY, ProviderKind.STATION)
    ]
    shown = [{"row": row, "standing": queries.standing(row, today)} for row in page]
    context = {"page": page, "shown": shown, "kind": kind, "tabs_by_kind": tabs}
    return render(request, "partners/memberships/providers.html", context)
