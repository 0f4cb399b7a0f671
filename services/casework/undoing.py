"""A death or a closing was a mistake: one person says so, a second one puts it right, and nothing happens silently.

What the ending stopped is read from its own row. What stands in the way of bringing something back is kept
there too, as work to be done by hand: dates that passed, offers, sights of others, money that was not paid.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.queries import holders, in_subtrees
from portal.base.audit import record
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.permissions.hats import places_for
from services.matching.models import Offer
from services.recipients import taking_back
from services.recipients.access import may_household
from services.recipients.lifecycle import ENDING
from services.recipients.models import EndingKind, EndingState, FileEnding, Household, HouseholdState
from services.recipients.pauses import step_file
from services.tasks import taking_back as taking_back_tasks
from services.tasks.models import Need, Task

UNDO = "services.undo_ending"


def endings_asked(user: Any) -> QuerySet[FileEnding]:
    """Endings of which somebody says that they are a mistake, in the places where the person may undo one."""
    rows = FileEnding.objects.visible_to(user).filter(state=EndingState.ASKED)
    return rows.filter(in_subtrees(places_for(user, UNDO), "household__region__path")).order_by(
        "asked_at", "pk"
    )


def _left(kind: str, no: str, why: str) -> dict[str, str]:
    return {"kind": kind, "no": no, "why": why}


def _step(row: FileEnding, verb: str, by: Any, version: int, extra: Q, **more: Any) -> FileEnding:
    """Take the step if nobody took one since and the person may, in one statement."""
    target = ENDING.step(row.state, verb)
    if not may_household(by, UNDO, row.household):
        raise Refused("not_your_area", _("这户不归您管"))
    moved = FileEnding.objects.filter(
        extra, pk=row.pk, version=version, state__in=ENDING.sources(verb)
    ).update(state=target, version=F("version") + 1, updated_at=timezone.now(), **more)
    if not moved:
        raise Refused("stale", _("这件刚被别人办过，请刷新再看"))
    found = FileEnding.objects.select_related("household__region", "household__township", "person")
    return found.get(pk=row.pk)


def _reason(text: str) -> str:
    if len(text.strip()) < 4:
        raise Refused("reason_empty", _("请写明怎么知道登错了，至少 4 个字"), field="reason")
    return text.strip()[:200]


@transaction.atomic
def ask_undo(
    *, by: Any, row: FileEnding, version: int, reason: str, at: datetime | None = None
) -> FileEnding:
    """Say that it was a mistake; another person of the township decides, or the county where there is nobody else.

    Refused: reason_empty, not_your_area, wrong_state, stale.
    """
    at, reason = at or timezone.now(), _reason(reason)
    row = _step(row, "ask", by, version, Q(), asked_by=by, asked_at=at)
    row.asked_why = reason
    row.save(update_fields=["asked_why"])
    record(by, "ending.undo_asked", row, household=row.household, purpose=reason)
    for person in _deciders(row, at):
        if person.pk != by.pk:
            post(person, "ending_asked", row, household=row.household)
    return row


def _deciders(row: FileEnding, at: datetime) -> list[Any]:
    """Those of the township who did not enter it; where there is nobody else, those of the county."""
    path = row.household.region.path
    free = [each for each in holders(UNDO, path[:8], at) if each.pk not in {row.done_by_id, row.asked_by_id}]
    return free or holders(UNDO, path[:4], at)


@transaction.atomic
def keep_ending(
    *, by: Any, row: FileEnding, version: int, reason: str, at: datetime | None = None
) -> FileEnding:
    """It was right: the request is answered with the reason, and the ending stands.

    Refused: reason_empty, not_your_area, wrong_state, stale.
    """
    at, reason = at or timezone.now(), _reason(reason)
    row = _step(row, "keep", by, version, Q())
    record(by, "ending.kept", row, household=row.household, purpose=reason)
    if row.asked_by is not None and row.asked_by_id != by.pk:
        post(row.asked_by, "ending_answered", row, household=row.household)
    return row


@transaction.atomic
def undo_ending(
    *, by: Any, row: FileEnding, version: int, reason: str, at: datetime | None = None
) -> FileEnding:
    """Put the mistake right: what can stand again does, what cannot is kept as work to be done by hand.

    Refused: own_ending (whoever entered it asks, another undoes), erased, file_closed, reason_empty,
    not_your_area, wrong_state, stale.
    """
    at, reason = at or timezone.now(), _reason(reason)
    if row.done_by_id == by.pk:
        raise Refused("own_ending", _("自己登记的要由别人改正。请提出要求，由同事或县里来改"))
    if not row.stopped:
        raise Refused("erased", _("这户的资料已按规定删除，不能恢复，请重新建档"))
    row = _step(row, "undo", by, version, ~Q(done_by=by), undone_by=by, undone_at=at)
    left = _file_again(by, row)
    if row.kind == EndingKind.DEATH:
        left += _person_again(by, row, at)
    left += _care_again(by, row, at)
    row.left, row.undone_why = left, reason
    row.save(update_fields=["left", "undone_why"])
    household = row.household
    verb = "person.death_undone" if row.kind == EndingKind.DEATH else "household.close_undone"
    record(by, verb, household, household=household, purpose=reason, by_hand=len(left))
    for person in {row.done_by, row.asked_by} - {None, by}:
        post(person, "ending_answered", row, household=household)
    return row


def _file_again(by: Any, row: FileEnding) -> list[dict[str, str]]:
    """The file is open again, as it was before; a closing by itself is undone by itself first."""
    household = Household.objects.get(pk=row.household_id)
    if household.state != HouseholdState.CLOSED:
        return []
    closings = household.endings.exclude(pk=row.pk).exclude(state=EndingState.UNDONE)
    closed_by = row if "file" in row.stopped else next((each for each in closings if "file" in each.stopped), None)  # fmt: skip
    if closed_by is None or closed_by.kind != row.kind:
        raise Refused("file_closed", _("这户的档案另外注销过，请先改正注销"))
    was = next(iter(closed_by.stopped["file"].values()))
    verb = "reopen_paused" if was == HouseholdState.PAUSED else "reopen"
    step_file(household, verb, household.version)
    record(by, "household.reopened", household, household=household, to=household.state)
    return []


def _person_again(by: Any, row: FileEnding, at: datetime) -> list[dict[str, str]]:
    """The person lives, and is to the law what they were."""
    person, stopped, left = row.person, row.stopped, []
    if person is None:
        return []
    if taking_back.live_again(by=by, person=person, relations=stopped.get("relation", {}), at=at):
        left.append(_left("head", "", "head"))
    for category in person.categories.filter(uid__in=list(stopped.get("category", {}))):
        if why := taking_back.category_again(by=by, row=category):
            left.append(_left("category", category.kind, why))
    for circle in person.circle.filter(uid__in=list(stopped.get("circle", {}))).select_related("household"):
        taking_back.circle_again(by=by, row=circle)
    today = timezone.localdate(at)
    for no, was in stopped.get("agreement", {}).items():
        agreement = person.agreements.select_related("person__household").get(no=no)
        if why := taking_back.agreement_again(by=by, row=agreement, was=was, on=today):
            left.append(_left("agreement", no, why))
    for no, was in stopped.get("plan", {}).items():
        if why := taking_back.plan_again(
            by=by, row=person.plans.select_related("person__household").get(no=no), was=was
        ):
            left.append(_left("plan", no, why))
    return [*left, _left("money", "", "money")]


def _care_again(by: Any, row: FileEnding, at: datetime) -> list[dict[str, str]]:
    """Needs and tasks stand again; dates, offers and other people's sight do not come back by themselves."""
    stopped, left = row.stopped, []
    tasks = Task.objects.filter(no__in=list(stopped.get("task", {}))).select_related(
        "need__household__region", "need__household__township", "provider", "contract"
    )
    standing = {task.need_id: task for task in tasks if taking_back_tasks.may_stand_again(task, at)}
    for need in Need.objects.filter(no__in=list(stopped.get("need", {}))).select_related("household"):
        task = standing.get(need.pk)
        was = stopped["need"][need.no]
        if why := taking_back_tasks.need_again(by=by, need=need, was=was, placed=task is not None, at=at):
            left.append(_left("need", need.no, why))
            standing.pop(need.pk, None)
    for task in tasks:
        if task.need_id not in standing:
            left.append(_left("task", task.no, "rematch"))
        else:
            why = taking_back_tasks.task_again(by=by, task=task, at=at)
            left.append(_left("task", task.no, why or "assign"))
    left += [_left("visit", no, "plan") for no in sorted(stopped.get("visit", {}))]
    offers = Offer.objects.filter(no__in=list(stopped.get("offer", {}))).values_list("no", flat=True)
    left += [_left("offer", no, "send") for no in sorted(offers)]
    return [*left, *(_left("sight", cause, "open") for cause in sorted(stopped.get("sight", {})))]
