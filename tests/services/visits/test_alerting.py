"""A danger reaches exactly three desks, goes up when nobody takes it, and ends with an outcome."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base.models import uuid7
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage
from services.models import Alert, AlertState, Assignment
from services.visits.access import alerts_received_by
from services.visits.alerting import acknowledge_alert, close_alert, escalate_alerts, raise_alert
from tests import makers
from tests.services.visits.cast import make_cast

pytestmark = pytest.mark.django_db


def report(cast, flag="fall", **more):
    """The worker reports a danger."""
    return raise_alert(
        planned=cast.planned, by=more.pop("by", cast.worker), flag=flag, words="叫不应", uid=uuid7(), **more
    )


def told(topic="alert_raised"):
    """Who was told."""
    return {row.receiver_id for row in OutboxMessage.objects.filter(topic=topic)}


def test_exactly_three_desks_are_told_at_once_and_nobody_else():
    cast = make_cast()
    town, county = cast.household.township, cast.household.township.parent
    makers.make_member(cast.task.provider)
    makers.make_member(makers.make_provider(), "manager")
    makers.make_post("township_cadre", makers.make_region("township", county))
    makers.make_post("livelihood_officer", cast.household.region)
    makers.make_post("finance", county)
    makers.make_post("editor", county)
    makers.make_post("bureau_staff", makers.make_region("county"))
    gone = timezone.now() - timedelta(hours=1)
    makers.make_post("township_cadre", town, valid_from=gone - timedelta(days=1), valid_to=gone)
    alert = report(cast)
    assert told() == {cast.manager.pk, cast.cadre.pk, cast.bureau.pk}
    assert all(row.urgent for row in OutboxMessage.objects.filter(topic="alert_raised"))
    assert AuditEvent.objects.get(verb="alert.raised").detail["told"] == 3
    assert alert.level == "r1"


def test_where_somebody_is_on_duty_only_they_are_told_first():
    cast = make_cast()
    duty = makers.make_post("township_cadre", cast.household.township, on_duty=True)
    report(cast)
    assert told() == {cast.manager.pk, duty.pk, cast.bureau.pk}


def test_a_person_told_sees_the_alert_and_one_without_the_right_does_not():
    cast = make_cast()
    alert = report(cast)
    officer = makers.make_post("livelihood_officer", cast.household.region)
    other = makers.make_member(makers.make_provider(), "manager")
    sees = [
        person for person in (cast.manager, cast.cadre, cast.bureau) if alert in alerts_received_by(person)
    ]
    assert len(sees) == 3
    assert not alerts_received_by(officer).exists()
    assert not alerts_received_by(other).exists()
    assert not alerts_received_by(cast.worker).exists()


def test_a_manager_elsewhere_who_is_a_carer_here_is_on_no_receiving_desk():
    cast = make_cast()
    elsewhere = makers.make_member(makers.make_provider(), "manager")
    makers.make_assignment(cast.task, elsewhere, part="companion")
    report(cast)
    assert not alerts_received_by(elsewhere).exists()


def test_a_companion_may_report_and_a_former_carer_may_not():
    cast = make_cast()
    companion = makers.make_member(cast.task.provider)
    makers.make_assignment(cast.task, companion, part="companion")
    assert report(cast, by=companion).raised_by == companion
    Assignment.objects.filter(task=cast.task).update(valid_to=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="not_yours"):
        report(cast)


def test_the_same_report_twice_is_one_alert_and_one_round_of_messages():
    cast = make_cast()
    uid = uuid7()
    first = raise_alert(planned=cast.planned, by=cast.worker, flag="fall", words="", uid=uid)
    again = raise_alert(planned=cast.planned, by=cast.worker, flag="fall", words="", uid=uid)
    assert first == again
    assert OutboxMessage.objects.filter(topic="alert_raised").count() == 3


def test_of_two_who_take_an_alert_one_is_told_it_is_taken():
    cast = make_cast()
    alert = report(cast)
    stale = Alert.objects.get(pk=alert.pk)
    acknowledge_alert(alert=alert, by=cast.cadre)
    with pytest.raises(Refused, match="wrong_state"):
        acknowledge_alert(alert=stale, by=cast.manager)
    assert Alert.objects.get().taken_by == cast.cadre


def test_one_who_did_not_receive_it_cannot_take_it():
    cast = make_cast()
    alert = report(cast)
    with pytest.raises(Refused, match="wrong_state"):
        acknowledge_alert(alert=alert, by=makers.make_post("township_cadre", makers.make_region("township")))


def test_closing_needs_an_outcome_and_keeps_it_encrypted():
    cast = make_cast()
    alert = acknowledge_alert(alert=report(cast), by=cast.cadre)
    with pytest.raises(Refused, match="outcome_needed"):
        close_alert(alert=alert, by=cast.cadre, outcome=" ")
    alert.refresh_from_db()
    close_alert(alert=alert, by=cast.cadre, outcome="送县医院，家属已到")
    raw = Alert.objects.values_list("outcome", "words", "state").get()
    assert raw[2] == AlertState.CLOSED
    assert "医院" not in raw[0]
    assert "叫不应" not in raw[1]
    assert OutboxMessage.objects.filter(topic="alert_closed", receiver=cast.worker).count() == 1


def test_what_nobody_takes_goes_up_step_by_step_and_only_once():
    cast = make_cast()
    makers.make_post("township_cadre", cast.household.township, on_duty=True)
    alert = report(cast)
    late = alert.raised_at + timedelta(minutes=30)
    assert escalate_alerts(late - timedelta(seconds=1)) == 0
    assert escalate_alerts(late) == 2
    assert escalate_alerts(late) == 0
    assert escalate_alerts(late + timedelta(minutes=30)) == 1
    assert escalate_alerts(late + timedelta(days=1)) == 0
    assert told("alert_escalated") >= {cast.cadre.pk, cast.bureau.pk}
    assert AuditEvent.objects.filter(verb="alert.escalated").count() == 2


def test_what_somebody_took_goes_up_no_further():
    cast = make_cast()
    alert = report(cast)
    acknowledge_alert(alert=alert, by=cast.manager)
    assert escalate_alerts(alert.raised_at + timedelta(hours=5)) == 0
