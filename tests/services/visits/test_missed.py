"""A visit nobody made is seen at once, and told to all sides once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base import worker
from portal.models import OutboxMessage
from services.models import PlannedState, PlannedVisit
from services.visits.missed import is_missed, mark_missed, missed_condition
from tests.services.visits.cast import arrive, make_cast, make_record

pytestmark = pytest.mark.django_db


def seen_missed(cast, at) -> bool:
    """Both shapes of the rule, which must agree."""
    row = PlannedVisit.objects.get(pk=cast.planned.pk)
    listed = PlannedVisit.objects.filter(missed_condition(at), pk=row.pk).exists()
    assert is_missed(row, at) is listed
    return listed


def test_yesterdays_visit_is_missed_without_any_job_and_todays_is_not():
    cast = make_cast()
    now = timezone.now()
    assert not seen_missed(cast, now)
    assert seen_missed(cast, now + timedelta(days=1))


def test_a_begun_visit_is_missed_only_after_a_day():
    cast = make_cast()
    at = timezone.now()
    arrive(cast, at)
    assert not seen_missed(cast, at + timedelta(hours=23))
    assert seen_missed(cast, at + timedelta(hours=25))


def test_the_job_tells_carer_agency_and_township_once():
    cast = make_cast()
    tomorrow = timezone.now() + timedelta(days=1)
    assert mark_missed(timezone.now()) == 0
    assert mark_missed(tomorrow) == 1
    assert mark_missed(tomorrow) == 0
    assert PlannedVisit.objects.get().state == PlannedState.MISSED
    told = {row.receiver_id for row in OutboxMessage.objects.filter(topic="visit_missed")}
    assert told == {cast.worker.pk, cast.manager.pk, cast.cadre.pk}


def test_a_recorded_visit_is_never_missed():
    cast = make_cast()
    make_record(cast)
    assert not seen_missed(cast, timezone.now() + timedelta(days=9))
    assert mark_missed(timezone.now() + timedelta(days=9)) == 0


def test_both_jobs_are_known_to_the_worker_and_run_without_arguments():
    cast = make_cast()
    PlannedVisit.objects.filter(pk=cast.planned.pk).update(day=cast.planned.day - timedelta(days=1))
    worker.run_job("escalate_alerts")
    worker.run_job("mark_missed")
    assert PlannedVisit.objects.get().state == PlannedState.MISSED
