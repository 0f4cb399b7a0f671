"""From an approved plan to what is bought: its lines become needs, each once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.refused import Refused
from services.recipients.care_models import CarePlan, PlanState
from services.tasks.models import Need
from services.tasks.need_actions import raise_need


@transaction.atomic
def raise_from_plan(*, by: Any, plan: CarePlan, at: datetime | None = None) -> list[Need]:
    """Raise a need for each line that has none open, with the plan's frequency and minutes.

    Refused: plan_not_approved, nothing_to_raise, household_not_active.
    """
    at = at or timezone.now()
    if plan.state != PlanState.APPROVED:
        raise Refused("plan_not_approved", _("计划批准后才能提需求"))
    household = plan.person.household
    open_now = set(household.needs.exclude(state="closed").values_list("service", flat=True))
    made = []
    for line in plan.lines.exclude(service__in=open_now):
        need = raise_need(by=by, household=household, service=line.service, wish=line.note, at=at)
        need.visits_per_month, need.minutes = line.visits_per_month, line.minutes
        need.save(update_fields=["visits_per_month", "minutes", "updated_at"])
        made.append(need)
    if not made:
        raise Refused("nothing_to_raise", _("计划里的服务都已经提过需求"))
    return made
