"""A household with its care under way, for what befalls its file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base.refused import Refused
from services.casework import ending, stopping
from services.models import (
    Household,
    PlannedVisit,
)
from services.recipients.deaths import DeathFacts
from services.recipients.moving import MoveFacts
from tests import makers


class Scene:
    """A household with a live task, a worker, two visits to come; the cadre of its township."""

    def __init__(self):
        self.village = makers.make_region()
        self.township = self.village.parent
        self.cadre = makers.make_post("township_cadre", self.township)
        self.household = makers.make_household(self.village)
        self.person = self.household.persons.get()
        self.provider = makers.make_provider(townships=[self.township])
        self.worker = makers.make_member(self.provider)
        self.manager = makers.make_member(self.provider, "manager")
        self.need = makers.make_need(self.household, state="placed")
        self.task = makers.make_task(self.need, self.provider, state="live")
        self.lead = makers.make_assignment(self.task, self.worker)
        now = timezone.now()
        self.visits = [makers.make_planned(self.lead, starts_at=now + timedelta(days=n)) for n in (1, 2)]

    def states(self):
        return [row.state for row in PlannedVisit.objects.filter(task=self.task).order_by("starts_at")]

    def version(self):
        return Household.objects.get(pk=self.household.pk).version

    def fresh(self):
        return Household.objects.get(pk=self.household.pk)

    def seen_by(self, user):
        return Household.objects.visible_to(user, timezone.now()).filter(pk=self.household.pk).exists()

    def pause(self, **more):
        return stopping.pause(
            by=self.cadre, household=self.fresh(), **{"version": self.version(), "reason": "hospital"} | more
        )

    def die(self, person=None, **more):
        person = person or self.person
        facts = DeathFacts(**{"died_on": timezone.localdate(), "source": "family"} | more.pop("facts", {}))
        return ending.record_death(by=self.cadre, person=person, version=person.version, facts=facts, **more)

    def move(self, region, **more):
        facts = {"region": region, "moved_on": timezone.localdate(), "reason": "投靠女儿"} | more
        return ending.move_away(
            by=self.cadre, household=self.fresh(), version=self.version(), facts=MoveFacts(**facts)
        )


def refused(code, call, *args, **kwargs):
    """The call is refused with this code."""
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    assert refusal.value.code == code
