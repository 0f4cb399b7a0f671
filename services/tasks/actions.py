"""Who goes: assigning, re-assigning, accompanying, and ending a task. Dates are planned in the visits room."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.providers.models import ProviderKind, ProviderState
from partners.vetting.standing_queries import standing_of
from partners.volunteers.models import Volunteer
from portal.base.audit import record
from portal.base.models import OPEN_END, record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.recipients.duties import Duty, refuse_third_duty
from services.recipients.opening import refuse_kin
from services.tasks import access
from services.tasks.company import refuse_unfit_company
from services.tasks.frequency import due_from
from services.tasks.lifecycle import NEED, TASK
from services.tasks.models import (
    Assignment,
    AssignmentPart,
    Need,
    NeedPart,
    NeedState,
    Task,
    TaskState,
)
from services.tasks.sendable import check_company, check_volunteer, refuse_without_consent

LIVE_TASKS = [TaskState.UNASSIGNED, TaskState.LIVE, TaskState.PAUSED]
SUPERVISED = {"pause", "resume", "reopen", "end"}


def move_task(task: Task, verb: str, by: Any, at: datetime, **more: Any) -> None:
    """Take the task's next step if the page's version still holds and `by` may, in one statement."""
    right = access.supervised_by(by, at) if verb in SUPERVISED else access.managed_by(by, at)
    moved = (
        Task.objects.filter(right, pk=task.pk, version=task.version)
        .filter(state__in=TASK.sources(verb))
        .update(state=TASK.moves[verb].target, version=F("version") + 1, updated_at=at, **more)
    )
    if not moved:
        raise Refused("task_changed", _("这件任务刚被别人改过。请看现在的情况，再决定要不要改。"))
    task.refresh_from_db(fields=["state", "version", "epoch", "valid_to", "end_reason"])


@transaction.atomic
def assign_worker(*, task: Task, worker: Any, by: Any, at: datetime | None = None) -> Assignment:
    """Send a worker of the task's own team; of two people assigning at once one wins."""
    at = at or timezone.now()
    move_task(task, "assign", by, at)
    return _send(task, worker, by, at)


def _send(task: Task, worker: Any, by: Any, at: datetime) -> Assignment:
    """Write the lead's assignment, open the file, tell the worker."""
    member = access.workers_of(task, at).filter(user=worker).first()
    if member is None:
        raise Refused("not_own_team", _("请选本机构的人员"), "worker")
    if not standing_of(member, at, task.need.service).holds:
        raise Refused("papers_lacking", _("这个人有材料过期或没齐，不能派新任务。请另选一位"), "worker")
    row = _assign(task, worker, AssignmentPart.LEAD, by, at)
    record(by, "task.assigned", task, household=task.need.household, person=str(worker.uid), epoch=task.epoch)
    post(worker, "assignment_given", task, household=task.need.household)
    return row


def _assign(task: Task, user: Any, part: str, by: Any, at: datetime) -> Assignment:
    household = task.need.household
    refuse_without_consent(user, part)
    refuse_kin(user, household, at)
    refuse_kin(by, household, at)
    refuse_third_duty(by, household, Duty.ASSIGN)
    try:
        with transaction.atomic():
            row = Assignment.objects.create(
                task=task, user=user, part=part, epoch=task.epoch, valid_from=at, assigned_by=by
            )
    except IntegrityError:
        raise Refused("already_assigned", _("这件任务已经派了这个人，或刚派了别人。请刷新再看。"))
    access.open_for_person(row, at)
    return row


@transaction.atomic
def reassign_worker(
    *, task: Task, worker: Any, reason: str, by: Any, at: datetime | None = None
) -> Assignment:
    """Send somebody else: the epoch rises, the sight of the one before ends at that moment."""
    at = at or timezone.now()
    move_task(task, "reassign", by, at, epoch=F("epoch") + 1)
    if not reason.strip():
        raise Refused("reason_needed", _("请写明换人的原因"), "reason")
    lead = live_assignments(task).filter(part=AssignmentPart.LEAD).first()
    if lead is not None and lead.user_id == worker.pk:
        raise Refused("same_worker", _("现在就是这个人，请选别人"), "worker")
    if live_assignments(task).filter(user=worker).exists():
        raise Refused("already_assigned", _("这个人已经是陪同，请先结束陪同"), "worker")
    if lead is not None:
        end_assignment(lead, by, at, reason)
    live_assignments(task).filter(part=AssignmentPart.COMPANION).update(epoch=task.epoch, updated_at=at)
    return _send(task, worker, by, at)


def live_assignments(task: Task) -> Any:
    """The assignments of a task that have no end yet."""
    return task.assignments.filter(valid_to=OPEN_END).select_related("user")


def end_assignment(row: Assignment, by: Any, at: datetime, reason: str = "") -> None:
    """End one person's assignment and, with it, their sight of the household."""
    ended = Assignment.objects.filter(pk=row.pk, valid_to=OPEN_END).update(valid_to=at, updated_at=at)
    if not ended:
        return
    access.close_for_person(row, at)
    record(
        by,
        "assignment.ended",
        row.task,
        household=row.task.need.household,
        person=str(row.user.uid),
        purpose=reason[:200],
    )
    post(row.user, "assignment_ended", row.task, dedupe=f"assignment_ended:{row.uid}")


