"""What can be done with a care plan: draft its lines, submit, approve by a second person, send back, end."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.queries import holders
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from services.recipients.care_access import APPROVE_PLAN, DRAFT_PLAN, plans_of
from services.recipients.care_models import CarePlan, CarePlanLine, PlanState
from services.recipients.lifecycle import PLAN
from services.recipients.models import HouseholdState, Person


@dataclass(frozen=True)
class PlanLine:
    """One line as typed."""

    service: str
    visits_per_month: int
    minutes: int
    note: str = ""


def _write_lines(plan: CarePlan, lines: list[PlanLine]) -> None:
    if len({line.service for line in lines}) < len(lines):
        raise Refused("line_twice", _("同一项服务只写一行"))
    plan.lines.all().delete()
    CarePlanLine.objects.bulk_create(
        CarePlanLine(
            plan=plan,
            service=line.service,
            visits_per_month=line.visits_per_month,
            minutes=line.minutes,
            note=line.note,
        )
        for line in lines
    )


@transaction.atomic
def draft_plan(*, by: Any, person: Person, starts_on: date, goal: str, lines: list[PlanLine]) -> CarePlan:
    """Write a plan on the newest assessment. Refused: household_not_active, person_dead, plan_open, line_twice."""
    if person.household.state == HouseholdState.CLOSED:
        raise Refused("household_not_active", _("这户的档案已注销，不能做计划"))
    if person.died_on is not None:
        raise Refused("person_dead", _("这个人已去世，不能做计划"))
    plan = CarePlan(
        no=record_number("J"),
        person=person,
        assessment=person.assessments.first(),
        goal=goal,
        starts_on=starts_on,
        drafted_by=by,
    )
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError:
        if not person.plans.filter(state__in=["draft", "submitted"]).exists():
            raise
        raise Refused("plan_open", _("这个人已有一份没办完的计划，请接着办那份")) from None
    _write_lines(plan, lines)
    record(by, "plan.drafted", plan, household=person.household, lines=len(lines))
    return plan


def _step(plan: CarePlan, verb: str, permission: str, *, by: Any, version: int, **more: Any) -> CarePlan:
    """Take the step if the version still holds and `by` has the right there, in one statement."""
    target = PLAN.step(plan.state, verb)
    moved = (
        CarePlan.objects.filter(pk=plan.pk, version=version, state__in=PLAN.sources(verb))
        .filter(pk__in=plans_of(by, permission).values("pk"))
        .update(state=target, version=F("version") + 1, updated_at=timezone.now(), **more)
    )
    if not moved:
        raise Refused("stale", _("这份计划刚被别人办过，请看现在的情况再定"))
    return CarePlan.objects.select_related("person__household__region", "drafted_by").get(pk=plan.pk)


@transaction.atomic
def change_plan(
    *, by: Any, plan: CarePlan, version: int, starts_on: date, goal: str, lines: list[PlanLine]
) -> CarePlan:
    """Change a draft and become its author. Refused: wrong_state, stale, line_twice."""
    plan = _step(plan, "change", DRAFT_PLAN, by=by, version=version, starts_on=starts_on, drafted_by=by)
    plan.goal = goal
    plan.save(update_fields=["goal"])
    _write_lines(plan, lines)
    record(by, "plan.changed", plan, household=plan.person.household, lines=len(lines))
    return plan


@transaction.atomic
def submit_plan(*, by: Any, plan: CarePlan, version: int, at: datetime | None = None) -> CarePlan:
    """Ask for approval. Refused: plan_empty, wrong_state, stale."""
    at = at or timezone.now()
    if not plan.lines.exists():
        raise Refused("plan_empty", _("计划里还没有服务，请先加一项"))
    plan = _step(plan, "submit", DRAFT_PLAN, by=by, version=version, submitted_at=at, return_reason="")
    household = plan.person.household
    record(by, "plan.submitted", plan, household=household)
    for person in _approvers(plan, at):
        if person.pk not in {by.pk, plan.drafted_by_id}:
            post(person, "plan_submitted", plan, household=household)
    return plan


def _approvers(plan: CarePlan, at: datetime) -> list[Any]:
    """Those of the township who did not write it; where there is nobody else, those of the county."""
    path = plan.person.household.region.path
    others = [each for each in holders(APPROVE_PLAN, path[:8], at) if each.pk != plan.drafted_by_id]
    return others or holders(APPROVE_PLAN, path[:4], at)


@transaction.atomic
def approve_plan(*, by: Any, plan: CarePlan, version: int, at: datetime | None = None) -> CarePlan:
    """A second person approves; the plan before it is replaced. Refused: own_plan, wrong_state, stale."""
    at = at or timezone.now()
    if plan.drafted_by_id == by.pk:
        raise Refused("own_plan", _("自己做的计划要由别人批准"))
    PLAN.step(plan.state, "approve")
    before = CarePlan.objects.filter(person_id=plan.person_id, state__in=PLAN.sources("replace"))
    before.update(state=PLAN.moves["replace"].target, version=F("version") + 1, updated_at=at)
    plan = _step(plan, "approve", APPROVE_PLAN, by=by, version=version, approved_by=by, approved_at=at)
    household = plan.person.household
    record(by, "plan.approved", plan, household=household)
    post(plan.drafted_by, "plan_approved", plan, household=household)
    return plan


@transaction.atomic
def send_plan_back(*, by: Any, plan: CarePlan, version: int, reason: str) -> CarePlan:
    """Not yet good: it goes back with the reason. Refused: reason_empty, wrong_state, stale."""
    if not reason.strip():
        raise Refused("reason_empty", _("请写明要改什么"), field="reason")
    reason = reason.strip()[:200]
    plan = _step(plan, "send_back", APPROVE_PLAN, by=by, version=version, return_reason=reason)
    household = plan.person.household
    record(by, "plan.sent_back", plan, household=household, purpose=reason)
    post(plan.drafted_by, "plan_sent_back", plan, household=household)
    return plan


@transaction.atomic
def end_plan(*, by: Any, plan: CarePlan, version: int, reason: str) -> CarePlan:
    """Stop a plan. Refused: reason_empty, wrong_state, stale."""
    if not reason.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")
    plan = _step(plan, "end", DRAFT_PLAN, by=by, version=version)
    record(by, "plan.ended", plan, household=plan.person.household, purpose=reason.strip()[:200])
    return plan


def end_with_person(*, person: Person, by: Any) -> None:
    """A person died: what was planned for them stops."""
    for plan in person.plans.filter(state__in=PLAN.sources("end")).select_related("person__household"):
        CarePlan.objects.filter(pk=plan.pk).update(
            state=PLAN.moves["end"].target, version=F("version") + 1, updated_at=timezone.now()
        )
        record(by, "plan.ended", plan, household=plan.person.household)


def standing_plan(person: Person) -> CarePlan | None:
    """The approved plan of a person."""
    return person.plans.filter(state=PlanState.APPROVED).prefetch_related("lines").first()
