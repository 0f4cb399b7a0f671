"""Who may manage a task, and whose file a task or an assignment opens."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from partners.memberships.models import Membership
from partners.memberships.queries import leaves_at
from partners.network.queries import in_subtrees
from partners.providers.models import Provider, ProviderKind
from partners.volunteers.models import Volunteer, VolunteerState
from portal.base.models import OPEN_END
from portal.base.row_security import beyond
from portal.permissions.hats import places_for, teams_for
from portal.permissions.roles import ROLES
from services.recipients.access import close_file, open_file, view_permission
from services.recipients.grants import HouseholdTeamGrant, HouseholdUserGrant
from services.tasks.models import Assignment, Need, Task

MANAGE = "services.manage_tasks"
ANSWER = "services.answer_offer"
MATCH = "services.match_need"
VERIFY = "services.verify_need"


def roles_with(permission: str) -> list[str]:
    """The roles of the table that carry a permission."""
    return [name for name, role in ROLES.items() if permission in role.permissions]


def members_with(permission: str, at: datetime) -> QuerySet[Membership]:
    """Memberships, valid at that moment, whose role carries the permission."""
    return Membership.objects.filter(role__in=roles_with(permission), valid_from__lte=at, valid_to__gt=at)


def tasks_of(user: Any) -> QuerySet[Task]:
    """The tasks this person manages for their agency, through the door of the household."""
    return Task.objects.visible_to(user).filter(provider__team_id__in=teams_for(user, MANAGE))


def task_for(user: Any, no: str, *, to: str = "view") -> Task:
    """The agency's task with this number; Http404 otherwise, the same for a number that never was."""
    row = tasks_of(user).select_related(*TASK_ROWS).filter(no=no).first()
    if row is None:
        raise Http404
    return row


TASK_ROWS = (
    "need__household__region__parent",
    "need__household__township",
    "provider",
    "contract",
)


def managed_by(user: Any, at: datetime) -> Q:
    """The right to manage a task as a condition, for the conditional update itself.

    Agencies manage their own; a volunteer's task is managed by staff of the place. Subqueries only: a
    join would make Django wrap the update in `pk IN (...)`, which PostgreSQL does not judge again
    after waiting for a lock, and two people would win.
    """
    own = members_with(MANAGE, at).filter(user=user).values("provider")
    volunteers = Provider.objects.filter(kind=ProviderKind.VOLUNTEER).values("pk")
    here = needs_at_place(user, VERIFY, MATCH).values("pk")
    return Q(provider__in=own) | Q(provider__in=volunteers, need__in=here)


def supervised_by(user: Any, at: datetime) -> Q:
    """The right to pause, resume or end a task: those who manage it, and staff of the place who need or match."""
    here = needs_at_place(user, VERIFY, MATCH).values("pk")
    return managed_by(user, at) | Q(need__in=here)


def tasks_at_place(user: Any) -> QuerySet[Task]:
    """The tasks inside the places where the person verifies or matches needs."""
    return Task.objects.visible_to(user).filter(need__in=needs_at_place(user, VERIFY, MATCH).values("pk"))


def place_task_for(user: Any, no: str) -> Task:
    """The task with this number for staff of its place; Http404 otherwise, as for one that never was."""
    row = tasks_at_place(user).select_related(*TASK_ROWS).filter(no=no).first()
    if row is None:
        raise Http404
    return row


def needs_at_place(user: Any, *permissions: str) -> QuerySet[Need]:
    """The needs inside the places where the person holds any of these permissions."""
    paths = sorted({path for permission in permissions for path in places_for(user, permission)})
    return Need.objects.visible_to(user).filter(in_subtrees(paths, "household__region__path"))


def need_to_place(user: Any, no: str) -> Need:
    """The need with this number for township or bureau staff of its place; Http404 otherwise."""
    row = (
        needs_at_place(user, VERIFY, MATCH)
        .select_related("household__region__parent", "household__township")
        .filter(no=no)
        .first()
    )
    if row is None:
        raise Http404
    return row


