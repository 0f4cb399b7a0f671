"""What stands of a household before and after a death or a closing; the difference is what it ended."""

from datetime import datetime
from typing import Any

from services.matching.lifecycle import OFFER
from services.matching.models import Offer
from services.recipients.lifecycle import AGREEMENT, PLAN
from services.recipients.models import Household, Person
from services.recipients.standing_models import FOREVER
from services.tasks.lifecycle import TASK
from services.tasks.models import NeedState, Task
from services.visits.models import PlannedVisit
from services.visits.planning import ON_THE_WAY

Standing = dict[str, dict[str, str]]
# Sights that follow from a task stand and fall with it.
_WITH_TASK = ("task:", "assignment:")


def standing(household: Household, person: Person | None = None, *, at: datetime) -> Standing:
    """Every open row by kind: {number or uid: state}. Of one person: categories, circle, agreements, plans."""
    tasks = Task.objects.filter(need__household=household)
    offers = Offer.objects.filter(need__household=household, state__in=OFFER.sources("withdraw"))
    visits = PlannedVisit.objects.filter(task__in=tasks, state__in=ON_THE_WAY)
    found: Standing = {
        "file": {household.no: Household.objects.values_list("state", flat=True).get(pk=household.pk)},
        "relation": _by_uid(household.persons.filter(died_on=None), "relation"),
        "need": dict(household.needs.exclude(state=NeedState.CLOSED).values_list("no", "state")),
        "offer": dict(offers.values_list("no", "state")),
        "task": dict(tasks.filter(state__in=TASK.sources("end")).values_list("no", "state")),
        "visit": {no: moment.isoformat() for no, moment in visits.values_list("no", "starts_at")},
        "sight": dict.fromkeys(_sights(household, at), ""),
    }
    if person is not None:
        found |= {
            "category": _by_uid(person.categories.filter(valid_to=FOREVER), "kind"),
            "circle": _by_uid(person.circle.filter(valid_to=FOREVER), "part"),
            "agreement": dict(
                person.agreements.filter(state__in=AGREEMENT.sources("end")).values_list("no", "state")
            ),
            "plan": dict(person.plans.filter(state__in=PLAN.sources("end")).values_list("no", "state")),
        }
    return found


def ended(before: Standing, after: Standing) -> Standing:
    """What stood before and stands no more, or stands otherwise."""
    return {
        kind: lost
        for kind, rows in before.items()
        if (lost := {key: was for key, was in rows.items() if after.get(kind, {}).get(key) != was})
    }


def _by_uid(rows: Any, column: str) -> dict[str, str]:
    return {str(uid): value for uid, value in rows.values_list("uid", column)}


def _sights(household: Household, at: datetime) -> list[str]:
    """The causes of open sights that no task gave: a draw, a referral, an emergency."""
    causes = household.user_grants.filter(valid_to__gt=at).values_list("cause", flat=True)
    return sorted({cause for cause in causes if not cause.startswith(_WITH_TASK)})
