"""The demo's agreements, plans, clock of visits, extra rounds and reviews: most in order, some waiting, some overdue."""

from datetime import date, datetime, timedelta

from partners.models import Post, Region, RegionLevel, ServiceCode
from portal.base.models import OPEN_END
from portal.base.periods import add_months, local_date, working_days_after
from portal.management.demo.chance import Chance
from portal.management.demo.parties import Parties
from portal.models import User
from services.models import (
    AgreementState,
    CareAgreement,
    CareClock,
    CarePlan,
    CarePlanLine,
    CareRisk,
    CarerTie,
    CategoryKind,
    ClockStart,
    Household,
    LookIn,
    Person,
    PersonCategory,
    PlanState,
    Review,
    Signing,
    VisitRecord,
    VisitRound,
)

MONTHLY_FEN = {"able": 180_00, "partial": 300_00, "unable": 600_00, "not_assessed": 180_00}
PER_MONTH = {"able": 1, "partial": 2, "unable": 4, "not_assessed": 2}
TIES = [CarerTie.NEIGHBOUR, CarerTie.RELATIVE, CarerTie.VILLAGER, CarerTie.NEIGHBOUR]


class Papers:
    """Who signs where, and the day on which the demo is made."""

    def __init__(self, chance: Chance, parties: Parties, now: datetime, today: date) -> None:
        self.chance, self.parties, self.now, self.today = chance, parties, now, today
        posts = {"township_cadre": {}, "livelihood_officer": {}}

        for post in Post.objects.filter(role__in=posts).select_related("user", "region").order_by("pk"):
            posts[post.role].setdefault(post.region.path, post.user)
        self.cadres, self.officers = posts["township_cadre"], posts["livelihood_officer"]
        self.bureau: User = parties.users["bureau"]

    def cadre(self, household: Household) -> User:
        """The cadre of the household's township."""
        return self.cadres.get(household.region.path[:8], self.bureau)


def make_care_papers(
    chance: Chance,
    parties: Parties,
    households: list[Household],
    records: list[VisitRecord],
    now: datetime,
    today: date,
) -> None:
    """Everything of this module, for the dispersed people of the demo."""
    papers = Papers(chance, parties, now, today)
    rows = PersonCategory.objects.filter(kind=CategoryKind.TEKUN, valid_to=OPEN_END.date()).select_related(
        "person__household__region", "person__household__township"
    )
    standing = list(rows.order_by("pk"))
    dispersed = [row.person for row in standing if row.mode == "dispersed"]
    _agreements(papers, dispersed)
    _plans(papers, dispersed)
    _clock(papers, households, records)
    ClockStart.objects.create(
        uid=chance.uid(),
        day=today - timedelta(days=90),
        source="平台从这天起在全县使用（演示）",
        set_by=papers.bureau,
    )
    _rounds(papers)
    _reviews(papers, standing)


def _agreements(papers: Papers, people: list[Person]) -> None:
    rows = []
    for order, person in enumerate(people):
        if order % 17 == 5:
            continue
        state, left = AgreementState.LIVE, 60 + order * 7 % 280
        if order % 23 == 3:
            state = AgreementState.TO_SIGN
        elif order % 29 == 7:
            state = AgreementState.DRAFT
        elif order % 19 == 4:
            left = 3 + order % 25
        elif order % 31 == 11:
            state, left = AgreementState.LAPSED, -12
        ends = papers.today + timedelta(days=left)
        starts = (
            papers.today if state in {AgreementState.TO_SIGN, AgreementState.DRAFT} else add_months(ends, -12)
        )
        signed = state in {AgreementState.LIVE, AgreementState.LAPSED}
        cadre = papers.cadre(person.household)
        rows.append(
            CareAgreement(
                uid=papers.chance.uid(), no=f"X-{20000000 + order * 41 + 6}", person=person,
                carer_name=papers.chance.old_name("fm"[order % 2]), carer_tie=TIES[order % 4],
                carer_phone=papers.chance.phone(), carer_address=str(person.household.region),
                content="日常看护、生活照料、住院陪护", frequency="每天一次",
                monthly_fen=MONTHLY_FEN[person.household.self_care], starts_on=starts,
                ends_on=ends if signed else add_months(starts, 12), state=state,
                signed_on=starts if signed else None, signing=Signing.FINGER if signed else "",
                witness="村委会见证" if signed else "", drafted_by=cadre, signed_by=cadre if signed else None,
                created_at=papers.now - timedelta(days=30),
            )
        )  # fmt: skip
    CareAgreement.objects.bulk_create(rows)


def _plans(papers: Papers, people: list[Person]) -> None:
    plans, lines = [], []
    for order, person in enumerate(people):
        if order % 11 == 9:
            continue
        state = PlanState.APPROVED
        if order % 27 == 8:
            state = PlanState.SUBMITTED
        elif order % 37 == 12:
            state = PlanState.DRAFT
        approved = state == PlanState.APPROVED
        at = papers.now - timedelta(days=order % 200, hours=order % 9)
        plan = CarePlan(
            uid=papers.chance.uid(), no=f"J-{30000000 + order * 43 + 9}", person=person,
            goal="按时吃药，屋里干净，有人说话。", state=state, starts_on=local_date(at),
            drafted_by=papers.cadre(person.household), submitted_at=at if state != PlanState.DRAFT else None,
            approved_by=papers.bureau if approved else None, approved_at=at if approved else None, created_at=at,
        )  # fmt: skip
        plans.append(plan)
        wanted = [(ServiceCode.VISIT_CARE, PER_MONTH[person.household.self_care], 45)]
        if order % 3 == 0:
            wanted.append((ServiceCode.CLEANING, 1, 90))
        lines += [
            CarePlanLine(
                uid=papers.chance.uid(), plan=plan, service=code, visits_per_month=times, minutes=minutes
            )
            for code, times, minutes in wanted
        ]
    CarePlan.objects.bulk_create(plans)
    CarePlanLine.objects.bulk_create(lines)


