"""The one door: which households a person may see. Every list, count and page starts here."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.network.queries import in_subtrees
from portal.permissions.hats import hats
from services.recipients.grants import HouseholdTeamGrant, HouseholdUserGrant


def live(at: datetime) -> Q:
    """A grant's validity at a moment: half-open."""
    return Q(valid_from__lte=at, valid_to__gt=at)


def visible_condition(user: Any, at: datetime | None = None) -> Q:
    """The rule of three sources (place, task, person) as a condition on households.

    Without `at` the hats of this request are used; expiry is judged now, so it needs no job.
    """
    moment = at or timezone.now()
    worn = hats(user, at)
    places = sorted({hat.region_path for hat in worn if hat.rules.sees_place and hat.region_path})
    teams = sorted({hat.team_id for hat in worn if hat.rules.sees_team and hat.team_id})
    condition = in_subtrees(places, "region__path")
    if teams:
        granted = HouseholdTeamGrant.objects.filter(live(moment), group_id__in=teams)
        condition |= Q(pk__in=granted.values("content_object_id"))
    if any("services.view_household" in hat.rules.permissions or hat.department_id for hat in worn):
        own = HouseholdUserGrant.objects.filter(live(moment), user_id=user.pk)
        condition |= Q(pk__in=own.values("content_object_id"))
    return condition


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
