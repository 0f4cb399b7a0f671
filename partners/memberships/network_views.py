"""The network's desk: the people of every node, gaps against the plan, appointing, inviting, figures."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.access import OVERSEE
from partners.memberships.gap_sheet import gap_sheet
from partners.memberships.queries import heads_here
from partners.memberships.staffing import (
    Staffing,
    VillageStaffing,
    gauges,
    live_posts,
    staffing,
)
from partners.network import access, actions, figures, offers
from partners.network.fields import evening_of
from partners.network.forms import (
    AppointForm,
    InviteForm,
    OfficeForm,
    PopulationForm,
    TargetForm,
    WatchHomeForm,
)
from partners.network.links import activation_context
from partners.network.models import Region, RegionLevel, StaffingTarget, TargetKind
from partners.network.offices import set_office
from partners.network.queries import in_subtree
from partners.network.ranks import APPOINTS, LEVEL_OF
from portal.base.forms import blame
from portal.base.periods import day_start, local_date
from portal.base.refused import Refused
from portal.permissions.gate import needs
from portal.permissions.hats import hats
from portal.permissions.roles import ROLES

INVITE, APPOINT = "partners.invite_person", "partners.appoint_person"
PER_PAGE = 50


@needs(INVITE, APPOINT, methods=("GET",))
def network(request: HttpRequest) -> HttpResponse:
    """Every township of my area with its people, what the plan wants, and the gaps; `gap` lists those of one kind."""
    roots = _roots(request.user)
    now = timezone.now()
    rows = [row for root in roots for row in staffing(root, now)]
    kind = request.GET.get("gap", "")
    context: dict[str, Any] = {
        "rows": rows,
        "gauges": gauges(rows),
        "villages": sum(len(row.villages) for row in rows),
        "county": next((root for root in roots if root.level == RegionLevel.COUNTY), None),
        "may_set": request.user.has_perm(APPOINT),
    }
    if kind in TargetKind.values:
        gaps = [gap for row in rows for gap in row.gaps() if gap.kind == kind]
        context["kind"], context["kind_label"] = kind, TargetKind(kind).label
        context["page"] = Paginator(gaps, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "partners/memberships/network.html", context)


@needs(INVITE, APPOINT, methods=("GET",))
def gaps_csv(request: HttpRequest) -> HttpResponse:
    """The gaps of my area as a file for a spreadsheet: nodes and numbers, no person."""
    now = timezone.now()
    gaps = [gap for root in _roots(request.user) for row in staffing(root, now) for gap in row.gaps()]
    response = HttpResponse(gap_sheet(gaps), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gaps-{local_date(now).isoformat()}.csv"'
    return response


@needs(INVITE, APPOINT, takes_object="partners.Region", methods=("GET",))
def place(request: HttpRequest, code: str) -> HttpResponse:
    """The people of one township or village (or of the county's own posts), each with what I may do."""
    region = access.place_for(request.user, code, to=INVITE)
    return _place_page(request, region)


@needs(APPOINT, takes_object="partners.Region", methods=("POST",))
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    """Give a post there to somebody with an account."""
    region = access.place_for(request.user, code, to=APPOINT)
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
                begins=day_start(data["begins"]) if data["begins"] else None,
                until=evening_of(data["until"]),
                by=request.user,
            )
            return redirect("partners:place", code)
        except Refused as refusal:
            field = {"user": "username"}.get(refusal.field or "", refusal.field)
            form.add_error(field if field in form.fields else None, refusal.message)
    return _place_page(request, region, form=form, status=422)


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
            post, secret = offers.invite_to_post(
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


def _place_page(request: HttpRequest, region: Region, status: int = 200, **forms: Any) -> HttpResponse:
    now = timezone.now()
    at_county = region.level == RegionLevel.COUNTY
    may_appoint = request.user.has_perm(APPOINT)
    people = [
        {
            "post": post,
            "role": ROLES[post.role].label,
            "can_end": may_appoint
            and post.user_id != request.user.pk
            and access.covers(request.user, post.role, post.region, by=access.may_appoint),
        }
        for post in live_posts(region, now)
        if not at_county or post.region_id == region.pk
    ]
    row = None if at_county else staffing(region, now)[0]
    context = {
        "region": region,
        "people": people,
        "staffing": row,
        "villages": _villages(row, region),
        "heads": heads_here(region, now) if request.user.has_perm(OVERSEE) and not at_county else (),
        "at_village": region.level == RegionLevel.VILLAGE,
        "form": forms.get("form") or (_appoint_form(request.user, region) if may_appoint else None),
        "may_set": may_appoint,
        "home_form": forms.get("home_form") or _home_form(region),
        "people_form": forms.get("people_form") or PopulationForm(),
        "office_form": forms.get("office_form")
        or OfficeForm(initial={"office_phone": region.office_phone, "office_address": region.office_address}),
        "failed": next((each for each in forms.values() if each.errors), None),
    }
    return render(request, "partners/memberships/place.html", context, status=status)


def _villages(row: Staffing | None, region: Region) -> list[VillageStaffing]:
    """The villages of the township; of a village page the one."""
    if row is None:
        return []
    return [each for each in row.villages if each.village.path.startswith(region.path)]


def _home_form(region: Region, data: Any = None) -> WatchHomeForm | None:
    """For a village with groups: where a watch home may be opened."""
    groups = Region.objects.filter(parent=region, level=RegionLevel.GROUP).order_by("path")
    return WatchHomeForm(data, groups=list(groups)) if region.level == RegionLevel.VILLAGE else None


@needs(INVITE, takes_object="partners.Region", methods=("POST",))
def open_home(request: HttpRequest, code: str) -> HttpResponse:
    """A group of the village has its watch home now."""
    region = access.place_for(request.user, code, to=INVITE)
    form = _home_form(region, request.POST)
    if form is None:
        raise Http404
    if form.is_valid():
        try:
            figures.open_home(by=request.user, **form.cleaned_data)
            return redirect("partners:place", code)
        except Refused as refusal:
            blame(form, refusal)
    return _place_page(request, region, home_form=form, status=422)


@needs(INVITE, takes_object="partners.WatchHome", methods=("POST",))
def close_home(request: HttpRequest, uid: str) -> HttpResponse:
    """A watch home is no more."""
    home = access.home_for(request.user, uid, to=INVITE)
    try:
        figures.close_home(home=home, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("partners:place", home.region.parent.code)


@needs(INVITE, takes_object="partners.Region", methods=("POST",))
def office(request: HttpRequest, code: str) -> HttpResponse:
    """The office's telephone and address, which everybody may read."""
    region = access.place_for(request.user, code, to=INVITE)
    form = OfficeForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        set_office(region=region, phone=data["office_phone"], address=data["office_address"], by=request.user)
        return redirect("partners:place", code)
    return _place_page(request, region, office_form=form, status=422)


@needs(APPOINT, takes_object="partners.Region", methods=("POST",))
def population(request: HttpRequest, code: str) -> HttpResponse:
    """Note a count of the people of a township or of the county."""
    region = access.place_for(request.user, code, to=APPOINT)
    form = PopulationForm(request.POST)
    if form.is_valid():
        try:
            figures.set_population(region=region, by=request.user, **form.cleaned_data)
            return redirect("partners:place", code)
        except Refused as refusal:
            blame(form, refusal)
    return _place_page(request, region, people_form=form, status=422)


@needs(APPOINT)
def targets(request: HttpRequest) -> HttpResponse:
    """The figures of the plan, past and to come; a new one counts from its day."""
    form = TargetForm(request.POST or None)
    if form.is_valid():
        try:
            figures.set_target(by=request.user, **form.cleaned_data)
            messages.success(request, _("记下了，从那天起照新的数算"))
            return redirect("partners:targets")
        except Refused as refusal:
            blame(form, refusal)
    today = timezone.localdate()
    current = {row.pk for row in figures.targets_on(today).values()}
    rows = [
        {"row": row, "current": row.pk in current, "coming": row.valid_from > today}
        for row in StaffingTarget.objects.select_related("set_by")
    ]
    return render(
        request,
        "partners/memberships/targets.html",
        {"form": form, "rows": rows},
        status=422 if form.errors else 200,
    )
