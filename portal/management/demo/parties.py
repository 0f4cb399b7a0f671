"""The demo's partners: posts of the network, 17 stations, 8 agencies, 60 volunteers, and who is still applying."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Group

from content.pages.editors import ensure_editor_group
from partners.models import (
    Application,
    ApplicationKind,
    ApplicationState,
    ApplicationStep,
    Department,
    Limit,
    Membership,
    MembershipState,
    Organisation,
    OrganisationKind,
    Post,
    Provider,
    ProviderKind,
    ProviderService,
    ProviderState,
    ProviderTownship,
    Region,
    RegionLevel,
    ServiceCode,
    Station,
    Travel,
    Volunteer,
    VolunteerLimit,
    VolunteerState,
    VolunteerTravel,
)
from portal.management.demo.accounts import new_user
from portal.management.demo.chance import Chance
from portal.management.demo.papers import make_papers
from portal.management.demo.places import CENTRES, near
from portal.models import User

# Agencies: name, townships served, and the price of a visit of each service in fen.
AGENCIES = (
    ("同禾社会工作服务中心（示例）", ("112", "114", "113"), (58_00, 80_00, 160_00, 120_00)),
    ("暖邻养老服务社（示例）", ("107", "112", "205"), (55_00, 76_00, 150_00, 118_00)),
    ("莲心社会工作服务社（示例）", ("100", "105"), (60_00, 85_00, 168_00, 130_00)),
    ("晚晴照料服务中心（示例）", ("102", "103"), (56_00, 78_00, 155_00, 120_00)),
    ("守拙社会工作服务中心（示例）", ("104", "115"), (57_00, 80_00, 158_00, 122_00)),
    ("涓水社会工作服务社（示例）", ("106", "107", "205"), (54_00, 75_00, 150_00, 115_00)),
    ("青山居家养老服务中心（示例）", ("108", "109", "202", "203"), (62_00, 88_00, 175_00, 130_00)),
    ("云湖社会工作服务社（示例）", ("111", "113", "100"), (58_00, 82_00, 160_00, 120_00)),
)
USCCS = (
    "52430321MJJ999997U", "52430321MJJ0000048", "51430321MJJ000004B", "53430321MJJ999997Q",
    "91430321MJJ999997T", "51430321MJJ999997Y", "12430321MJJ9999970", "54430321MJJ0000042",
)  # fmt: skip
TIMES = ["weekday_am", "weekday_pm", "weekend"]


@dataclass
class Parties:
    """What the later steps of the seed need."""

    townships: dict[str, Region] = field(default_factory=dict)
    agencies: list[Provider] = field(default_factory=list)
    stations: dict[int, Provider] = field(default_factory=dict)
    workers: dict[int, list[User]] = field(default_factory=dict)
    volunteers: list[Volunteer] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)


def make_posts(chance: Chance, users: dict[str, User], at: datetime) -> None:
    """Posts of the fixed accounts, and an officer for every village but the last twelve (gaps are shown)."""
    county = Region.objects.get(level=RegionLevel.COUNTY)
    code = {region.code: region for region in Region.objects.filter(level__in=["township", "village"])}
    fixed = [
        ("township-shitan", "township_cadre", code["430321112"]),
        ("township-huashi", "township_cadre", code["430321107"]),
        ("village-gucheng", "livelihood_officer", code["430321112237"]),
        ("village-luohan", "livelihood_officer", code["430321107206"]),
        ("bureau", "bureau_staff", county),
        ("inspector", "inspector", county),
        ("finance", "finance", county),
        ("editor", "editor", county),
        ("sysadmin", "sysadmin", county),
        ("department-yibao", "department_staff", county),
    ]
    posts = [
        Post(
            uid=chance.uid(),
            user=users[name],
            role=role,
            region=region,
            valid_from=at,
            on_duty=role in {"bureau_staff", "township_cadre"},
        )
        for name, role, region in fixed
    ]
    posts[-1].department = Department.objects.get(name_zh="县医保局")
    taken = {post.region_id for post in posts}
    villages = [
        region for region in code.values() if region.level == RegionLevel.VILLAGE and region.pk not in taken
    ]
    officers = User.objects.bulk_create(
        new_user(chance, f"village-{region.code}", chance.young_name()) for region in villages[:-12]
    )
    posts += [
        Post(uid=chance.uid(), user=officer, role="livelihood_officer", region=region, valid_from=at)
        for officer, region in zip(officers, villages, strict=False)
    ]
    others = [
        region for region in code.values() if region.level == RegionLevel.TOWNSHIP and region.pk not in taken
    ]
    cadres = User.objects.bulk_create(
        new_user(chance, f"township-{region.code}", chance.young_name()) for region in others
    )
    posts += [
        Post(uid=chance.uid(), user=cadre, role="township_cadre", region=region, valid_from=at, on_duty=True)
        for cadre, region in zip(cadres, others, strict=True)
    ]
    Post.objects.bulk_create(posts)
    users["editor"].groups.add(ensure_editor_group())


def _provider(
    chance: Chance, no: str, kind: str, name: str, key: str, place: tuple[float, float], **more: object
) -> Provider:
    return Provider.objects.create(
        uid=chance.uid(), no=no, kind=kind, name=name, name_key=key, state=ProviderState.LIVE,
        team=Group.objects.create(name=f"provider {no}"), lat=place[0], lng=place[1], **more,
    )  # fmt: skip


def _members(
    chance: Chance, parties: Parties, provider: Provider, role: str, users: list[User], at: datetime
) -> None:
    Membership.objects.bulk_create(
        Membership(
            uid=chance.uid(), no=f"M-{provider.no[2:]}{len(parties.workers.get(provider.pk, [])) + order:02d}{role[0]}",
            provider=provider, user=user, role=role, sex=chance.random.choice("ffm"), dialect="湘方言",
            badge_no=f"XT{provider.no[-3:]}{order:02d}", valid_from=at,
        )
        for order, user in enumerate(users, start=1)
    )  # fmt: skip


def make_agencies(chance: Chance, parties: Parties, at: datetime, today: date) -> None:
    """Eight invented agencies with a manager and workers; the first two belong to the fixed accounts."""
    managers = ["manager-tonghe", "manager-nuanlin"]
    for order, (name, codes, _prices) in enumerate(AGENCIES):
        towns = [parties.townships[f"430321{code}"] for code in codes]
        provider = _provider(
            chance, f"P-1000{order + 1:04d}", ProviderKind.AGENCY, name, f"jigou{order}",
            near(chance, CENTRES[towns[0].code], 0.02), home=towns[0], capacity=100,
            qualified_until=today + timedelta(days=400 + 30 * order),
        )  # fmt: skip
        Organisation.objects.create(
            uid=chance.uid(), no=f"O-1000{order + 1:04d}", provider=provider, kind=OrganisationKind.SOCIAL_SERVICE, name=name,
            uscc=USCCS[order], uscc_settled=True, registrar="湘潭县民政局（演示）", registered_until=today + timedelta(days=400 + 30 * order),
            legal_representative=chance.young_name(), contact_name=chance.young_name(), contact_phone=chance.phone(),
            supervisor="湘潭县民政局（演示）", rating=("3A", "4A", "", "2A", "5A", "", "3A", "")[order],
            rating_from=None if order in (2, 5, 7) else today - timedelta(days=200 + 150 * order),
            report_year=today.year - 1, report_result="passed", credit="clean", credit_checked_on=today - timedelta(days=40),
            address=f"{towns[0].name}示范路{order + 1}号", introduction="演示机构，名称和数据均为虚构。",
        )  # fmt: skip
        ProviderService.objects.bulk_create(
            ProviderService(provider=provider, service=code) for code in ServiceCode.values
        )
        ProviderTownship.objects.bulk_create(
            ProviderTownship(provider=provider, region=town) for town in towns
        )
        lead = (
            parties.users[managers[order]]
            if order < 2
            else new_user(chance, f"manager-{order}", chance.young_name())
        )
        own = (
            [parties.users["worker-tonghe"]]
            if order == 0
            else [parties.users["worker-nuanlin"]]
            if order == 1
            else []
        )
        others = [new_user(chance, f"worker-{order}-{n}", chance.young_name()) for n in range(8 - len(own))]
        User.objects.bulk_create(([lead] if order >= 2 else []) + others)
        _members(chance, parties, provider, "manager", [lead], at)
        _members(chance, parties, provider, "worker", own + others, at)
        parties.workers[provider.pk] = own + others
        parties.agencies.append(provider)
    Membership.objects.create(
        uid=chance.uid(), no="M-99999999", provider=parties.agencies[0], user=parties.users["worker-left"], role="worker",
        state=MembershipState.ENDED, valid_from=at, valid_to=at + timedelta(days=200),
    )  # fmt: skip


def make_stations(chance: Chance, parties: Parties, at: datetime, today: date) -> None:
    """A station in each township, with a lead and three social workers (two, in one of them: a gap)."""
    fixed = {"430321112": "station-shitan", "430321107": "station-huashi"}
    for order, (code, town) in enumerate(parties.townships.items()):
        provider = _provider(
            chance, f"P-2000{order + 1:04d}", ProviderKind.STATION, f"{town.name}社工站", f"{town.name_key}zhan",
            near(chance, CENTRES[code], 0.01), home=town, capacity=12, qualified_until=today + timedelta(days=700),
        )  # fmt: skip
        Station.objects.create(
            uid=chance.uid(), provider=provider, township=town, address=f"{town.name}政务服务大厅旁"
        )
        ProviderService.objects.bulk_create(
            ProviderService(provider=provider, service=code) for code in ("visit_care", "psych_support")
        )
        ProviderTownship.objects.create(provider=provider, region=town)
        lead = (
            parties.users[fixed[code]]
            if code in fixed
            else new_user(chance, f"station-{code}", chance.young_name())
        )
        staff = [
            new_user(chance, f"social-{code}-{n}", chance.young_name())
            for n in range(2 if order == 16 else 3)
        ]
        User.objects.bulk_create(([] if code in fixed else [lead]) + staff)
        _members(chance, parties, provider, "station_lead", [lead], at)
        _members(chance, parties, provider, "worker", staff, at)
        parties.workers[provider.pk] = staff
        parties.stations[town.pk] = provider


def make_volunteers(chance: Chance, parties: Parties, at: datetime) -> None:
    """Sixty volunteers; the four fixed ones live in 石潭镇 and 花石镇."""
    fixed = {"volunteer-liu": "112", "volunteer-wu": "112", "volunteer-zhao": "107", "volunteer-chen": "112"}
    towns = list(parties.townships.values())
    people = [(parties.users[name], parties.townships[f"430321{code}"]) for name, code in fixed.items()]
    more = User.objects.bulk_create(
        new_user(chance, f"volunteer-{n:02d}", chance.young_name()) for n in range(1, 57)
    )
    people += [(user, towns[n % len(towns)]) for n, user in enumerate(more)]
    for order, (user, town) in enumerate(people, start=1):
        place = near(chance, CENTRES[town.code], 0.03)
        provider = _provider(
            chance, f"P-3000{order:04d}", ProviderKind.VOLUNTEER, f"志愿者{user.name[0]}*", f"volunteer{order:03d}", place,
            home=town, capacity=2,
        )  # fmt: skip
        volunteer = Volunteer.objects.create(
            uid=chance.uid(), no=f"VO-1000{order:04d}", user=user, provider=provider, state=VolunteerState.APPROVED, home=town,
            birth_date=date(1975 + order % 28, 1 + order % 12, 1 + order % 27), sex="fm"[order % 2], services=["visit_care"],
            times=chance.random.sample(TIMES, 2), skills="聊天陪伴、代买", badge_no=f"ZY{order:04d}", lat=place[0], lng=place[1],
            consent_version="2026-11", consented_at=at,
        )  # fmt: skip
        volunteer.towns.add(town)
        _profile(volunteer, order)
        ProviderService.objects.create(provider=provider, service="visit_care")
        ProviderTownship.objects.create(provider=provider, region=town)
        parties.volunteers.append(volunteer)


def _profile(volunteer: Volunteer, order: int) -> None:
    """How they get there; two in seven say what they do not do."""
    means = (Travel.EBIKE, Travel.WALK, Travel.MOTORCYCLE, Travel.BUS, Travel.CAR)
    VolunteerTravel.objects.create(volunteer=volunteer, means=means[order % len(means)])
    limit = {3: Limit.NO_STAIRS, 6: Limit.NO_DOGS}.get(order % 7)
    if limit is not None:
        VolunteerLimit.objects.create(volunteer=volunteer, limit=limit)


def _apply(
    chance: Chance, no: str, applicant: User, town: Region, at: datetime, *, state: str, **party: object
) -> Application:
    application = Application.objects.create(
        uid=chance.uid(), no=no, applicant=applicant, township=town, state=state, submitted_at=at,
        due_on=(at + timedelta(days=5)).date(), **party,
    )  # fmt: skip
    ApplicationStep.objects.create(application=application, at=at, by=applicant, verb="submit")
    return application


def make_applications(chance: Chance, parties: Parties, at: datetime, today: date) -> None:
    """People and organisations on their way in, so that the vetting desks have work."""
    shitan, huashi = parties.townships["430321112"], parties.townships["430321107"]
    cadre = parties.users["township-shitan"]
    invented = [
        (
            "禾苗社会工作服务社（示例）",
            "52430321MJJ0001013",
            parties.users["applicant"],
            ApplicationState.RETURNED,
        ),
        ("邻里守望服务中心（示例）", "52430321MJJ0002016", None, ApplicationState.SUBMITTED),
        ("新塘居家照料服务社（示例）", "52430321MJJ0003019", None, ApplicationState.SUBMITTED),
    ]
    for order, (name, uscc, user, state) in enumerate(invented, start=1):
        if user is None:
            user = new_user(chance, f"applicant-{order}", chance.young_name())
            user.save()
        provider = Provider.objects.create(
            uid=chance.uid(), no=f"P-4000{order:04d}", kind=ProviderKind.AGENCY, name=name, name_key=f"shenqing{order}",
            state=ProviderState.PENDING, team=Group.objects.create(name=f"provider P-4000{order:04d}"), home=shitan,
        )  # fmt: skip
        ProviderService.objects.create(provider=provider, service="visit_care")
        ProviderTownship.objects.create(provider=provider, region=shitan)
        organisation = Organisation.objects.create(
            uid=chance.uid(), no=f"O-4000{order:04d}", provider=provider, kind=OrganisationKind.SOCIAL_SERVICE, name=name, uscc=uscc,
            uscc_checksum_ok=False, uscc_override_reason="演示编号，校验位不作数", registrar="湘潭县民政局（演示）",
            registered_until=today + timedelta(days=300), legal_representative=chance.young_name(),
            contact_name=user.name, contact_phone=user.phone, address=f"石潭镇示范路{order + 20}号",
        )  # fmt: skip
        application = _apply(
            chance, f"A-1000{order:04d}", user, shitan, at - timedelta(days=order), state=state,
            kind=ApplicationKind.ORGANISATION, organisation=organisation,
        )  # fmt: skip
        if state == ApplicationState.RETURNED:
            ApplicationStep.objects.create(
                application=application, at=at, by=cadre, verb="return_", office="石潭镇",
                reason="登记证书的有效期看不清。请重新填写有效期，并核对统一社会信用代码。",
            )  # fmt: skip
        if order == 3:
            application.checked_by, application.checked_at = cadre, at
            application.save(update_fields=["checked_by", "checked_at", "updated_at"])
            ApplicationStep.objects.create(
                application=application, at=at, by=cadre, verb="check", office="石潭镇", reason="材料齐全"
            )
    for order, town in enumerate((shitan, shitan, huashi), start=1):
        user = new_user(chance, f"newcomer-{order}", chance.young_name())
        user.save()
        volunteer = Volunteer.objects.create(
            uid=chance.uid(), no=f"VO-4000{order:04d}", user=user, state=VolunteerState.PENDING, home=town,
            birth_date=date(1990, 5, order), sex="f", services=["visit_care"], times=TIMES[:1], skills="会量血压", consent_version="2026-11",
            consented_at=at,
        )  # fmt: skip
        volunteer.towns.add(town)
        _apply(
            chance, f"A-2000{order:04d}", user, town, at - timedelta(hours=5 * order), state=ApplicationState.SUBMITTED,
            kind=ApplicationKind.VOLUNTEER, volunteer=volunteer,
        )  # fmt: skip


def make_parties(chance: Chance, users: dict[str, User], at: datetime, now: datetime, today: date) -> Parties:
    """All partners; `at` is when the standing ones began."""
    parties = Parties(users=users)
    parties.townships = {
        region.code: region for region in Region.objects.filter(level=RegionLevel.TOWNSHIP).order_by("code")
    }
    make_posts(chance, users, at)
    make_agencies(chance, parties, at, today)
    make_stations(chance, parties, at, today)
    make_volunteers(chance, parties, at)
    make_applications(chance, parties, now, today)
    make_papers(Chance("papers"), users, at, now, today)
    return parties
