"""One rule in three shapes: the list, the check and the explanation agree in every random world."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from partners.models import Membership, Post, Provider
from portal.models import Identity, User
from services.models import Household, KinTie
from services.recipients import door
from services.recipients.access import Window, close_file, explain, open_file
from services.recipients.fields import shown
from tests import makers

pytestmark = pytest.mark.django_db

DAYS = st.integers(-3, 3)
STEP = st.one_of(
    st.tuples(st.just("person"), st.integers(0, 5), st.integers(0, 4), DAYS, DAYS),
    st.tuples(st.just("team"), st.integers(0, 1), st.integers(0, 4), DAYS, DAYS),
    st.tuples(st.just("close"), st.integers(0, 5), st.integers(0, 4), DAYS, DAYS),
    st.tuples(st.just("post"), st.integers(0, 5), st.integers(0, 6), DAYS, DAYS),
    st.tuples(st.just("kin"), st.integers(0, 5), st.integers(0, 4), DAYS, DAYS),
    st.tuples(st.just("same"), st.integers(0, 5), st.integers(0, 5), DAYS, DAYS),
    st.tuples(st.just("member"), st.integers(0, 5), st.integers(0, 3), DAYS, DAYS),
    st.tuples(st.just("stop"), st.integers(0, 1), st.integers(0, 1), DAYS, DAYS),
    st.tuples(st.just("deactivate"), st.integers(0, 5), st.integers(0, 0), DAYS, DAYS),
)
ROLES = (
    *("livelihood_officer", "township_cadre", "bureau_staff", "finance"),
    *("inspector", "department_staff", "sysadmin"),
)
CAUSES = ("assignment", "inspection", "referral", "emergency", "assignment")
MEMBERS = ("manager", "worker", "station_lead", "worker")


class World:
    """Places, households, providers and people; each example adds its own grants and hats."""

    def __init__(self) -> None:
        county = makers.make_region("county")
        towns = [makers.make_region("township", county) for _ in range(2)]
        self.villages = [makers.make_region("village", town) for town in towns for _ in range(2)]
        self.places = [self.villages[0], towns[0], *[county] * 5]
        self.households = [makers.make_household(village) for village in [*self.villages, self.villages[0]]]
        self.providers = [makers.make_provider() for _ in range(2)]
        self.people = [makers.make_user() for _ in range(6)]
        self.now = timezone.now()

    def do(self, step: tuple) -> None:
        """One step of an example."""
        kind, who, what, first, second = step
        start = self.now + timedelta(days=min(first, second), minutes=-1)
        end = self.now + timedelta(days=max(first, second), minutes=1)
        if kind == "person":
            cause = f"{CAUSES[what]}:c{who}"
            open_file(self.households[what], cause=cause, user=self.people[who], at=start, until=end)
        elif kind == "team":
            open_file(
                self.households[what], cause=f"c{who}", team=self.providers[who].team, at=start, until=end
            )
        elif kind == "close":
            close_file(cause=f"c{who}", at=self.now)
            close_file(cause=f"{CAUSES[what]}:c{who}", at=self.now)
        elif kind == "kin":
            KinTie.objects.get_or_create(
                user=self.people[who],
                household=self.households[what],
                valid_from=start,
                valid_to=end,
                declared_by=self.people[who],
            )
        elif kind == "same":
            identity = Identity.objects.create(name="测试")
            User.objects.filter(pk__in=[self.people[who].pk, self.people[what].pk]).update(identity=identity)
        elif kind == "post":
            Post.objects.create(
                user=self.people[who],
                role=ROLES[what],
                region=self.places[what],
                valid_from=start,
                valid_to=end,
            )
        elif kind == "member":
            Membership.objects.get_or_create(  # the database holds one of a kind that has not ended
                provider=self.providers[what % 2], user=self.people[who], role=MEMBERS[what],
                defaults={"no": f"M-{makers.serial()}", "valid_from": start, "valid_to": end},
            )  # fmt: skip
        elif kind == "stop":
            Provider.objects.filter(pk=self.providers[who].pk).update(state="suspended")
        else:
            User.objects.filter(pk=self.people[who].pk).update(is_active=False)

    def disagreements(self) -> list[str]:
        """Where the three shapes differ, for every person and household."""
        found = []
        for person in User.objects.filter(pk__in=[row.pk for row in self.people]):
            listed = set(Household.objects.visible_to(person).values_list("pk", flat=True))
            for household in self.households:
                reasons = explain(person, household)
                answers = {
                    household.pk in listed,
                    person.has_perm("services.view_household", household),
                    bool(reasons),
                }
                claimed = any(mode != "-" for mode in shown(reasons, Window(True, True)).modes.values())
                if len(answers) > 1 or (claimed and household.pk not in listed):
                    found.append(f"{person.pk} {household.pk}")
        return found


def play(world: World, steps: list[tuple]) -> list[str]:
    """One example, of which nothing stays."""
    with transaction.atomic():
        for step in steps:
            world.do(step)
        found = world.disagreements()
        transaction.set_rollback(True)
    return found


def test_list_check_and_explanation_agree():
    world = World()

    @given(st.lists(STEP, max_size=8))
    def agree(steps):
        assert play(world, steps) == []

    agree()


def test_the_property_sees_a_list_that_forgets_the_end(monkeypatch):
    world = World()
    steps = [("member", 0, 1, -3, 3), ("person", 0, 0, -3, -2)]
    assert play(world, steps) == []
    monkeypatch.setattr(door, "live", lambda at: door.Q(valid_from__lte=at))
    assert play(world, steps) != []


def test_the_property_sees_a_check_that_forgets_near_kin(monkeypatch):
    world = World()
    steps = [("post", 0, 0, -3, 3), ("kin", 0, 0, -3, 3)]
    assert play(world, steps) == []
    truth = door.reach
    monkeypatch.setattr(door, "reach", lambda *given: replace(truth(*given), shut=frozenset()))
    assert play(world, steps) != []
