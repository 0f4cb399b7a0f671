"""The visits the rules require: whom nobody has seen, by class, risk and extra round, on every day."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.base.models import AuditEvent, OutboxMessage, uuid7
from portal.base.refused import Refused
from services.models import CareClock, ClockStart, Household, LookIn, VisitRule
from services.recipients.clock import (
    level_of,
    rounds_on,
    rules_on,
    standing_of_household,
    standing_of_row,
    unseen_by,
    with_clock,
)
from services.recipients.look_ins import Seen, look_in, note_seen, open_round, set_first_day, set_visit_rule
from services.recipients.people import assess
from services.visits.actions import check_in, record_visit
from services.visits.rules import Fix, VisitReport
from tests import makers
from tests.services.care_cast import TODAY, make_scene, make_tekun

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """A village with a dispersed tekun person, 60 years old."""
    found = make_scene(self_care="able")
    found.person.birth_date = TODAY - timedelta(days=365 * 62)
    found.person.save()
    return found


def unseen(user, day=TODAY):
    """The numbers of the households nobody has seen."""
    return [row.no for row in unseen_by(user, day)]


@pytest.mark.parametrize(
    ("self_care", "days"), [("able", 31), ("partial", 16), ("unable", 7), ("not_assessed", 16)]
)
def test_each_class_is_late_one_day_after_its_gap(scene, self_care, days):
    Household.objects.filter(pk=scene.household.pk).update(self_care=self_care)
    note_seen(scene.household.pk, TODAY - timedelta(days=days), "visit")
    assert unseen(scene.cadre) == []
    assert unseen(scene.cadre, TODAY + timedelta(days=1)) == [scene.household.no]


def test_who_was_never_seen_is_late_from_the_start_of_the_support(scene):
    assert unseen(scene.cadre) == [scene.household.no]
    scene.person.categories.update(valid_from=TODAY - timedelta(days=3))
    assert unseen(scene.cadre) == []
    assert unseen(scene.cadre, TODAY + timedelta(days=29)) == [scene.household.no]


def opened(household, days):
    """The file was opened here so many days ago."""
    Household.objects.filter(pk=household.pk).update(created_at=timezone.now() - timedelta(days=days))


def late_days(household, day=TODAY):
    """By how many days a household is late."""
    return standing_of_household(household, day).late_days


def test_who_was_never_seen_counts_from_the_opening_of_the_file_where_support_is_older(scene):
    assert late_days(scene.household) == 400 - 31
    opened(scene.household, 40)
    assert unseen(scene.cadre) == [scene.household.no]
    standing = standing_of_household(scene.household, TODAY)
    assert (standing.since, standing.late_days) == (TODAY - timedelta(days=40), 9)
    opened(scene.household, 0)
    assert unseen(scene.cadre) == [] and late_days(scene.household) == 0
    assert unseen(scene.cadre, TODAY + timedelta(days=32)) == [scene.household.no]


def test_the_first_day_of_the_bureau_moves_the_clock_of_who_was_never_seen_and_of_nobody_else(scene):
    first = TODAY - timedelta(days=33)
    set_first_day(by=scene.bureau, day=first, source="全县使用", today=TODAY)
    standing = standing_of_household(scene.household, TODAY)
    assert (standing.since, standing.late_days) == (first, 2)
    set_first_day(by=scene.bureau, day=TODAY, source="全县使用", today=TODAY)
    assert unseen(scene.cadre) == []
    note_seen(scene.household.pk, TODAY - timedelta(days=90), "visit")
    assert late_days(scene.household) == 90 - 31
    assert ClockStart.objects.count() == 2
    assert AuditEvent.objects.filter(verb="clock_start.set").count() == 2


def test_a_first_day_before_the_file_changes_nothing(scene):
    opened(scene.household, 40)
    set_first_day(by=scene.bureau, day=TODAY - timedelta(days=300), source="试用", today=TODAY)
    assert late_days(scene.household) == 9


@pytest.mark.parametrize(
    ("who", "ahead", "source", "code"),
    [
        ("cadre", 0, "全县使用", "not_yours"),
        ("bureau", 1, "全县使用", "start_future"),
        ("bureau", 0, " ", "source_empty"),
    ],
)
def test_a_first_day_is_the_bureaus_not_to_come_and_has_a_reason(scene, who, ahead, source, code):
    with pytest.raises(Refused) as refusal:
        set_first_day(by=getattr(scene, who), day=TODAY + timedelta(days=ahead), source=source, today=TODAY)
    assert refusal.value.code == code
    assert not ClockStart.objects.exists()


def test_a_flagged_risk_and_living_alone_at_eighty_mean_every_week(scene):
    note_seen(scene.household.pk, TODAY - timedelta(days=10), "visit")
    assert unseen(scene.cadre) == []
    answers = dict.fromkeys(
        ("adl_eating", "adl_dressing", "adl_bed", "adl_toilet", "adl_walking", "adl_bathing"), True
    )
    assess(by=scene.cadre, person=scene.person, answers=answers, on=TODAY, today=TODAY, risk="dementia")
    assert unseen(scene.cadre) == [scene.household.no]
    assess(by=scene.cadre, person=scene.person, answers=answers, on=TODAY, today=TODAY)
    assert unseen(scene.cadre) == []
    scene.person.birth_date = TODAY.replace(year=TODAY.year - 80)
    scene.person.save()
    assert unseen(scene.cadre) == [scene.household.no]
    scene.household.persons.create(name="周伴", relation="spouse", sex="m", birth_date=date(1950, 1, 1))
    assert unseen(scene.cadre) == []


@pytest.mark.parametrize(
    ("flagged", "alone", "born", "level"),
    [
        (False, True, date(1946, 11, 24), "able"),
        (False, True, date(1946, 11, 23), "high_risk"),
        (False, False, date(1930, 1, 1), "able"),
        (True, False, None, "high_risk"),
    ],
)
def test_the_level_of_a_household(flagged, alone, born, level):
    assert level_of("able", flagged=flagged, alone=alone, birth_date=born, on=date(2026, 11, 23)) == level


def test_only_living_dispersed_tekun_households_on_the_register_are_concerned(scene):
    assert unseen(scene.cadre) == [scene.household.no]
    other = makers.make_household(scene.village)
    inside = makers.make_household(scene.village)
    make_tekun(inside, "institutional")
    assert unseen(scene.cadre) == [scene.household.no]
    make_tekun(other)
    assert unseen(scene.cadre) == [scene.household.no, other.no]
    Household.objects.filter(pk=other.pk).update(state="paused")
    scene.person.died_on = TODAY
    scene.person.save()
    assert unseen(scene.cadre) == []


def test_the_list_ends_where_sight_ends(scene):
    for user in (scene.officer, scene.cadre, scene.bureau):
        assert unseen(user) == [scene.household.no]
    assert unseen(scene.stranger) == []
    assert unseen(makers.make_user()) == []


def test_a_look_at_the_door_counts_and_a_call_does_not(scene):
    look_in(by=scene.officer, household=scene.household, seen=Seen(TODAY, "phone", "well"), today=TODAY)
    assert unseen(scene.officer) == [scene.household.no]
    look_in(by=scene.officer, household=scene.household, seen=Seen(TODAY, "door", "well"), today=TODAY)
    assert unseen(scene.officer) == []
    assert LookIn.objects.count() == 2


@pytest.mark.parametrize(
    ("on", "code"), [(TODAY + timedelta(days=1), "seen_future"), (TODAY - timedelta(days=32), "seen_early")]
)
def test_a_look_cannot_lie_ahead_or_far_back(scene, on, code):
    with pytest.raises(Refused) as refusal:
        look_in(by=scene.officer, household=scene.household, seen=Seen(on, "door", "well"), today=TODAY)
    assert refusal.value.code == code
    assert not LookIn.objects.exists()


def test_the_same_look_twice_is_refused(scene):
    seen = Seen(TODAY, "door", "well")
    look_in(by=scene.officer, household=scene.household, seen=seen, today=TODAY)
    with pytest.raises(Refused) as refusal:
        look_in(by=scene.officer, household=scene.household, seen=seen, today=TODAY)
    assert refusal.value.code == "looked_twice"


def test_the_clock_never_runs_backwards(scene):
    note_seen(scene.household.pk, TODAY, "visit")
    note_seen(scene.household.pk, TODAY - timedelta(days=5), "look_in")
    clock = CareClock.objects.get()
    assert (clock.last_seen_on, clock.seen_by) == (TODAY, "visit")


def round_of(scene, **more):
    """A festival round in the township, over since yesterday."""
    facts = {
        "kind": "festival", "title": "重阳节", "region": scene.village.parent, "source": "县民政局通知",
        "opens_on": TODAY - timedelta(days=6), "due_on": TODAY - timedelta(days=1),
    }  # fmt: skip
    return open_round(by=scene.bureau, **facts | more)


def test_an_extra_round_wants_everybody_seen_once_more(scene):
    note_seen(scene.household.pk, TODAY - timedelta(days=8), "visit")
    assert unseen(scene.cadre) == []
    round_of(scene)
    assert unseen(scene.cadre) == [scene.household.no]
    assert OutboxMessage.objects.filter(topic="round_opened", receiver=scene.cadre).exists()
    note_seen(scene.household.pk, TODAY - timedelta(days=2), "look_in")
    assert unseen(scene.cadre) == []


def test_a_round_of_another_place_or_one_still_open_makes_nobody_late(scene):
    note_seen(scene.household.pk, TODAY - timedelta(days=8), "visit")
    round_of(scene, region=scene.stranger.posts.get().region)
    round_of(scene, due_on=TODAY)
    assert unseen(scene.cadre) == []
    assert [each.title for each in standing_of_household(scene.household, TODAY).rounds] == ["重阳节"]


@pytest.mark.parametrize(("who", "code"), [("stranger", "not_your_area"), ("officer", "not_your_area")])
def test_a_round_is_opened_for_ones_own_area(scene, who, code):
    facts = {"kind": "weather", "title": "寒潮", "opens_on": TODAY, "due_on": TODAY, "source": ""}
    with pytest.raises(Refused) as refusal:
        open_round(by=getattr(scene, who), region=scene.village.parent, **facts)
    assert refusal.value.code == code
    assert open_round(by=scene.cadre, region=scene.village.parent, **facts).no


def test_a_new_figure_ends_the_old_one_and_the_past_keeps_its_own(scene):
    tomorrow = TODAY + timedelta(days=1)
    facts = {"level": "able", "per_month": 2, "within_days": 14, "source": "县民政局〔2026〕1号"}
    with pytest.raises(Refused) as refusal:
        set_visit_rule(by=scene.cadre, valid_from=tomorrow, **facts)
    assert refusal.value.code == "not_yours"
    set_visit_rule(by=scene.bureau, valid_from=tomorrow, **facts)
    assert (rules_on(TODAY)["able"].within_days, rules_on(tomorrow)["able"].within_days) == (31, 14)
    with pytest.raises(Refused) as refusal:
        set_visit_rule(by=scene.bureau, valid_from=tomorrow, **facts)
    assert refusal.value.code == "rule_order"
    with pytest.raises(Refused) as refusal:
        set_visit_rule(by=scene.bureau, valid_from=tomorrow, **facts | {"source": " "})
    assert refusal.value.code == "source_empty"
    assert VisitRule.objects.filter(level="able").count() == 2


def test_the_list_and_the_words_agree_on_every_day(scene):
    """The condition of the list and the reckoning of the page are one rule in two shapes."""
    note_seen(scene.household.pk, TODAY - timedelta(days=20), "visit")
    round_of(scene, opens_on=TODAY - timedelta(days=3), due_on=TODAY + timedelta(days=2))
    for ahead in range(20):
        day = TODAY + timedelta(days=ahead)
        row = with_clock(Household.objects.filter(pk=scene.household.pk), day).select_related("region").get()
        late = standing_of_row(row, day, rules_on(day), rounds_on(day)).late_days > 0
        assert (unseen(scene.cadre, day) == [scene.household.no]) is late


def test_a_recorded_visit_sets_the_clock(scene):
    task = makers.make_task(makers.make_need(scene.household, state="placed"), state="live")
    worker = makers.make_member(task.provider)
    planned = makers.make_planned(makers.make_assignment(task, worker), starts_at=timezone.now())
    check_in(planned=planned, by=worker, fix=Fix(27.72, 112.82), ground="")
    planned.refresh_from_db()
    assert unseen(scene.cadre) == [scene.household.no]
    record_visit(planned=planned, by=worker, uid=uuid7(), report=VisitReport(answers={"VC-01": "normal"}))
    assert CareClock.objects.get().last_seen_on == TODAY
    assert unseen(scene.cadre) == []
