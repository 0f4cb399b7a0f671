"""The nightly report: what grew, counted once, in codes; words only when it is read."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent, OutboxMessage
from services.models import SightReport
from services.recipients.access import open_file
from services.recipients.report_words import lines_in_words
from services.recipients.widened import day_due, report_widened
from tests import makers

pytestmark = pytest.mark.django_db


def lines_of(report, kind):
    """The lines of one kind, without the rest."""
    return [(line["what"], line["households"]) for line in report.lines if line["kind"] == kind]


def test_the_report_counts_posts_members_grants_and_looks_of_its_day_alone():
    village = makers.make_region()
    first, second = (makers.make_household(village) for _ in range(2))
    bureau = makers.make_post("bureau_staff", village.parent.parent)
    makers.make_post("livelihood_officer", village)
    worker = makers.make_user()
    now = timezone.now()
    for household in (first, second):
        open_file(household, cause=f"assignment:{household.no}", user=worker, at=now)
    open_file(first, cause="assignment:old", user=worker, at=now - timedelta(days=40))
    report = report_widened(day=timezone.localdate(now))
    assert ("livelihood_officer|" + village.code, 2) in lines_of(report, "post")
    assert lines_of(report, "person") == [("assignment", 2)]
    assert report_widened(day=timezone.localdate(now)) == report
    assert SightReport.objects.count() == 1
    assert OutboxMessage.objects.filter(topic="sight_report", receiver=bureau).count() == 1
    assert AuditEvent.objects.filter(verb="sight.reported").count() == 1


def test_the_report_holds_no_name_and_its_page_does(client):
    village = makers.make_region()
    bureau = makers.make_post("bureau_staff", village.parent.parent, makers.make_user("甲某某"))
    report = report_widened(day=timezone.localdate())
    assert "甲某某" not in str(report.lines)
    assert "甲某某" in {line.who for line in lines_in_words(report)}
    makers.sign_in(client, bureau)
    url = reverse("services:recipients:sight_report", args=[report.day.isoformat()])
    assert "甲某某" in client.get(url).content.decode()
    for day in ("1999-01-01", "not-a-day", "2026-13-40"):
        assert client.get(reverse("services:recipients:sight_report", args=[day])).status_code == 404
    assert report.day.isoformat() in client.get(reverse("services:recipients:sight")).content.decode()


@pytest.mark.parametrize(("hour", "due"), [(0, False), (1, True), (23, True)])
def test_the_night_begins_at_one_in_local_time(hour, due):
    at = datetime(2026, 3, 2, hour, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (day_due(at) is not None) is due
    report_widened(day=(at - timedelta(days=1)).date())
    assert day_due(at) is None
