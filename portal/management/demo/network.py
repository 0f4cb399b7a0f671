"""The demo's network: invented counts of people, watch homes with honest gaps, office telephones that nobody has."""

from datetime import date, datetime, timedelta

from partners.models import (
    Membership,
    MembershipState,
    Population,
    Post,
    Provider,
    ProviderKind,
    ProviderState,
    Region,
    RegionLevel,
    StaffingTarget,
    Station,
    TargetKind,
    Volunteer,
    VolunteerState,
    WatchHome,
)
from portal.base.models import OPEN_END
from portal.management.demo.accounts import new_user
from portal.management.demo.chance import Chance
from portal.models import User

# Every so manyth watch home has nobody in charge: the desk has something to find.
LEADERLESS = 7
# A range of the area that no exchange was given.
OFFICES = "0731-2000{:04d}"


def make_network(chance: Chance, users: dict[str, User], at: datetime, now: datetime, today: date) -> None:
    """After places, parties and households are there."""
    _offices()
    _people(chance, today)
    _homes(chance, at)
    _comings_and_goings(chance, users, at, now)
    StaffingTarget.objects.filter(kind=TargetKind.OFFICER).update(name_public=True)


def _offices() -> None:
    regions = list(Region.objects.exclude(level=RegionLevel.GROUP).order_by("path"))
    for order, region in enumerate(regions, start=1):
        region.office_phone = OFFICES.format(order)
        region.office_address = f"{region.name}政务服务中心（演示地址）"
    Region.objects.bulk_update(regions, ["office_phone", "office_address"], batch_size=400)
    stations = list(Station.objects.order_by("pk"))
    for order, station in enumerate(stations, start=9001):
        station.office_phone = OFFICES.format(order)
    Station.objects.bulk_update(stations, ["office_phone"])
    agencies = list(
        Provider.objects.filter(kind=ProviderKind.AGENCY, state=ProviderState.LIVE).order_by("pk")
    )
    for order, agency in enumerate(agencies[:-1], start=9101):  # one has not told its number yet
        agency.office_phone = OFFICES.format(order)
    Provider.objects.bulk_update(agencies, ["office_phone"])


def _people(chance: Chance, today: date) -> None:
    """Some nine thousand to forty thousand a township; one township was never counted."""
    townships = Region.objects.filter(level=RegionLevel.TOWNSHIP).order_by("path")
    Population.objects.bulk_create(
        Population(
            region=town,
            people=chance.random.randrange(9_000, 40_000),
            counted_on=today.replace(month=1, day=1),
            source="演示数字，虚构",
        )
        for town in townships[1:]
    )


def _homes(chance: Chance, at: datetime) -> None:
    groups = list(Region.objects.filter(level=RegionLevel.GROUP).order_by("path"))[::2]
    WatchHome.objects.bulk_create(
        WatchHome(uid=chance.uid(), region=group, name=f"{group.name}守望之家", opened_on=at.date())
        for group in groups
    )
    led = [group for order, group in enumerate(groups) if order % LEADERLESS]
    people = [new_user(chance, f"home-{group.code}", chance.young_name()) for group in led]
    for person in people:  # the main stream of chance gives the telephones; these people have none
        person.phone, person.phone_blind = "", None
    leaders = User.objects.bulk_create(people)
    Post.objects.bulk_create(
        Post(uid=chance.uid(), user=leader, role="watch_home_leader", region=group, valid_from=at)
        for leader, group in zip(leaders, led, strict=True)
    )


def _comings_and_goings(chance: Chance, users: dict[str, User], at: datetime, now: datetime) -> None:
    """Somebody asked who has not answered, somebody who leaves next month, an officer who volunteers too."""
    Membership.objects.create(
        uid=chance.uid(), no="M-50000001", provider=Provider.objects.get(memberships__user=users["manager-nuanlin"]),
        user=users["volunteer-zhao"], role="worker", state=MembershipState.INVITED, valid_from=now, valid_to=now,
        answer_by=now + timedelta(days=7), invited_by=users["manager-nuanlin"],
    )  # fmt: skip
    standing = Membership.objects.filter(provider__kind=ProviderKind.AGENCY, role="worker", valid_to=OPEN_END)
    leaving = standing.order_by("pk").last()
    if leaving is not None:
        Membership.objects.filter(pk=leaving.pk).update(valid_to=now + timedelta(days=30))
    officer = users["village-luohan"]
    Volunteer.objects.create(
        uid=chance.uid(), no="VO-50000001", user=officer, state=VolunteerState.APPROVED,
        home=Region.objects.get(code="430321107"), birth_date=date(1988, 3, 5), sex="f", services=["visit_care"],
        times=["weekend"], badge_no="ZY0061", consent_version="2026-11", consented_at=at,
    )  # fmt: skip