@transaction.atomic
@beyond("release")
def release_person(*, user: Any, provider: Any, by: Any, at: datetime | None = None) -> int:
    """Somebody leaves a provider: every assignment there ends, tasks without a lead wait again."""
    at = at or timezone.now()
    rows = Assignment.objects.filter(user=user, task__provider=provider, valid_to=OPEN_END)
    ended = 0
    for row in rows.select_related("task__need__household", "user").order_by("task_id"):
        if row.part == AssignmentPart.LEAD:
            Task.objects.filter(pk=row.task_id, state__in=TASK.sources("release")).update(
                state=TASK.moves["release"].target,
                epoch=F("epoch") + 1,
                version=F("version") + 1,
                updated_at=at,
            )
        end_assignment(row, by, at, "left")
        ended += 1
    return ended


@transaction.atomic
def add_companion(*, task: Task, volunteer: Volunteer, by: Any, at: datetime | None = None) -> Assignment:
    """An approved volunteer of the township goes along; with another volunteer, somebody fit as company.

    Refused: task_changed, company_unfit, already_assigned, and what `check_volunteer` says.
    """
    at = at or timezone.now()
    move_task(task, "accompany", by, at)
    check_volunteer(task.need, volunteer, at)
    if task.provider.kind == ProviderKind.VOLUNTEER:
        refuse_unfit_company(task.need, volunteer, at)
    row = _assign(task, volunteer.user, AssignmentPart.COMPANION, by, at)
    record(
        by,
        "task.accompanied",
        task,
        household=task.need.household,
        person=str(volunteer.user.uid),
        volunteer=volunteer.no,
    )
    post(volunteer.user, "assignment_given", task, household=task.need.household)
    return row


@transaction.atomic
def place_with_volunteer(
    *,
    need: Need,
    volunteer: Volunteer,
    by: Any,
    companion: Volunteer | None = None,
    at: datetime | None = None,
) -> Task:
    """Township or bureau gives a voluntary need to a volunteer, with another along where the rule asks for two; of
    two people placing at once one wins."""
    at = at or timezone.now()
    placed = (
        Need.objects.filter(pk__in=access.needs_at_place(by, access.VERIFY, access.MATCH).values("pk"))
        .filter(pk=need.pk, version=need.version, state=NeedState.TO_MATCH)
        .update(state=NEED.moves["place"].target, version=F("version") + 1, updated_at=at)
    )
    if not placed:
        raise Refused("already_placed", _("这条需求刚被别人安排了。请看现在的情况。"))
    if need.part != NeedPart.VOLUNTARY:
        raise Refused("not_voluntary", _("这条需求由政府购买，不能直接派给志愿者"))
    check_volunteer(need, volunteer, at)
    check_company(need, volunteer, companion, at)
    provider = volunteer.provider
    if provider is None or provider.state != ProviderState.LIVE:
        raise Refused("volunteer_not_near", _("请选本乡镇已通过审核的志愿者"), "volunteer")
    task = Task.objects.create(
        no=record_number("T"), need=need, provider=provider, state=TaskState.LIVE, valid_from=at
    )
    _assign(task, volunteer.user, AssignmentPart.LEAD, by, at)
    if companion is not None:
        _assign(task, companion.user, AssignmentPart.COMPANION, by, at)
        post(companion.user, "assignment_given", task, household=need.household)
    record(
        by, "need.placed", need, household=need.household, task=task.no, volunteer=volunteer.no,
        companion=companion.no if companion is not None else "",
    )  # fmt: skip
    post(volunteer.user, "assignment_given", task, household=need.household)
    need.refresh_from_db(fields=["state", "version"])
    return task


@transaction.atomic
def pause_task(*, task: Task, reason: str, by: Any, at: datetime | None = None) -> Task:
    """Let a task rest: those who go lose sight of the household until it is resumed; the provider keeps it."""
    at = at or timezone.now()
    move_task(task, "pause", by, at)
    if not reason.strip():
        raise Refused("reason_needed", _("请写明暂停的原因"), "reason")
    for row in live_assignments(task):
        access.close_for_person(row, at)
        post(row.user, "task_paused", task, dedupe=f"task_paused:{row.uid}:{task.version}")
    record(by, "task.paused", task, household=task.need.household, purpose=reason.strip()[:200])
    return task


@transaction.atomic
def resume_task(*, task: Task, by: Any, at: datetime | None = None) -> Task:
    """A task that rested goes on; without anybody to go it waits for a worker."""
    at = at or timezone.now()
    people = list(live_assignments(task))
    led = any(row.part == AssignmentPart.LEAD for row in people)
    move_task(task, "resume" if led else "reopen", by, at)
    for row in people:
        access.open_for_person(row, at)
        post(
            row.user,
            "assignment_given",
            task,
            household=task.need.household,
            dedupe=f"task_resumed:{row.uid}:{task.version}",
        )
    record(by, "task.resumed", task, household=task.need.household)
    return task


@transaction.atomic
def end_task(*, task: Task, reason: str, to_match: bool, by: Any, at: datetime | None = None) -> Task:
    """End a task: every sight it gave ends now; the need waits for a match again, or is closed."""
    at = at or timezone.now()
    move_task(task, "end", by, at, valid_to=at, end_reason=reason[:200])
    if not reason.strip():
        raise Refused("reason_needed", _("请写明结束的原因"), "reason")
    verb = "vacate" if to_match else "close"
    Need.objects.filter(pk=task.need_id, state__in=NEED.sources(verb)).update(
        state=NEED.moves[verb].target,
        version=F("version") + 1,
        due_at=due_from(at, urgent=task.need.urgent),
        updated_at=at,
    )
    for row in live_assignments(task):
        end_assignment(row, by, at, "task_ended")
    access.close_for_team(task, at)
    record(by, "task.ended", task, household=task.need.household, need=task.need.no, to_match=to_match)
    return task
