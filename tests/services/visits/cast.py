"""The cast of the visit tests: one household, an agency with its people, the desks, and outsiders."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from portal.base.models import uuid7
from services.models import (
    ChecklistItem,
    Contract,
    Household,
    PlannedState,
    PlannedVisit,
    Task,
    TaskState,
    VisitRecord,
)
from services.visits.actions import check_in, record_visit
from services.visits.rules import Fix, VisitReport
from tests import makers

AT_THE_DOOR = Fix(27.72, 112.82, 15)
FAR_AWAY = Fix(27.75, 112.82, 15)


def noon() -> datetime:
    """Twelve o'clock today in the county: far from midnight on both sides."""
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


@dataclass
class Cast:
    """Everybody around one planned visit."""

    household: Household
    task: Task
    planned: PlannedVisit
    worker: Any
    manager: Any
    cadre: Any
    bureau: Any
    contract: Contract


def make_cast(*, starts_at: datetime | None = None, budget_fen: int = 10_000_00, **more: Any) -> Cast:
    """A live task of an agency with contract, worker, manager, township and bureau."""
    village = makers.make_region()
    household = makers.make_household(village, phone="13800001111", **more)
    provider = makers.make_provider(townships=[village.parent])
    contract = makers.make_contract(provider, [village.parent], budget_fen=budget_fen)
    task = makers.make_task(
        makers.make_need(household, state="placed"), provider, contract=contract, state=TaskState.LIVE
    )
    worker = makers.make_member(provider)
    assignment = makers.make_assignment(task, worker)
    for code, name in (("VC-01", "精神状态"), ("VC-03", "饮食"), ("VC-08", "行动与跌倒")):
        ChecklistItem.objects.get_or_create(
            code=code, defaults={"service": "visit_care", "name_zh": name, "name_en": code}
        )
    return Cast(
        household=household,
        task=task,
        planned=makers.make_planned(assignment, starts_at=starts_at or timezone.now()),
        worker=worker,
        manager=makers.make_member(provider, "manager"),
        cadre=makers.make_post("township_cadre", household.township),
        bureau=makers.make_post("bureau_staff", household.township.parent),
        contract=contract,
    )


def arrive(cast: Cast, at: datetime | None = None) -> PlannedVisit:
    """The worker has checked in."""
    at = at or timezone.now()
    if cast.planned.day != timezone.localdate(at):
        cast.planned.day = timezone.localdate(at)
        cast.planned.save(update_fields=["day"])
    return check_in(planned=cast.planned, by=cast.worker, fix=AT_THE_DOOR, at=at)


def a_report(**more: Any) -> VisitReport:
    """A valid report."""
    return VisitReport(**({"answers": {"VC-01": "normal"}, "note": "都好"} | more))


def make_record(cast: Cast, **more: Any) -> VisitRecord:
    """A visit handed in by the worker, half an hour after arriving."""
    now = timezone.now()
    if cast.planned.state == PlannedState.PLANNED:
        arrive(cast, now)
        PlannedVisit.objects.filter(pk=cast.planned.pk).update(checked_in_at=now - timedelta(minutes=30))
        cast.planned.refresh_from_db()
    handed = record_visit(
        planned=cast.planned, by=cast.worker, uid=more.pop("uid", None) or uuid7(), report=a_report(**more)
    )
    return handed.record
