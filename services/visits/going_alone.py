"""Telling who is responsible that a visit lost its company: the same rule as on the desk, asked by a job.

The company may have left, been stopped or taken off, a course may have run out: whatever the cause, the rule sees it.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal.base.audit import record
from portal.base.models import OutboxMessage
from portal.base.outbox import post
from services.tasks.models import Assignment, AssignmentPart
from services.visits.company import coming, without_company
from services.visits.duty import judges_of
from services.visits.models import PlannedVisit

MOST = 500


def voluntary_ahead() -> bool:
    """Whether any volunteer's visit comes up: the job's cheap look."""
    return coming(PlannedVisit.objects.all(), timezone.now()).exists()


def tell_alone(at: datetime | None = None) -> int:
    """Tell the township and the volunteer of each coming visit that lacks company, once for each loss; returns how many."""
    at = at or timezone.now()
    visits = {row.pk: row for row in coming(PlannedVisit.objects.all(), at)[:MOST]}
    return sum(_tell(visits[pk], at) for pk in without_company(visits.values(), at))


@transaction.atomic
def _tell(visit: PlannedVisit, at: datetime) -> int:
    assert visit.assignment is not None  # only such visits are asked about
    household = visit.task.need.household
    mark = f"{visit.no}:{visit.assignment.pk}:{_companions(visit)}"
    key = f"visit_company_gone:{mark}"
    if OutboxMessage.objects.filter(dedupe_key=key).exists():
        return 0
    record(None, "visit.lacks_company", visit, household=household)
    post(visit.assignment.user, "visit_company_gone", visit, household=household, dedupe=key)
    for person in judges_of(visit, at):
        post(
            person,
            "visit_alone",
            visit,
            household=household,
            dedupe=f"visit_alone:{mark}:{person.pk}",
        )
    return 1


def _companions(visit: PlannedVisit) -> str:
    """Who was sent along so far: somebody new, lost again, is told anew."""
    rows = Assignment.objects.filter(task=visit.task_id, part=AssignmentPart.COMPANION).order_by("pk")
    return "-".join(str(pk) for pk in rows.values_list("pk", flat=True))
