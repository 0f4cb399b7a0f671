"""The one door: which households a person may see. Every list, count and page starts here.

`Reach` says what opens households to a person now; the condition for lists, the check of one household
and the hand-written list of `township_list` are three shapes of it, and a property test proves that
they agree.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from partners.network.queries import in_subtrees, path_after
from portal.permissions.hats import hats
from services.recipients.grants import HouseholdTeamGrant, HouseholdUserGrant
from services.recipients.kin import shut_households


@dataclass(frozen=True)
class Reach:
    """The three sources for one person: paths of places, ids of teams, and the person for grants of their own.

    `shut` are the households of near kin, which no source opens.
    """

    places: tuple[str, ...] = ()
    teams: tuple[int, ...] = ()
    person: int | None = None
    shut: frozenset[int] = frozenset()


def reach(user: Any, at: datetime | None = None) -> Reach:
    """What opens households to this person; without `at` by the hats of this request."""
    worn = hats(user, at)
    return Reach(
        places=tuple(sorted({hat.region_path for hat in worn if hat.rules.sees_place and hat.region_path})),
        teams=tuple(sorted({hat.team_id for hat in worn if hat.rules.sees_team and hat.team_id})),
        person=user.pk if any(hat.rules.sees_person for hat in worn) else None,
        shut=shut_households(worn),
    )


def live(at: datetime) -> Q:
    """A grant's validity at a moment: half-open."""
    return Q(valid_from__lte=at, valid_to__gt=at)


def visible_condition(user: Any, at: datetime | None = None) -> Q:
    """The rule of three sources (place, task, person) as a condition on households; near kin are shut out.

    Without `at` the hats of this request are used; expiry is judged now, so it needs no job.
    """
    moment, opens = at or timezone.now(), reach(user, at)
    condition = in_subtrees(list(opens.places), "region__path")
    if opens.teams:
        granted = HouseholdTeamGrant.objects.filter(live(moment), group_id__in=opens.teams)
        condition |= Q(pk__in=granted.values("content_object_id"))
    if opens.person is not None:
        own = HouseholdUserGrant.objects.filter(live(moment), user_id=opens.person)
        condition |= Q(pk__in=own.values("content_object_id"))
    return condition & ~Q(pk__in=opens.shut) if opens.shut else condition


_VALID = "g.content_object_id = %s AND g.valid_to > %s AND g.valid_from <= %s"


def sees(user: Any, household_id: int) -> bool:
    """Whether the door opens this one household to the person now: one short statement, written by hand."""
    opens, moment = reach(user), connection.ops.adapt_datetimefield_value(timezone.now())
    asked: list[str] = []
    values: list[Any] = []
    if opens.person is not None:
        asked.append(f"SELECT 1 FROM services_householdusergrant g WHERE {_VALID} AND g.user_id = %s")  # noqa: S608
        values += [household_id, moment, moment, opens.person]
    if opens.teams:
        marks = ", ".join(["%s"] * len(opens.teams))
        asked.append(
            f"SELECT 1 FROM services_householdteamgrant g WHERE {_VALID} AND g.group_id IN ({marks})"  # noqa: S608
        )
        values += [household_id, moment, moment, *opens.teams]
    for path in opens.places:
        asked.append(
            "SELECT 1 FROM services_household h JOIN partners_region r ON r.id = h.region_id "
            "WHERE h.id = %s AND r.path >= %s AND r.path < %s"
        )
        values += [household_id, path, path_after(path)]
    if not asked or household_id in opens.shut:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(asked)} LIMIT 1", values)
        return cursor.fetchone() is not None


class HouseholdQuerySet(models.QuerySet):
    """Households; starts every read of protected data with `visible_to`."""

    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Only the households this person may see at that moment (now, without `at`)."""
        return self.filter(visible_condition(user, at))


class ThroughHousehold(models.QuerySet):
    """Rows that hang from a household; `household_path` is the lookup that leads there."""

    household_path = "household"

    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Only the rows of households this person may see."""
        from services.recipients.models import Household

        seen = Household.objects.visible_to(user, at).values("pk")
        return self.filter(**{f"{self.household_path}__in": seen})