def _clock(papers: Papers, households: list[Household], records: list[VisitRecord]) -> None:
    """The newest visit of each household; where none was bought the village looked in, mostly."""
    last: dict[int, date] = {}
    for record in records:
        home = record.planned.task.need.household_id
        day = local_date(record.started_at)
        last[home] = max(last.get(home, day), day)
    forgotten = _forgotten(papers, households, last)
    looks, clocks = [], []
    for order, household in enumerate(households):
        seen, by = last.get(household.pk), "visit"
        if order % 13 != 6 and household.pk != forgotten:
            officer = papers.officers.get(household.region.path[:12]) or papers.cadre(household)
            day = papers.today - timedelta(days=order % 5 if household.self_care == "unable" else order % 13)
            looks.append(
                LookIn(
                    uid=papers.chance.uid(),
                    household=household,
                    on=day,
                    mode="door",
                    found="well",
                    by=officer,
                )
            )
            if seen is None or day > seen:
                seen, by = day, "look_in"
        risky = order % 41 == 2
        if seen is not None or risky:
            clocks.append(
                CareClock(household=household, last_seen_on=seen, seen_by=by if seen else "", high_risk=risky)
            )
            if risky:
                newest = household.persons.get().assessments.first()
                if newest is not None:
                    newest.risk = CareRisk.DEMENTIA
                    newest.save(update_fields=["risk"])
    LookIn.objects.bulk_create(looks)
    CareClock.objects.bulk_create(clocks)


def _forgotten(papers: Papers, households: list[Household], last: dict[int, date]) -> int | None:
    """One dispersed person of the known village whom nobody visits, so that its officer has somebody to see."""
    village = papers.parties.users["village-gucheng"].posts.select_related("region").get().region
    for order, household in enumerate(households):
        here = household.region.path.startswith(village.path)
        if here and household.pk not in last and order % 6 != 5 and order % 30 != 29:
            return household.pk
    return None


def _rounds(papers: Papers) -> None:
    county = Region.objects.get(level=RegionLevel.COUNTY)
    VisitRound.objects.create(
        uid=papers.chance.uid(), no="L-70000011", kind="weather", title="寒潮橙色预警探访（演示）", region=county,
        opens_on=papers.today - timedelta(days=2), due_on=papers.today + timedelta(days=3),
        source="县气象台橙色预警（演示）", opened_by=papers.bureau,
    )  # fmt: skip


def _reviews(papers: Papers, standing: list[PersonCategory]) -> None:
    """Last year's re-verification of most, and a few changes at every step, one of them late."""
    rows = []
    for order, each in enumerate(standing):
        if order % 25 == 13:
            continue
        day = papers.today - timedelta(days=20 + order * 5 % 330)
        rows.append(_review(papers, each, 1000 + order, "periodic", day, "decided", outcome="keep"))
    steps = [
        ("received", "ability", 3, "上个月摔了一跤，现在自己下不了床。"),
        ("received", "carer", 20, "照料人一个多星期没来。"),
        ("proposed", "income", 8, "侄子接去同住，每月给生活费。"),
        ("proposed", "wish", 6, "想去敬老院住。"),
        ("decided", "housing", 30, "老屋垮了，搬到村里安置房。"),
    ]
    shitan = papers.parties.townships["430321112"].path
    near = [each for each in standing if each.person.household.region.path.startswith(shitan)]
    for order, ((state, kind, ago, words), each) in enumerate(
        zip(steps * 2, near[1:] + standing[3:], strict=False)
    ):
        outcome = {"income": "reduce", "wish": "convert"}.get(kind, "keep" if state == "decided" else "")
        day = papers.today - timedelta(days=ago)
        rows.append(
            _review(papers, each, order, "change", day, state, outcome=outcome, kind=kind, words=words)
        )
    Review.objects.bulk_create(rows)


def _review(
    papers: Papers, each: PersonCategory, order: int, cause: str, day: date, state: str, **more: str
) -> Review:
    household = each.person.household
    at = papers.now - timedelta(days=(papers.today - day).days)
    proposed, decided = state in {"proposed", "decided"}, state == "decided"
    outcome = more.pop("outcome", "")
    fen = 1040_00
    return Review(
        uid=papers.chance.uid(), no=f"G-{40000000 + order * 47 + 3}", household=household, person=each.person,
        cause=cause, said_by="village" if cause == "change" else "office", opened_at=at,
        due_on=working_days_after(day, 10) if cause == "change" else day, state=state, outcome=outcome,
        reported_by=papers.officers.get(household.region.path[:12], papers.cadre(household)),
        convert_to="institutional" if outcome == "convert" else "",
        reason={"keep": "情况没有变化，照原来的办。", "reduce": "每月有固定生活费，按规定核减。",
                "convert": "本人愿意，敬老院有床位。"}.get(outcome, "") if proposed else "",
        class_before=household.self_care, class_after=household.self_care if proposed else "",
        before_fen=fen if outcome == "reduce" else None, after_fen=fen - 300_00 if outcome == "reduce" else None,
        effective_on=add_months(day.replace(day=1), 1) if proposed else None,
        proposed_by=papers.cadre(household) if proposed else None, proposed_at=at if proposed else None,
        decided_by=papers.bureau if decided else None, decided_at=at if decided else None,
        decided_on=day if decided else None, created_at=at, **more,
    )  # fmt: skip
