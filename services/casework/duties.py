"""Who assigned and who settled, told from the rows of the rooms that do it."""

from django.db.models import Q

from services.matching.models import Offer
from services.recipients.duties import Duty, register_duty
from services.recipients.models import Household
from services.tasks.models import Assignment
from services.visits.models import Verdict, VisitDecision


def assigned(keys: list[int], household: Household) -> bool:
    """Whether any of these people sent an offer or a person there."""
    return (
        Offer.objects.filter(need__household=household, sent_by__in=keys).exists()
        or Assignment.objects.filter(task__need__household=household, assigned_by__in=keys).exists()
    )


def settled(keys: list[int], household: Household) -> bool:
    """Whether any of these people confirmed a visit there, which is what money follows."""
    here = Q(record__planned__task__need__household=household)
    return VisitDecision.objects.filter(here, by__in=keys, verdict=Verdict.CONFIRMED).exists()


def register_duties() -> None:
    """Called once by the app's `ready`."""
    register_duty(Duty.ASSIGN, assigned)
    register_duty(Duty.SETTLE, settled)
