"""Somebody is replaced or leaves while at a door: the visit is made to its end, taken, and the bureau says whether it counts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.memberships.actions import end_membership, finish_over
from partners.models import Membership
from portal.base.models import uuid7
from portal.base.refused import Refused
from portal.base.relay import relay
from portal.models import InboxItem
from portal.permissions.hats import hats
from services.models import Alert, Assignment, DrawDown, PlannedVisit, VisitDoubt, VisitRecord
from services.visits import planning
from services.visits.actions import record_visit
from services.visits.decisions import confirm_visit
from services.visits.doubts import settle_doubt
from tests import makers
from tests.services.visits.cast import a_report, arrive, make_cast

pytestmark = pytest.mark.django_db


def _replaced(cast):
    other = makers.make_member(cast.task.provider)
    planning.reassign(task=cast.task, worker=other, reason="生病", by=cast.manager)


def _left(cast):
    end_membership(membership=Membership.objects.get(user=cast.worker), by=cast.manager)


def _left_as_planned(cast):
    """A leaving set before, whose day has come; the check-in was before it."""
    day = timezone.now() - timedelta(minutes=5)
    Membership.objects.filter(user=cast.worker).update(valid_from=day - timedelta(days=9), valid_to=day)
    PlannedVisit.objects.filter(pk=cast.planned.pk).update(checked_in_at=day - timedelta(minutes=20))
    finish_over(timezone.now())


def _task_over(cast):
    planning.end(task=cast.task, reason="合同到期", to_match=True, by=cast.bureau)


# What came while the person was inside, and whether the bureau has to speak about the visit.
CAME = [(_replaced, True), (_left, True), (_left_as_planned, True), (_task_over, False)]


@pytest.mark.parametrize(("came", "doubted"), CAME)
def test_who_is_inside_hands_in_and_sees_nothing_more_of_the_household(came, doubted):
    cast = make_cast()
    client = makers.sign_in(Client(), cast.worker)
    arrive(cast)
    url = reverse("services:visits:visit", args=[cast.planned.no])
    assert client.get(url).status_code == 200
    came(cast)
    assert "这户现在不归您了" in client.get("/my/today/").content.decode()
    page = client.get(url).content.decode()
    assert reverse("services:visits:hand_in", args=[cast.planned.no]) in page
    assert cast.household.address not in page and cast.household.phone not in page
    assert client.get(f"/desk/households/{cast.household.no}/").status_code in (403, 404)
    danger = {"flag": "no_food", "words": "家里没有吃的", "uid": str(uuid7())}
    reported = client.post(reverse("services:visits:alert", args=[cast.planned.no]), danger)
    assert reported.status_code == 302, reported.context["form"].errors
    sent = {"uid": str(uuid7()), "note": "都好", "rest": "on"}
    answer = client.post(reverse("services:visits:hand_in", args=[cast.planned.no]), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    assert "收到了" in client.get(answer["Location"]).content.decode()
    row = VisitRecord.objects.get()
    assert (row.author, row.verdict) == (cast.worker, "flagged" if doubted else "submitted")
    assert [each.kind for each in row.doubts.all()] == ["moved"] * doubted
    assert Alert.objects.count() == 1
    assert client.get(url).status_code == 404
    again = record_visit(planned=cast.planned, by=cast.worker, uid=row.uid, report=a_report())
    assert (again.created, again.record.receipt) == (False, row.receipt)


@pytest.mark.parametrize("came", [_replaced, _left])
def test_who_has_not_checked_in_hands_nothing_in_and_a_day_later_nobody_does(came):
    cast = make_cast()
    client = makers.sign_in(Client(), cast.worker)
    came(cast)
    url = reverse("services:visits:visit", args=[cast.planned.no])
    assert client.get(url).status_code in (403, 404)
    sent = {"uid": str(uuid7()), "rest": "on"}
    assert client.post(reverse("services:visits:hand_in", args=[cast.planned.no]), sent).status_code == 404
    late = make_cast()
    arrive(late)
    PlannedVisit.objects.filter(pk=late.planned.pk).update(checked_in_at=timezone.now() - timedelta(hours=25))
    Assignment.objects.update(valid_from=timezone.now() - timedelta(hours=26))
    came(late)
    url = reverse("services:visits:visit", args=[late.planned.no])
    assert makers.sign_in(Client(), late.worker).get(url).status_code in (403, 404)
    assert all(hat.role != "finishing" for hat in hats(late.worker, timezone.now()))
    assert not VisitRecord.objects.exists()


@pytest.mark.parametrize("accepted", [True, False])
def test_the_bureau_says_whether_it_counts_and_who_came_after_keeps_theirs(accepted):
    cast = make_cast()
    arrive(cast)
    coming = makers.make_planned(cast.planned.assignment, starts_at=timezone.now() + timedelta(days=2))
    _replaced(cast)
    row = record_visit(planned=cast.planned, by=cast.worker, uid=uuid7(), report=a_report()).record
    coming.refresh_from_db()
    assert coming.assignment.user != cast.worker and coming.state == "planned"
    relay()
    assert InboxItem.objects.filter(receiver=cast.bureau, message__topic="visit_doubted").count() == 1
    with pytest.raises(Refused) as refusal:
        confirm_visit(row=row, by=cast.manager)
    assert refusal.value.code == "doubt_open"
    with pytest.raises(Refused):
        settle_doubt(doubt=VisitDoubt.objects.get(), accept=True, reason="算", by=cast.manager)
    desk = makers.sign_in(Client(), cast.bureau)
    assert (
        "开始时还派着他" in desk.get(reverse("services:visits:desk_record", args=[row.no])).content.decode()
    )
    said = {"accept": "yes" if accepted else "no", "reason": "问过了"}
    assert desk.post(reverse("services:visits:desk_doubt", args=[row.no]), said).status_code == 302
    row.refresh_from_db()
    if accepted:
        confirm_visit(row=row, by=cast.manager)
    assert DrawDown.objects.exists() is accepted
