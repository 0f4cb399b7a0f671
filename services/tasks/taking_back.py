"""A household's death was a mistake: its needs stand again, and its tasks where their provider may still go there."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from partners.providers.models import ProviderKind, ProviderState
from portal.base.audit import record
from portal.base.models import OPEN_END
from portal.base.outbox import post
from services.contracts.models import ContractState
from services.tasks.access import MANAGE, members_with, open_for_team
from services.tasks.frequency import due_from
from services.tasks.lifecycle import NEED, TASK
from services.tasks.models import Need, NeedState, Task

_BACK_TO = {NeedState.TO_VERIFY: "recheck", NeedState.PAUSED: "rest"}


def need_again(*, by: Any, need: Need, was: str, placed: bool, at: datetime) -> str:
    """The need stands again: placed where its task does, else it waits for a match. "clash" beside a newer one."""
    verb = "stand" if placed else _BACK_TO.get(NeedState(was), "rematch")
    try:
        with transaction.atomic():
            moved = Need.objects.filter(pk=need.pk, state__in=NEED.sources(verb)).update(
                state=NEED.moves[verb].target,
                version=F("version") + 1,
                due_at=due_from(at, urgent=True),
                updated_at=at,
            )
    except IntegrityError:
        return "clash"
    if not moved:
        return "clash"
    record(by, "need.restored", need, household=need.household, to=NEED.moves[verb].target)
    return ""


def may_stand_again(task: Task, at: datetime) -> bool:
    """Whether the provider of an ended task may go there now: at work, and under a contract that runs.

    A volunteer is asked anew: nobody is sent by a correction.
    """
    provider, contract, today = task.provider, task.contract, timezone.localdate(at)
    if provider.state != ProviderState.LIVE or provider.kind == ProviderKind.VOLUNTEER:
        return False
    if contract is None:
        return True
    return contract.state == ContractState.ACTIVE and contract.starts_on <= today < contract.ends_on


def task_again(*, by: Any, task: Task, at: datetime) -> str:
    """The team holds the task again and sees the file; nobody is sent until they assign. Those who manage it are told."""
    moved = Task.objects.filter(pk=task.pk, state__in=TASK.sources("restore")).update(
        state=TASK.moves["restore"].target,
        epoch=F("epoch") + 1,
        version=F("version") + 1,
        valid_to=OPEN_END,
        end_reason="",
        updated_at=at,
    )
    if not moved:
        return "clash"
    task.refresh_from_db()
    open_for_team(task, at)
    household = task.need.household
    record(by, "task.restored", task, household=household, need=task.need.no)
    for member in members_with(MANAGE, at).filter(provider=task.provider).select_related("user"):
        post(member.user, "task_restored", task, household=household)
    return ""
