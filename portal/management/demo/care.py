"""The demo's care: contracts, needs in every state, offers, tasks with their people, and the grants they cause."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Permission

from partners.models import Post, Provider, ProviderKind, ServiceCode, Volunteer
from portal.base.models import OPEN_END
from portal.management.demo.chance import Chance
from portal.management.demo.parties import AGENCIES, Parties
from portal.models import User
from services.models import (
    Assignment,
    AssignmentPart,
    Contract,
    ContractLot,
    ContractPrice,
    ContractState,
    Household,
    HouseholdTeamGrant,
    HouseholdUserGrant,
    Need,
    NeedPart,
    NeedState,
    Offer,
    OfferState,
    Report,
    Task,
    TaskState,
)

PER_MONTH = {"able": 1, "partial": 2, "unable": 4, "not_assessed": 1}


@dataclass
class Care:
    """What the visits are made from."""

    contracts: dict[int, Contract] = field(default_factory=dict)
    leads: list[Assignment] = field(default_factory=list)
    companions: list[Assignment] = field(default_factory=list)
    prices: dict[tuple[int, str], int] = field(default_factory=dict)


def make_contracts(chance: Chance, parties: Parties, care: Care, today: date) -> None:
    """One contract an agency, two years by written justification, from the first of this month a year ago."""
    starts = today.replace(day=1, year=today.year - 1)
    ends = starts.replace(year=starts.year + 2)
    for order, (provider, (_name, codes, prices)) in enumerate(zip(parties.agencies, AGENCIES, strict=True)):
        contract = Contract.objects.create(
            uid=chance.uid(), no=f"C-1000{order + 1:04d}", provider=provider, title=f"分散供养特困人员照料服务（演示{order + 1}）",
            starts_on=starts, ends_on=ends, multi_year_justification="服务内容固定、连续性强，经费列入年度预算（演示）。",
            budget_fen=300_000_00 + order * 20_000_00, state=ContractState.ACTIVE, signed_by=parties.users["bureau"],
        )  # fmt: skip
        for service, fen in zip(ServiceCode.values, prices, strict=True):
            ContractPrice.objects.create(
                contract=contract, service=service, unit_fen=fen, valid_from=starts, valid_to=ends
            )
            care.prices[contract.pk, service] = fen
        ContractLot.objects.bulk_create(
            ContractLot(contract=contract, service=service, township=parties.townships[f"430321{code}"])
            for service in ServiceCode.values
            for code in codes
        )
        care.contracts[provider.pk] = contract


def _need(
    chance: Chance, order: int, household: Household, by: User, at: datetime, state: str, **more: object
) -> Need:
    verified = state != NeedState.TO_VERIFY
    return Need(
        uid=chance.uid(), no=f"N-{30000000 + order * 29 + 7}", household=household, state=state, reported_by=by,
        service=more.pop("service", ServiceCode.VISIT_CARE), visits_per_month=PER_MONTH[household.self_care],
        minutes=45, due_at=more.pop("due_at", at + timedelta(days=3)), verified_by=by if verified else None,
        verified_at=at if verified else None, created_at=at, **more,
    )  # fmt: skip


@dataclass
class _Plan:
    """One household's place in the demo: its need's state and who serves it."""

    household: Household
    state: str
    provider: Provider | None = None
    volunteer: Volunteer | None = None


def _plans(chance: Chance, parties: Parties, households: list[Household]) -> list[_Plan]:
    """Most households are served; in every township some wait at each step."""
    by_town: dict[int, list[Provider]] = {}
    for provider, (_name, codes, _prices) in zip(parties.agencies, AGENCIES, strict=True):
        for code in codes:
            by_town.setdefault(parties.townships[f"430321{code}"].pk, []).append(provider)
    seen: dict[int, int] = {}
    load: dict[int, int] = {}
    plans = []
    for order, household in enumerate(households):
        if order % 6 == 5 or order % 30 == 29:
            continue
        n = seen[household.township_id] = seen.get(household.township_id, -1) + 1
        if n in {3, 9}:
            plans.append(_Plan(household, NeedState.TO_VERIFY))
        elif n in {4, 12, 20}:
            plans.append(_Plan(household, NeedState.TO_MATCH))
        elif n == 7:
            plans.append(_Plan(household, NeedState.OFFERED))
        elif n in {8, 14}:
            plans.append(_Plan(household, NeedState.PLACED, parties.stations[household.township_id]))
        elif n == 10:
            volunteer = next((v for v in parties.volunteers if v.home_id == household.township_id), None)
            plans.append(
                _Plan(household, NeedState.PLACED, volunteer.provider if volunteer else None, volunteer)
            )
        else:
            choices = by_town[household.township_id]
            provider = choices[n % len(choices)]
            if load.get(provider.pk, 0) < provider.capacity - 8:
                load[provider.pk] = load.get(provider.pk, 0) + 1
                plans.append(_Plan(household, NeedState.PLACED, provider))
            else:
                plans.append(_Plan(household, NeedState.TO_MATCH))
    return [plan for plan in plans if plan.state != NeedState.PLACED or plan.provider]


def make_care(
    chance: Chance, parties: Parties, households: list[Household], at: datetime, now: datetime, today: date
) -> Care:
    """Contracts, needs, offers, tasks, assignments, grants."""
    care = Care()
    make_contracts(chance, parties, care, today)
    cadres = {post.region_id: post.user for post in _cadres()}
    plans = _plans(chance, parties, households)
    needs, tasks, leads, companions = [], [], [], []
    served: dict[int, int] = {}
    for order, plan in enumerate(plans):
        by = cadres[plan.household.township_id]
        waiting = plan.state in {NeedState.TO_VERIFY, NeedState.TO_MATCH}
        began = now - timedelta(hours=5 + order % 60) if waiting else at + timedelta(hours=order)
        service = _service(order, plan)
        need = _need(
            chance, order, plan.household, by, began, plan.state,
            service=service, part=NeedPart.VOLUNTARY if plan.volunteer else NeedPart.PURCHASED,
            due_at=began + timedelta(days=3) if waiting else began + timedelta(days=2),
            wish_sex="f" if order % 11 == 0 else "",
        )  # fmt: skip
        needs.append(need)
        if plan.state != NeedState.PLACED or plan.provider is None:
            continue
        contract = care.contracts.get(plan.provider.pk)
        task = Task(
            uid=chance.uid(), no=f"T-{40000000 + order * 31 + 5}", need=need, provider=plan.provider, contract=contract,
            state=TaskState.LIVE, valid_from=began,
        )  # fmt: skip
        tasks.append(task)
        if plan.volunteer:
            worker = plan.volunteer.user
        else:
            worker = _worker(parties, plan, served)
        leads.append(
            Assignment(
                uid=chance.uid(),
                task=task,
                user=worker,
                epoch=1,
                valid_from=began,
                assigned_by=by,
                created_at=began,
            )
        )
    _leave_unassigned(parties, tasks, leads)
    Need.objects.bulk_create(needs)
    Task.objects.bulk_create(tasks)
    companions = _companions(chance, parties, leads, at, now)
    Assignment.objects.bulk_create(leads + companions)
    _grant(chance, tasks, leads + companions)
    _offers(chance, parties, care, [need for need in needs if need.state == NeedState.OFFERED], now)
    _reports(chance, parties, now)
    care.leads, care.companions = leads, companions
    return care


def _service(order: int, plan: _Plan) -> str:
    """Most doors want visiting care; stations and volunteers give nothing heavier."""
    if plan.volunteer or (plan.provider and plan.provider.kind == ProviderKind.STATION):
        return ServiceCode.VISIT_CARE
    return {3: ServiceCode.CLEANING, 6: ServiceCode.PSYCH_SUPPORT, 8: ServiceCode.MEDICAL_ESCORT}.get(
        order % 10, ServiceCode.VISIT_CARE
    )


def _worker(parties: Parties, plan: _Plan, served: dict[int, int]) -> User:
    """The first worker takes ten doors near the office; the others share the rest."""
    team = parties.workers[plan.provider.pk]
    n = served[plan.provider.pk] = served.get(plan.provider.pk, -1) + 1
    return team[0] if n < 10 else team[1 + n % (len(team) - 1)]


def _cadres() -> list[Post]:
    return list(Post.objects.filter(role="township_cadre").select_related("user"))


def _leave_unassigned(parties: Parties, tasks: list[Task], leads: list[Assignment]) -> None:
    """Two tasks of each of the two known agencies still wait for a worker."""
    for provider in parties.agencies[:2]:
        own = [task for task in tasks if task.provider_id == provider.pk][-2:]
        for task in own:
            task.state = TaskState.UNASSIGNED
            leads[:] = [lead for lead in leads if lead.task is not task]


def _companions(
    chance: Chance, parties: Parties, leads: list[Assignment], at: datetime, now: datetime
) -> list[Assignment]:
    """volunteer-liu goes along with worker-tonghe today; volunteer-chen did until yesterday."""
    worker = parties.users["worker-tonghe"]
    shitan = parties.townships["430321112"]
    mine = [lead for lead in leads if lead.user_id == worker.pk]
    nearest = sorted(mine, key=lambda lead: lead.task.need.household.township_id != shitan.pk)
    ends = (("volunteer-liu", OPEN_END), ("volunteer-chen", now - timedelta(days=1)))
    made = []
    for (name, until), lead in zip(ends, nearest, strict=False):
        made.append(
            Assignment(
                uid=chance.uid(),
                task=lead.task,
                user=parties.users[name],
                part=AssignmentPart.COMPANION,
                epoch=1,
                valid_from=at,
                valid_to=until,
                assigned_by=parties.users["township-shitan"],
            )  # fmt: skip
        )
    return made


def _grant(chance: Chance, tasks: list[Task], assignments: list[Assignment]) -> None:
    """The sight that live tasks and assignments give, as the actions would have given it."""
    permission = Permission.objects.get(content_type__app_label="services", codename="view_household")

    def common(household: Household, cause: str, start: datetime, end: datetime) -> dict:
        return {
            "permission": permission, "content_object": household, "valid_from": start, "valid_to": end, "cause": cause,
            "township_id": household.township_id, "name_key": household.name_key,
        }  # fmt: skip

    HouseholdTeamGrant.objects.bulk_create(
        HouseholdTeamGrant(
            group_id=task.provider.team_id,
            **common(task.need.household, f"task:{task.no}", task.valid_from, OPEN_END),
        )
        for task in tasks
    )
    HouseholdUserGrant.objects.bulk_create(
        HouseholdUserGrant(
            user=row.user,
            **common(row.task.need.household, f"assignment:{row.uid}", row.valid_from, row.valid_to),
        )
        for row in assignments
    )


def _offers(chance: Chance, parties: Parties, care: Care, needs: list[Need], now: datetime) -> None:
    """One open offer for each offered need; those of the known agencies end soon."""
    for order, need in enumerate(needs):
        served = [
            provider for provider, (_name, codes, _prices) in zip(parties.agencies, AGENCIES, strict=True)
            if any(parties.townships[f"430321{code}"].pk == need.household.township_id for code in codes)
        ]  # fmt: skip
        provider = served[0]
        contract = care.contracts[provider.pk]
        Offer.objects.create(
            uid=chance.uid(), no=f"F-{50000000 + order * 23 + 3}", need=need, provider=provider, contract=contract,
            state=OfferState.WAITING, unit_fen=care.prices[contract.pk, need.service], sent_at=now - timedelta(hours=6),
            expires_at=now + timedelta(hours=18 + 3 * order), sent_by=parties.users["bureau"], terms={},
        )  # fmt: skip


def _reports(chance: Chance, parties: Parties, now: datetime) -> None:
    """What two village officers found this week."""
    words = [
        ("village-gucheng", "living", "家里米快吃完了，腿痛出不了门。", False),
        ("village-gucheng", "housing", "厨房漏雨，墙上有裂缝。", False),
        ("village-luohan", "care", "一个人住，这几天吃不下饭。", True),
    ]
    for order, (username, trouble, text, urgent) in enumerate(words):
        user = parties.users[username]
        post = user.posts.select_related("region").get()
        Report.objects.create(
            uid=chance.uid(), no=f"R-{60000000 + order * 19 + 1}", region=post.region, person_name=chance.old_name("f"),
            trouble=trouble, words=text, urgent=urgent, reported_by=user, created_at=now - timedelta(hours=8 * (order + 1)),
            due_at=now + (timedelta(hours=16) if urgent else timedelta(days=2)),
        )  # fmt: skip
