"""The other figures of `bench access`: far pages, one check, flags, grants by the thousand, the whole page."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db import connection, transaction
from django.http import HttpRequest
from django.template import Context
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.managers import BaseObjectPermissionManager

from partners.models import Provider, Region
from portal.base.audit import record
from portal.base.privacy import seal, unseal
from portal.models import User
from services.models import Household, HouseholdTeamGrant, Task
from services.recipients.access import flags, view_permission
from services.recipients.listing import lines
from services.recipients.township_list import TownshipRows, begin_behind, page_of
from services.tasks.access import close_for_teams, open_for_teams

FLAGS = ("services.edit_household", "services.assess_person", "services.verify_need")
_PHONE = seal("13900000000", "bench")


def whole_page(user: User, subject: Any) -> None:
    """The list as a page: names as the reader may see them, 25 phones decrypted, rendered, and its audit row."""
    rows = TownshipRows(user, Region(pk=subject.township_id, path=user.__dict__["_path"])).first(1, 25)
    page = Paginator(rows, 25).get_page(1)
    for _row in page:
        unseal(_PHONE, "bench")
    context = Context({"page": page, "lines": lines(user, list(page))})
    context.request = HttpRequest()  # type: ignore[attr-defined]  # the pager keeps the query of the address
    get_template("services/recipients/_lines.html").template.render(context)  # type: ignore[attr-defined]
    record(user, "household.listed")


def _median(calls: list[Callable[[], Any]], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        for call in calls:
            began = time.perf_counter()
            call()
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def page_100_ratio(managers: list[User], rounds: int) -> float:
    """Page 100 of everything a manager sees (or the last, where there are fewer), by page 1."""
    firsts, lasts = [], []
    for user in managers[:5]:
        number = min(100, page_of(user, None).pages)
        token = page_of(user, None, number - 1).next_from
        if (
            page_of(user, None, number).rows
            != page_of(user, None, number, behind=begin_behind(token, number)).rows
        ):
            raise AssertionError("a page begun behind a row is not the page counted off")
        firsts.append(lambda user=user: page_of(user, None))
        lasts.append(
            lambda user=user, number=number, token=token: page_of(
                user, None, number, behind=begin_behind(token, number)
            )
        )
    return _median(lasts, rounds) / _median(firsts, rounds)


def check_ratio(people: list[User], rounds: int) -> float:
    """`has_perm` of one household, half of them visible, by `exists()` with its key."""
    other = Household.objects.order_by("-pk")[0]
    pairs = [(user, page_of(user, None).rows[0].pk) for user in people]
    shown = {pk: Household.objects.get(pk=pk) for _user, pk in pairs}
    for user, pk in pairs:
        if not user.has_perm("services.view_household", shown[pk]):
            raise AssertionError("a listed household is refused")
    asked: list[Callable[[], Any]] = []
    for user, pk in pairs:
        asked.append(lambda user=user, pk=pk: user.has_perm("services.view_household", shown[pk]))
        asked.append(lambda user=user: user.has_perm("services.view_household", other))
    bare = [lambda pk=pk: Household.objects.filter(pk=pk).exists() for _user, pk in pairs]
    _median(asked + bare, 1)
    return _median(asked, rounds) / _median(bare, rounds)


def flags_queries(user: User) -> float:
    """Further statements for three flags of each of the 25 rows."""
    rows = page_of(user, None).rows
    with CaptureQueriesContext(connection) as caught:
        flags(user, rows, *FLAGS)
    return len(caught)


def _taken_back(call: Callable[[], Any]) -> float:
    """Milliseconds of one call whose writes do not stay."""
    with transaction.atomic():
        began = time.perf_counter()
        call()
        spent = time.perf_counter() - began
        transaction.set_rollback(True)
    return spent * 1000


def _alternately(ours: Callable[[], Any], base: Callable[[], Any], rounds: int = 7) -> float:
    pairs = [(_taken_back(ours), _taken_back(base)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)


def grant_ratio(provider: Provider) -> float:
    """The files of a provider's live tasks opened at once, by one `bulk_create` of as many rows."""
    tasks, now = Task.objects.filter(provider=provider, state="live"), timezone.now()
    permission = view_permission()
    rows = [
        HouseholdTeamGrant(
            permission=permission,
            group_id=provider.team_id,
            content_object_id=household.pk,
            township_id=household.township_id,
            name_key=household.name_key,
            cause=f"task:{no}",
            valid_from=now,
        )
        for no, household in (
            (task.no, task.need.household) for task in tasks.select_related("need__household")
        )
    ]

    def one_bulk_create() -> None:
        for row in rows:
            row.pk = None
        HouseholdTeamGrant.objects.bulk_create(rows)

    def give() -> None:
        if open_for_teams(tasks, now) != len(rows):
            raise AssertionError("not every task opened its file")

    return _alternately(give, one_bulk_create)


def end_ratio(provider: Provider) -> float:
    """The same files closed with their history kept, by guardian's own removal of the rows."""
    tasks, now = Task.objects.filter(provider=provider, state="live"), timezone.now()
    open_for_teams(tasks, now)
    count = tasks.count()
    households = Household.objects.filter(needs__tasks__in=tasks)
    # Guardian takes every row of the team on these households; only those of the tasks are there.
    HouseholdTeamGrant.objects.filter(group_id=provider.team_id).exclude(cause__startswith="task:").delete()

    def end() -> None:
        if close_for_teams(tasks, timezone.now()) != count:
            raise AssertionError("not every file was closed")

    def remove() -> None:
        manager = HouseholdTeamGrant.objects
        done, _rows = BaseObjectPermissionManager.bulk_remove_perm(
            manager, "view_household", provider.team, households
        )
        if done != count:
            raise AssertionError("guardian removed another number of rows")

    return _alternately(end, remove)
