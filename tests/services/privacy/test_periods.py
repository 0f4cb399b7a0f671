"""A new period: looked at first, from a day ahead on, with paper and reason; until then the old one stays."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.periods import add_months, day_start
from portal.base.refused import Refused
from portal.models import AuditEvent
from services.models import Alert, RetentionRule, VisitPhoto, VisitRecord
from services.privacy import periods, retention
from tests import makers
from tests.matrix import world as worlds

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
DAY = date(2027, 1, 1)
FACTS = {"kind": "photos", "months": 12, "source": "县档案保管期限表", "reason": "照片存一年够了"}


def set_one(**more):
    """Set a period as the bureau does."""
    return periods.set_period(by=makers.make_user(), **(FACTS | {"valid_from": DAY, "today": TODAY} | more))


def test_the_period_before_stays_in_force_until_the_new_day():
    before = retention.rule_on("photos", TODAY)
    row = set_one()
    assert retention.rule_on("photos", DAY - timedelta(days=1)) == before
    assert retention.rule_on("photos", DAY) == row
    assert [rule.pk for rule in periods.coming(TODAY)] == [row.pk] and periods.coming(DAY) == []
    event = AuditEvent.objects.get(verb="retention.period_set")
    assert event.purpose == FACTS["reason"]
    assert event.detail == {"data": "photos", "months": 12, "before": 24, "valid_from": "2027-01-01"}


def test_the_same_day_set_again_before_it_comes_replaces_what_was_set():
    set_one()
    assert set_one(months=18).months == 18
    assert RetentionRule.objects.filter(kind="photos", valid_from=DAY).count() == 1
    assert AuditEvent.objects.filter(verb="retention.period_replaced").count() == 1


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"kind": "money"}, "kind_unknown", "kind"),
        ({"months": 0}, "months_range", "months"),
        ({"months": 601}, "months_range", "months"),
        ({"kind": "looks", "months": 5}, "below_law", "months"),
        ({"valid_from": TODAY}, "day_not_ahead", "valid_from"),
        ({"valid_from": TODAY - timedelta(days=1)}, "day_not_ahead", "valid_from"),
        ({"valid_from": date(2040, 1, 1)}, "day_too_far", "valid_from"),
        ({"source": " 县 "}, "source_empty", "source"),
        ({"reason": "  "}, "reason_empty", "reason"),
    ],
)
def test_what_is_refused_changes_nothing(more, code, field):
    rules = RetentionRule.objects.count()
    with pytest.raises(Refused) as refused:
        set_one(**more)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert RetentionRule.objects.count() == rules


def test_the_least_the_law_allows_is_taken():
    assert set_one(kind="looks", months=6).months == 6


def test_the_outlook_counts_what_the_new_day_would_take_and_takes_nothing():
    worlds.build()
    Alert.objects.all().delete()
    VisitRecord.objects.update(received_at=day_start(add_months(DAY, -13)))
    seen = periods.outlook(kind="photos", months=12, valid_from=DAY)
    assert (seen.due, seen.due_before, seen.months_before) == (5, 0, 24)
    assert periods.outlook(kind="photos", months=14, valid_from=DAY).due == 0
    set_one()
    assert (
        retention.clear(by=None, on=DAY - timedelta(days=1), at=timezone.now()).counts.get("photos") is None
    )
    assert VisitPhoto.objects.count() == 5
    assert retention.clear(by=None, on=DAY, at=timezone.now()).counts["photos"] == 5


@pytest.fixture
def bureau():
    """The bureau's desk, logged in."""
    return makers.sign_in(Client(), makers.make_post("bureau_staff", makers.make_region("county")))


def body(**more) -> dict[str, str]:
    """The form as the browser sends it."""
    day = timezone.localdate() + timedelta(days=40)
    return {
        "kind": "photos", "months": "12", "valid_from_year": str(day.year), "valid_from_month": str(day.month),
        "valid_from_day": str(day.day), "source": FACTS["source"], "reason": FACTS["reason"],
    } | more  # fmt: skip


def test_the_page_shows_the_effect_first_and_sets_it_only_when_that_was_seen(bureau):
    url = reverse("services:privacy:period_new")
    day = timezone.localdate() + timedelta(days=40)
    first = bureau.post(url, body(sure="on"))
    assert first.status_code == 422 and "会删多少" in first.content.decode()
    mark = f"photos|12|{day.isoformat()}"
    assert f'value="{mark}"' in first.content.decode()
    assert FACTS["reason"] in first.content.decode()
    # Another length than the one looked at is looked at again; without the tick nothing is set either.
    for more in ({"months": "6", "sure": "on", "looked": mark}, {"looked": mark}):
        assert bureau.post(url, body(**more)).status_code == 422
    assert not periods.coming(timezone.localdate())
    assert bureau.post(url, body(sure="on", looked=mark)).status_code == 302
    assert [rule.months for rule in periods.coming(timezone.localdate())] == [12]
    page = bureau.get(reverse("services:privacy:retention")).content.decode()
    assert "还没到日子" in page and FACTS["source"] in page


@pytest.mark.parametrize(
    "more",
    [{"months": "9" * 400}, {"months": "-1"}, {"months": "x"}, {"kind": "no-such"}, {"valid_from_day": "31", "valid_from_month": "2"},
     {"valid_from_year": "99999"}, {"source": "\x00"}, {"reason": "<script>" * 60}, {"looked": "x" * 999}],
)  # fmt: skip
def test_garbage_is_refused_and_nothing_is_set(bureau, more):
    response = bureau.post(reverse("services:privacy:period_new"), body(sure="on", **more))
    assert response.status_code in {400, 422}
    assert not periods.coming(timezone.localdate())
    assert "<script><script>" not in response.content.decode()


def test_the_township_may_not_set_a_period():
    client = makers.sign_in(Client(), makers.make_post("township_cadre", makers.make_region("township")))
    assert client.post(reverse("services:privacy:period_new"), body()).status_code == 403
