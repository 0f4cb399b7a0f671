"""Who sees a household, which of its fields, and why; and how dated grants are given and ended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone

from partners.network.queries import path_after
from portal.base.models import OPEN_END
from portal.base.row_security import beyond
from portal.permissions.hats import hats, places_for
from services.recipients.door import live, reach, sees
from services.recipients.grants import HouseholdTeamGrant, HouseholdUserGrant
from services.recipients.models import Household, NumberRedirect

EDITING = {"services.edit_household", "services.assess_person", "services.verify_need"}


def may_household(user: Any, permission: str, household: Household) -> bool:
    """The object rule: seeing it, and for other permissions also holding them at the place it lies in.

    The same rule as `Household.objects.visible_to(user)`, in its other shape.
    """
    if permission == "services.view_household":
        return sees(user, household.pk)
    return household.pk not in reach(user).shut and any(
        permission in hat.rules.permissions
        and hat.region_path
        and hat.region_path <= household.region.path < path_after(hat.region_path)
        for hat in hats(user)
    )


def flags(user: Any, rows: Iterable[Any], *permissions: str) -> dict[int, frozenset[str]]:
    """What the person may do with each row of a list that the door gave: from the hats, without a query.

    Rows are households or lines of the list, their region read.
    """
    held = {permission: places_for(user, permission) for permission in permissions}
    return {
        row.pk: frozenset(
            permission
            for permission, paths in held.items()
            if any(path <= row.region.path < path_after(path) for path in paths)
        )
        for row in rows
    }


def household_for(user: Any, no: str, permission: str = "services.view_household") -> Household:
    """The household with this number if the person may see it (and use `permission` on it).

    Raises Http404 otherwise, the same for a number that never was.
    """
    row = (
        Household.objects.visible_to(user).select_related("region__parent", "township").filter(no=no).first()
    )
    if row is None and (new_no := merged_into(user, no)):
        raise FileMerged(new_no)
    if row is None or (permission != "services.view_household" and not may_household(user, permission, row)):
        raise Http404
    return row


class FileMerged(Http404):
    """The number is an old one, and the person may see the file it leads to; elsewhere it is a plain 404."""

    def __init__(self, no: str) -> None:
        super().__init__()
        self.no = no


def merged_into(user: Any, no: str) -> str:
    """The number that an old number leads to, if the person may see that file; empty otherwise."""
    row = NumberRedirect.objects.visible_to(user).filter(old_no=no).select_related("household").first()
    return row.household.no if row is not None else ""


def view_permission() -> Permission:
    """The one permission that grant rows carry."""
    return Permission.objects.get(content_type__app_label="services", codename="view_household")


def open_file(
    household: Household,
    *,
    cause: str,
    user: Any = None,
    team: Any = None,
    at: datetime,
    until: datetime = OPEN_END,
) -> None:
    """Give sight of a household to one person or one team, because of `cause`, inside the caller's transaction."""
    common = {
        "permission": view_permission(),
        "content_object": household,
        "valid_from": at,
        "valid_to": until,
        "cause": cause,
        "township_id": household.township_id,
        "name_key": household.name_key,
    }
    with beyond("grants"):
        if user is not None:
            HouseholdUserGrant.objects.bulk_create(
                [HouseholdUserGrant(user=user, **common)], ignore_conflicts=True
            )
        if team is not None:
            HouseholdTeamGrant.objects.bulk_create(
                [HouseholdTeamGrant(group=team, **common)], ignore_conflicts=True
            )


def close_file(*, cause: str, at: datetime, user: Any = None) -> int:
    """End every grant given because of `cause` (of `user` alone, if named); history stays. Returns how many."""
    own = HouseholdUserGrant.objects.filter(cause=cause, valid_to__gt=at)
    if user is not None:
        return _end(own.filter(user=user), at)
    return _end(own, at) + _end(HouseholdTeamGrant.objects.filter(cause=cause, valid_to__gt=at), at)


def close_household(household: Household, *, at: datetime) -> int:
    """End every grant on a file that is no more; the office of its place still keeps it. Returns how many."""
    return sum(
        _end(rows.filter(content_object=household, valid_to__gt=at), at)
        for rows in (HouseholdUserGrant.objects.all(), HouseholdTeamGrant.objects.all())
    )


def _end(rows: QuerySet[Any], at: datetime) -> int:
    """A grant under way ends now; one that has not begun never will (an empty interval)."""
    with beyond("grants"):
        begun = rows.filter(valid_from__lte=at).update(valid_to=at)
        return begun + rows.filter(valid_from__gt=at).update(valid_to=F("valid_from"))


@dataclass(frozen=True)
class Reason:
    """Why a household is open to somebody: the source, its cause, and until when."""

    source: str
    role: str
    cause: str
    valid_to: datetime
    where: str = ""


def explain(user: Any, household: Household, at: datetime | None = None) -> list[Reason]:
    """Every reason for which the door opens this household to this person; empty when it does not.

    Built from the same hats and the same grant rows as `visible_to`.
    """
    moment = at or timezone.now()
    worn, opens = hats(user, at), reach(user, at)
    if household.pk in opens.shut:
        return []
    found = [
        Reason("place", hat.role, hat.cause, hat.valid_to or OPEN_END, hat.region_name)
        for hat in worn
        if hat.rules.sees_place
        and hat.region_path
        and hat.region_path <= household.region.path < path_after(hat.region_path)
    ]
    teams = {hat.team_id: hat for hat in worn if hat.rules.sees_team and hat.team_id}
    for given in HouseholdTeamGrant.objects.filter(
        live(moment), content_object=household, group_id__in=teams
    ):
        hat = teams[given.group_id]
        found.append(Reason("task", hat.role, given.cause, given.valid_to, hat.region_name))
    if opens.person is not None:
        for grant in HouseholdUserGrant.objects.filter(
            live(moment), content_object=household, user_id=opens.person
        ):
            found.append(Reason("person", role_under(grant.cause, worn), grant.cause, grant.valid_to))
    return found


EMERGENCY = "emergency"
# Under which permission a person uses a grant, by the kind of its cause.
USED_UNDER = {
    "inspection": "services.inspect_household",
    "referral": "services.answer_referral",
    EMERGENCY: "services.ask_emergency",
}


def role_under(cause: str, worn: Iterable[Any]) -> str:
    """As what the person sees because of this grant; it decides the fields. Empty: village and number only."""
    kind = cause.partition(":")[0]
    permission = USED_UNDER.get(kind, "services.log_visit")
    carried = [hat.role for hat in worn if permission in hat.rules.permissions]
    if kind == EMERGENCY and carried:
        return EMERGENCY
    return next((role for role in carried if role in {"worker", "volunteer"}), carried[0] if carried else "")


@dataclass(frozen=True)
class Window:
    """Around which visit the person stands: the day of it, and from 24 h before to its end."""

    visit_day: bool = False
    door_open: bool = False


WindowReader = Callable[[Any, Iterable[Household], datetime], dict[int, Window]]
_window_readers: list[WindowReader] = []


def register_window(reader: WindowReader) -> None:
    """Let the visits room say in which window a carer stands; called once by the app's `ready`."""
    if reader not in _window_readers:
        _window_readers.append(reader)


def windows(user: Any, households: Iterable[Household], at: datetime) -> dict[int, Window]:
    """For each household (by pk) the window of this person at that moment."""
    rows = list(households)
    found: dict[int, Window] = {row.pk: Window() for row in rows}
    for reader in _window_readers:
        found.update(reader(user, rows, at))
    return found
