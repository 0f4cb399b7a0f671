"""Whom to ask in one's village: offices and posts by rule, for everybody."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from partners.network.figures import open_homes, public_names
from partners.network.models import Post, Region, RegionLevel, TargetKind
from partners.network.offices import shown_phone
from partners.network.queries import county, in_subtree
from partners.providers.models import ProviderState
from partners.stations.models import Station
from portal.base.periods import local_date


@dataclass(frozen=True)
class Office:
    """An office that answers: its place, telephone and address; empty where not known."""

    region: Region
    phone: str
    address: str


@dataclass(frozen=True)
class PublicPost:
    """A post at a place: what it is called, where, and the names if they are public by rule."""

    label: str
    where: str
    names: tuple[str, ...] = ()


@dataclass
class Answer:
    """Everything one may know of a village: its own office and posts, then those above."""

    village: Office
    posts: list[PublicPost] = field(default_factory=list)
    above: list[Office] = field(default_factory=list)
    station: Station | None = None
    station_phone: str = ""


def office_of(region: Region) -> Office:
    """The office of a place as the public may know it."""
    return Office(region, shown_phone(region.office_phone), region.office_address)


def county_office() -> Office | None:
    """The office of the county."""
    place = county()
    return office_of(place) if place else None


def places_within(region: Region) -> QuerySet[Region]:
    """The places one level below, that exist on the day."""
    return Region.objects.filter(parent=region).exclude(level=RegionLevel.GROUP).order_by("path")


def public_places(day: datetime) -> QuerySet[Region]:
    """County, townships and villages that exist on the day, with what they lie in."""
    levels = [RegionLevel.COUNTY, RegionLevel.TOWNSHIP, RegionLevel.VILLAGE]
    today = local_date(day)
    rows = Region.objects.filter(level__in=levels, valid_from__lte=today, valid_to__gt=today)
    return rows.select_related("parent__parent")


def public_place(code: str, day: datetime) -> Region | None:
    """The county, a township or a village that exists on the day."""
    return public_places(day).filter(code=code).first()


def station_of(township: Region) -> Station | None:
    """The township's station while it is in force."""
    rows = Station.objects.filter(township=township, provider__state=ProviderState.LIVE)
    return rows.select_related("provider").first()


def who_to_ask(village: Region, at: datetime) -> Answer:
    """Offices and posts of a village, in six queries whatever its size."""
    township = village.parent
    assert township is not None and township.parent is not None  # a village lies in a township of the county
    answer = Answer(office_of(village), above=[office_of(township), office_of(township.parent)])
    answer.station = station_of(township)
    answer.station_phone = shown_phone(answer.station.office_phone) if answer.station else ""
    named = public_names(local_date(at))
    held: dict[tuple[str, int], list[str]] = {}
    for post in Post.objects.filter(
        in_subtree(village.path, "region__path"),
        role__in=[TargetKind.OFFICER, TargetKind.LEADER],
        valid_from__lte=at,
        valid_to__gt=at,
        user__is_active=True,
    ).select_related("user"):
        held.setdefault((post.role, post.region_id), []).append(post.user.get_full_name())
    officers = held.get((TargetKind.OFFICER, village.pk), [])
    answer.posts.append(_post(TargetKind.OFFICER, str(village), officers, named))
    for home in open_homes(village.path, local_date(at)):
        leaders = held.get((TargetKind.LEADER, home.region_id), [])
        answer.posts.append(_post(TargetKind.LEADER, home.name, leaders, named))
    return answer


def _post(kind: TargetKind, where: str, names: list[str], named: frozenset[str]) -> PublicPost:
    return PublicPost(str(kind.label), where, tuple(names) if kind in named else ())
