"""Small makers of valid rows; each test changes one thing."""

import itertools
import time
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from partners.models import (
    MemberRole,
    Membership,
    Post,
    Provider,
    ProviderKind,
    ProviderService,
    ProviderState,
    ProviderTownship,
    Region,
    ServiceCode,
)
from portal.base.models import OPEN_END
from portal.models import User
from services.models import (
    Assignment,
    Contract,
    ContractLot,
    ContractPrice,
    ContractState,
    Household,
    Need,
    NeedState,
    Person,
    PlannedVisit,
    Task,
    TaskState,
)
from services.recipients.access import open_file

_serial = itertools.count(1)


def serial() -> int:
    """A number never given before in this run."""
    return next(_serial)


def make_region(level: str = "village", parent: Region | None = None, name: str = "") -> Region:
    """A region under `parent`; without one a fresh county, township or village chain is made."""
    n = serial()
    above = {"township": "county", "village": "township", "group": "village"}
    if parent is None and level in above:
        parent = make_region(above[level])
    step = f"{n % 9998 + 1:04d}"  # 9999 has nothing behind it, and no real place is called so
    path = (parent.path if parent else "") + step
    return Region.objects.create(
        code=f"T{n:08d}",
        path=path,
        level=level,
        parent=parent,
        name=name or f"测试{n}",
        name_key=f"ceshi{n:06d}",
        lat=27.7,
        lng=112.8,
    )


def make_user(name: str = "", **more: Any) -> User:
    """A person with a login and no hat."""
    n = serial()
    return User.objects.create_user(
        username=more.pop("username", f"user{n}"), password="a-long-password", name=name or f"测试{n}", **more
    )


def make_post(role: str, region: Region, user: User | None = None, **more: Any) -> User:
    """A person who holds a post at a place; returns the user."""
    user = user or make_user()
    Post.objects.create(user=user, role=role, region=region, **more)
    return user


def make_provider(
    kind: str = ProviderKind.AGENCY, *, townships: list[Region] = (), services: list[str] = (), **more: Any
) -> Provider:
    """A live provider with a team, services and townships."""
    n = serial()
    provider = Provider.objects.create(
        no=f"P-{n:08d}",
        kind=kind,
        name=more.pop("name", f"测试机构{n}（虚构）"),
        name_key=f"jigou{n}",
        state=more.pop("state", ProviderState.LIVE),
        team=Group.objects.create(name=f"team-{n}"),
        lat=27.71,
        lng=112.81,
        **more,
    )
    ProviderService.objects.bulk_create(
        ProviderService(provider=provider, service=s) for s in services or ServiceCode.values
    )
    ProviderTownship.objects.bulk_create(ProviderTownship(provider=provider, region=r) for r in townships)
    return provider


def make_member(
    provider: Provider, role: str = MemberRole.WORKER, user: User | None = None, **more: Any
) -> User:
    """A member of a provider's team; returns the user."""
    user = user or make_user()
    Membership.objects.create(no=f"M-{serial():08d}", provider=provider, user=user, role=role, **more)
    return user


def make_household(region: Region | None = None, **more: Any) -> Household:
    """A household with its head in a village."""
    n = serial()
    region = region or make_region()
    township = more.pop("township", None) or Region.objects.get(path=region.path[:8])
    name = more.pop("name", f"周{n}莲")
    household = Household.objects.create(
        no=f"H-{n:08d}",
        region=region,
        township=township,
        name=name,
        name_key=more.pop("name_key", f"zhou{n:06d}"),
        address=more.pop("address", f"测试路{n}号"),
        lat=27.72,
        lng=112.82,
        **more,
    )
    Person.objects.create(household=household, name=name, sex="f", birth_date=date(1948, 3, 2))
    return household


def make_need(household: Household | None = None, state: str = NeedState.TO_MATCH, **more: Any) -> Need:
    """A verified need for visiting care."""
    household = household or make_household()
    by = more.pop("reported_by", None) or make_user()
    return Need.objects.create(
        no=f"N-{serial():08d}",
        household=household,
        state=state,
        service=more.pop("service", ServiceCode.VISIT_CARE),
        due_at=timezone.now() + timedelta(days=3),
        reported_by=by,
        **more,
    )


def make_contract(
    provider: Provider | None = None,
    townships: list[Region] = (),
    *,
    budget_fen: int = 10_000_00,
    unit_fen: int = 58_00,
    **more: Any,
) -> Contract:
    """A contract under way, with lots and prices for every service."""
    provider = provider or make_provider()
    today = timezone.localdate()
    starts = more.pop("starts_on", today - timedelta(days=30))
    ends = more.pop("ends_on", today + timedelta(days=300))
    contract = Contract.objects.create(
        no=f"C-{serial():08d}",
        provider=provider,
        title="测试合同",
        starts_on=starts,
        ends_on=ends,
        budget_fen=budget_fen,
        state=more.pop("state", ContractState.ACTIVE),
        signed_by=more.pop("signed_by", None) or make_user(),
        **more,
    )
    for service in ServiceCode.values:
        ContractPrice.objects.create(
            contract=contract, service=service, unit_fen=unit_fen, valid_from=starts, valid_to=ends
        )
        for township in townships:
            ContractLot.objects.create(contract=contract, service=service, township=township)
    return contract


def make_task(
    need: Need | None = None, provider: Provider | None = None, *, at: datetime | None = None, **more: Any
) -> Task:
    """A live task whose provider may see the household."""
    need = need or make_need(state=NeedState.PLACED)
    provider = provider or make_provider()
    at = at or timezone.now() - timedelta(days=1)
    task = Task.objects.create(
        no=f"T-{serial():08d}",
        need=need,
        provider=provider,
        valid_from=at,
        state=more.pop("state", TaskState.UNASSIGNED),
        **more,
    )
    open_file(need.household, cause=f"task:{task.no}", team=provider.team, at=at)
    return task


def make_assignment(
    task: Task, user: User, *, at: datetime | None = None, until: datetime = OPEN_END, **more: Any
) -> Assignment:
    """A person assigned to a task, with sight of the household."""
    at = at or timezone.now() - timedelta(days=1)
    row = Assignment.objects.create(
        task=task, user=user, epoch=task.epoch, valid_from=at, valid_to=until, assigned_by=make_user(), **more
    )
    open_file(task.need.household, cause=f"assignment:{row.uid}", user=user, at=at, until=until)
    return row


def make_planned(assignment: Assignment, *, starts_at: datetime | None = None, **more: Any) -> PlannedVisit:
    """A planned visit of an assignment, by default one hour from now."""
    starts_at = starts_at or timezone.now() + timedelta(hours=1)
    return PlannedVisit.objects.create(
        no=f"V-{serial():010d}",
        task=assignment.task,
        assignment=assignment,
        day=timezone.localtime(starts_at).date(),
        starts_at=starts_at,
        epoch=assignment.epoch,
        **more,
    )


def sign_in(client: Any, user: User, *, two_factor: bool = True) -> Any:
    """Log `user` in on a test client, with or without the second factor shown."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if two_factor:
        session = client.session
        shown = time.time() + 86_400  # weighty acts ask nothing again, however long a test takes
        session["account_authentication_methods"] = [
            {"method": "password", "at": shown},
            {"method": "mfa", "type": "totp", "at": shown},
        ]
        session.save()
    return client
