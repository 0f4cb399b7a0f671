"""The network's desk: townships with their people, gaps, appointing, inviting, ending."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from partners.memberships.staffing import live_posts, staffing
from partners.network import access, actions
from partners.network.forms import AppointForm, InviteForm
from partners.network.links import activation_context
from partners.network.models import Region, RegionLevel
from partners.network.queries import in_subtree
from partners.network.ranks import APPOINTS, LEVEL_OF
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from portal.permissions.hats import hats
from portal.permissions.roles import ROLES

INVITE, APPOINT = "partners.invite_person", "partners.appoint_person"


@needs(INVITE, APPOINT, methods=("GET",))
def network(request: HttpRequest) -> HttpResponse:
    """Every township of my area with its people and gaps."""
    roots = _roots(request.user)
    now = timezone.now()
    rows = [row for root in roots for row in staffing(root, now)]
    context = {
        "rows": rows,
        "gaps": sum(row.has_gap for row in rows),
        "uncovered": sum(len(row.uncovered) for row in rows),
        "villages": sum(row.villages for row in rows),
        "short": sum(row.short_of_workers > 0 for row in rows),
        "county": next((root for root in roots if root.level == RegionLevel.COUNTY), None),
    }
    return render(request, "partners/memberships/network.html", context)


@needs(INVITE, APPOINT, takes_object="partners.Region", methods=("GET",))
def place(request: HttpRequest, code: str) -> HttpResponse:
    """The people of one township (or of the county's own posts), each with what I may do."""
    region = access.township_for(request.user, code, to=INVITE)
    return _place_page(request, region, None)


@needs(APPOINT, takes_object="partners.Region", methods=("POST",))
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    """Give a post there to somebody with an account."""
    region = access.township_for(request.user, code, to=APPOINT)
    form = _appoint_form(request.user, region, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.appoint(
                user=form.person,
                role=data["role"],
                region=data["region"],
                department=data["department"],
                on_duty=data["on_duty"],
                by=request.user,
            )
            return redirect("partners:place", code)
        except Refused as refusal:
            field = {"user": "username"}.get(refusal.field or "", refusal.field)
            form.add_error(field if field in form.fields else None, refusal.message)
    return _place_page(request, region, form, status=422)


@needs(APPOINT, takes_object="partners.Post")
def end_post(request: HttpRequest, uid: str) -> HttpResponse:
    """A page that asks once more, then the deed."""
    post = access.post_for(request.user, uid, to=APPOINT)
    context: dict[str, Any] = {"post": post, "role": ROLES[post.role].label}
    if request.method == "POST":
        try:
            actions.end_post(post=post, by=request.user)
            return redirect("partners:place", _page_of(post.region).code)
        except Refused as refusal:
            context["refusal"] = refusal.message
    return render(
        request, "partners/memberships/end_post.html", context, status=422 if "refusal" in context else 200
    )


@needs(INVITE)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody below my own post; the link is shown in this answer only."""
    roles = [role for role in access.invitable_roles(request.user) if role != "department_staff"]
    levels = {LEVEL_OF[role] for role in roles}
    places = list(access.regions_for(request.user, INVITE).filter(level__in=levels).order_by("path"))
    form = InviteForm(request.POST or None, roles=roles, places=places)
    if form.is_valid():
        data = form.cleaned_data
        try:
            post, secret = actions.invite_to_post(
                name=data["name"],
                phone=data["phone"],
                role=data["role"],
                region=data["region"],
                by=request.user,
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            context = {"post": post, "role": ROLES[post.role].label, **activation_context(request, secret)}
            return render(request, "partners/memberships/invited.html", context)
    return render(
        request, "partners/memberships/invite_person.html", {"form": form}, status=422 if form.errors else 200
    )


def _roots(user: Any) -> list[Region]:
    paths = sorted({hat.region_path for hat in hats(user) if {INVITE, APPOINT} & hat.rules.permissions})
    tops = [p for p in paths if not any(p != other and p.startswith(other) for other in paths)]
    return list(Region.objects.filter(path__in=tops).order_by("path"))


def _page_of(region: Region) -> Region:
    if region.level == RegionLevel.COUNTY:
        return region
    found = Region.objects.filter(path=region.path[:8]).first()
    if found is None:
        raise Http404
    return found


def _appoint_form(user: Any, region: Region, data: Any = None) -> AppointForm:
    worn = {hat.role for hat in hats(user)}
    roles = [role for role in LEVEL_OF if any(role in APPOINTS.get(own, ()) for own in worn)]
    if region.level == RegionLevel.COUNTY:
        roles = [role for role in roles if LEVEL_OF[role] == RegionLevel.COUNTY]
        places = [region]
    else:
        roles = [role for role in roles if LEVEL_OF[role] != RegionLevel.COUNTY]
        places = list(Region.objects.filter(in_subtree(region.path)).order_by("path"))
    return AppointForm(data, roles=roles, places=places)


def _place_page(
    request: HttpRequest, region: Region, form: AppointForm | None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    at_county = region.level == RegionLevel.COUNTY
    posts = live_posts(region, now)
    people = [
        {
            "post": post,
            "role": ROLES[post.role].label,
            "can_end": post.user_id != request.user.pk
            and access.covers(request.user, post.role, post.region, by=access.may_appoint),
        }
        for post in posts
        if not at_county or post.region_id == region.pk
    ]
    if form is None and request.user.has_perm(APPOINT):
        form = _appoint_form(request.user, region)
    context = {
        "region": region,
        "people": people,
        "staffing": None if at_county else staffing(region, now)[0],
        "form": form,
    }
    return render(request, "partners/memberships/place.html", context, status=status)