def workers_of(task: Task, at: datetime) -> QuerySet[Membership]:
    """Who of the task's own team can be sent."""
    return (
        Membership.objects.filter(
            provider_id=task.provider_id, valid_from__lte=at, valid_to__gt=at, user__is_active=True
        )
        .select_related("user")
        .order_by("role", "user__name", "pk")
    )


def volunteers_near(need: Need) -> QuerySet[Volunteer]:
    """Approved volunteers who help in the household's township."""
    town = need.household.township_id
    return (
        Volunteer.objects.filter(state=VolunteerState.APPROVED, user__is_active=True)
        .filter(Q(home_id=town) | Q(towns=town))
        .select_related("user", "provider")
        .distinct()
        .order_by("user__name", "pk")
    )


def open_for_team(task: Task, at: datetime) -> None:
    """The task opens the household to those who manage it."""
    open_file(task.need.household, cause=f"task:{task.no}", team=task.provider.team, at=at)


def open_for_person(assignment: Assignment, at: datetime) -> None:
    """The assignment opens the household to the person who goes, at most as long as they belong to the team."""
    open_file(
        assignment.task.need.household,
        cause=f"assignment:{assignment.uid}",
        user=assignment.user,
        at=at,
        until=leaves_at(assignment.user, assignment.task.provider, at),
    )


def limit_person(*, user: Any, provider: Provider, until: datetime) -> None:
    """A leaving set for a moment to come: what this person sees for the team ends at that moment, without any job."""
    rows = Assignment.objects.filter(user=user, task__provider=provider, valid_to=OPEN_END)
    with beyond("grants"):
        causes = [f"assignment:{uid}" for uid in rows.values_list("uid", flat=True)]
        HouseholdUserGrant.objects.filter(cause__in=causes, user=user, valid_to=OPEN_END).update(
            valid_to=Case(When(valid_from__gt=until, then=F("valid_from")), default=Value(until))
        )


_OPEN_MANY = (
    "INSERT INTO services_householdteamgrant "
    "(permission_id, group_id, content_object_id, township_id, name_key, cause, valid_from, valid_to) "
    "SELECT %s, p.team_id, h.id, h.township_id, h.name_key, 'task:' || t.no, %s, %s FROM services_task t "
    "JOIN partners_provider p ON p.id = t.provider_id JOIN services_need n ON n.id = t.need_id "
    "JOIN services_household h ON h.id = n.household_id WHERE t.id IN ({tasks}) ON CONFLICT DO NOTHING"
)


def open_for_teams(tasks: QuerySet[Task], at: datetime) -> int:
    """`open_for_team` for many tasks in one statement, as when a whole lot is handed over. Returns how many."""
    sql, values = tasks.order_by().values("pk").query.sql_with_params()
    adapt = connection.ops.adapt_datetimefield_value
    with beyond("grants"), connection.cursor() as cursor:
        # the inner text is the ORM's own; every value is a parameter
        cursor.execute(
            _OPEN_MANY.format(tasks=sql), [view_permission().pk, adapt(at), adapt(OPEN_END), *values]
        )
        return cursor.rowcount


def close_for_teams(tasks: QuerySet[Task], at: datetime) -> int:
    """`close_for_team` for many tasks in one statement; the rows stay as history. Returns how many."""
    causes = tasks.order_by().annotate(cause=Concat(Value("task:"), "no")).values("cause")
    rows = HouseholdTeamGrant.objects.filter(cause__in=causes, valid_to__gt=at)
    with beyond("grants"):
        return rows.update(valid_to=Case(When(valid_from__gt=at, then=F("valid_from")), default=Value(at)))


def close_for_person(assignment: Assignment, at: datetime) -> None:
    """The person's sight of the household ends with the assignment."""
    close_file(cause=f"assignment:{assignment.uid}", at=at)


def close_for_team(task: Task, at: datetime) -> None:
    """The team's sight of the household ends with the task."""
    close_file(cause=f"task:{task.no}", at=at)


def has_work_in_hand(user: Any) -> str:
    """A hold on closing one's account: households still count on this person."""
    if Assignment.objects.filter(user=user, valid_to__gt=timezone.now()).exists():
        return gettext("您手上还有服务任务，老人还等着您去。请先让负责人换人，再来注销。")
    return ""
