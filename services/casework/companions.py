"""Who could go along with a task: the volunteers near, beside the visits already set."""

from datetime import datetime

from partners.providers.models import ProviderKind
from services.tasks.access import volunteers_near
from services.tasks.actions import live_assignments
from services.tasks.models import Task
from services.tasks.suiting import Suit, suits
from services.visits.models import PlannedState

# An agency knows a volunteer by name and number only; stations and offices match them.
MATCHES = (ProviderKind.STATION, ProviderKind.VOLUNTEER)


def suits_of_task(task: Task, at: datetime) -> list[Suit]:
    """Each volunteer near who is not sent there yet, beside the household of a task and its coming visits."""
    coming = task.planned_visits.filter(state=PlannedState.PLANNED, starts_at__gt=at).order_by("starts_at")
    there = live_assignments(task).values("user")
    return suits(
        task.need,
        volunteers_near(task.need).exclude(user__in=there),
        at,
        starts=list(coming.values_list("starts_at", "minutes")),
        open_to_reader=task.provider.kind in MATCHES,
        along=task.provider.kind != ProviderKind.VOLUNTEER,
    )
