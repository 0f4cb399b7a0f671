"""Clearing takes exactly what is due, on the day it is due, and looking takes nothing."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from portal.base.models import OutboxMessage
from portal.base.outbox import post
from portal.base.periods import add_months, day_start
from services.models import (
    Alert,
    Household,
    PlannedVisit,
    RetentionRule,
    RetentionRun,
    VisitPhoto,
    VisitRecord,
)
from services.privacy import actions, retention
from tests import makers
from tests.matrix import world as worlds

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def world():
    """Five households with everything that hangs on them."""
    return worlds.build()


def due(kind: str, on: date = TODAY) -> int:
    """How many rows the preview names."""
    return next(line.due for line in retention.preview(on) if line.kind == kind)


def run(on: date = TODAY) -> dict[str, int]:
    """What a clearing did."""
    return retention.clear(by=None, on=on, at=day_start(on)).counts


@pytest.mark.parametrize(("days", "gone"), [(-1, True), (0, False)])
def test_a_position_goes_the_day_after_six_months_and_the_distance_stays(world, days, gone):
    record = world.files["A"].rows["record"]
    starts = day_start(add_months(TODAY, -6)) + timedelta(days=days, hours=1)
    PlannedVisit.objects.filter(pk=record.planned_id).update(
        starts_at=starts, check_in_lat=27.7, check_in_lng=112.9
    )
    VisitRecord.objects.filter(pk=record.pk).update(distance_m=40, out_lat=27.7, out_lng=112.9)
    assert due("positions") == int(gone)
    run()
    record.refresh_from_db()
    assert (record.out_lat is None) is gone
    assert (PlannedVisit.objects.get(pk=record.planned_id).check_in_lat is None) is gone
    assert record.distance_m == 40


def test_old_photos_go_unless_they_are_evidence_or_held(world, django_capture_on_commit_callbacks):
    old = day_start(add_months(TODAY, -24)) - timedelta(hours=1)
    VisitRecord.objects.update(received_at=old)
    Alert.objects.exclude(household=world.files["A"].rows["household"]).delete()  # A has a danger
    VisitRecord.objects.filter(pk=world.files["B"].rows["record"].pk).update(verdict="flagged")
    actions.set_hold(by=world.people["bureau"], household=world.files["C"].rows["household"], reason="案子没结",
                     at=timezone.now() - timedelta(days=1))  # fmt: skip
    assert due("photos") == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert run()["photos"] == 2
    left = {row.record_id for row in VisitPhoto.objects.all()}
    assert left == {world.files[letter].rows["record"].pk for letter in "ABC"}


def test_a_household_closed_ten_years_ago_loses_its_name_and_one_closed_later_keeps_it(world):
    rows = [world.files[letter].rows["household"] for letter in "AB"]
    limit = day_start(add_months(TODAY, -120))
    for household, at in zip(rows, (limit - timedelta(seconds=1), limit), strict=True):
        Household.objects.filter(pk=household.pk).update(state="closed", updated_at=at)
    assert due("register") == 1
    run()
    names = [Household.objects.get(pk=household.pk).name for household in rows]
    assert names == ["已删除", rows[1].name]
    assert due("register") == 0


def test_old_messages_go_with_their_inbox(world):
    post(world.people["bureau"], "alert_raised", world.files["A"].rows["alert"])
    post(world.people["finance"], "alert_raised", world.files["A"].rows["alert"])
    old = OutboxMessage.objects.get(receiver=world.people["bureau"], topic="alert_raised")
    OutboxMessage.objects.filter(pk=old.pk).update(created_at=day_start(add_months(TODAY, -25)))
    run()
    left = OutboxMessage.objects.filter(topic="alert_raised")
    assert list(left.values_list("receiver", flat=True)) == [world.people["finance"].pk]


def test_looking_changes_nothing_and_a_clearing_without_anything_due_takes_nothing(world):
    retention.preview(TODAY)
    assert not RetentionRun.objects.exists()
    photos, messages = VisitPhoto.objects.count(), OutboxMessage.objects.count()
    assert run() == {}
    assert (VisitPhoto.objects.count(), OutboxMessage.objects.count()) == (photos, messages)


def test_a_new_period_counts_from_its_day_on(world):
    RetentionRule.objects.create(kind="photos", months=12, source="测试", valid_from=TODAY)
    VisitRecord.objects.update(received_at=day_start(add_months(TODAY, -13)))
    Alert.objects.all().delete()
    assert due("photos", TODAY - timedelta(days=1)) == 0
    assert due("photos") == 5


def test_the_command_shows_first_and_clears_when_told(world, capsys):
    Household.objects.filter(pk=world.files["A"].rows["household"].pk).update(
        state="closed", updated_at=timezone.now() - timedelta(days=4000)
    )
    call_command("clear_expired")
    assert "register: 1" in capsys.readouterr().out
    assert Household.objects.filter(name="已删除").count() == 0
    call_command("clear_expired", "--run")
    assert Household.objects.filter(name="已删除").count() == 1


def test_a_volunteer_who_left_and_an_account_still_used_are_told_apart(world):
    from services.privacy.erasing import GONE

    leaving, staying = world.people["volunteer-chen"], world.people["volunteer-wu"]
    for user in (leaving, staying):
        user.volunteer.__class__.objects.filter(user=user).update(
            state="ended", updated_at=timezone.now() - timedelta(days=90)
        )
    makers.make_user()
    leaving.is_active = False
    leaving.save()
    run(timezone.localdate())
    leaving.refresh_from_db()
    staying.refresh_from_db()
    assert (leaving.name, staying.name == GONE) == (GONE, False)
