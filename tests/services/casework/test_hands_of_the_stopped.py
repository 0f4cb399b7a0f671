"""A partner is stopped: what it carried is work for others at once, and they are told; nothing waits to be missed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Provider
from partners.vetting import supervising
from partners.vetting.parties import Party
from portal.base.relay import relay
from portal.models import InboxItem
from services.models import Assignment, NeedState, PlannedState, TaskState
from tests import makers
from tests.services.hours.scene import make_volunteer
from tests.services.visits.cast import make_cast

pytestmark = pytest.mark.django_db
WHY = {"ground": "合同第九条", "reason": "投诉查实", "appeal": "60 日内申请复议"}
NOW = timezone.now()


def stop(provider, by, start=None, end=None):
    """The bureau stops it, from now or from a moment to come."""
    volunteer = getattr(provider, "volunteer", None)
    now = timezone.now()
    return supervising.suspend(
        party=Party(volunteer or provider), start=start or now, end=end, by=by, at=now, **WHY
    )


def volunteer_scene():
    """A volunteer with a household of their own and a visit to come, who also goes along with an agency's worker."""
    cast = make_cast()
    town = cast.household.township
    row = make_volunteer(town, birth_date=NOW.date() - timedelta(days=12000))
    need = makers.make_need(makers.make_household(cast.household.region), part="voluntary", state="placed")
    own = makers.make_task(need, row.provider, state=TaskState.LIVE)
    sent = makers.make_assignment(own, row.user)
    visit = makers.make_planned(sent, starts_at=NOW + timedelta(days=3))
    makers.make_assignment(cast.task, row.user, part="companion")
    return cast, row, own, visit


def told(person, topic) -> int:
    relay()
    return InboxItem.objects.filter(receiver=person, message__topic=topic).count()


def test_a_stopped_volunteers_households_wait_for_somebody_else_and_those_who_find_them_are_told():
    cast, row, own, visit = volunteer_scene()
    stop(row.provider, cast.bureau)
    for each in (own, own.need, visit):
        each.refresh_from_db()
    assert (own.state, own.need.state, visit.state) == (
        TaskState.ENDED, NeedState.TO_MATCH, PlannedState.CANCELLED,
    )  # fmt: skip
    left = Assignment.objects.filter(user=row.user, valid_to__gt=timezone.now())
    assert [each.part for each in left] == ["companion"], "of company each visit asks for itself"
    assert told(cast.cadre, "need_given_back") == 1
    cast.task.refresh_from_db()
    assert cast.task.state == TaskState.LIVE, "the worker they went along with goes on"
    page = makers.sign_in(Client(), cast.cadre).get("/desk/needs/?state=to_match").content.decode()
    assert own.need.no in page


@pytest.mark.parametrize(("days", "kept"), [(2, True), (4, False)])
def test_a_short_suspension_gives_back_what_has_a_visit_within_it(days, kept):
    cast, row, own, visit = volunteer_scene()
    stop(row.provider, cast.bureau, end=timezone.now() + timedelta(days=days))
    own.refresh_from_db()
    visit.refresh_from_db()
    assert (own.state == TaskState.LIVE, visit.state == PlannedState.PLANNED) == (kept, kept)
    assert told(cast.cadre, "need_given_back") == int(not kept)


def test_a_suspension_to_come_takes_nothing_until_its_moment():
    cast, row, own, visit = volunteer_scene()
    begins = timezone.now() + timedelta(hours=5)
    stop(row.provider, cast.bureau, begins)
    own.refresh_from_db()
    assert own.state == TaskState.LIVE and told(cast.cadre, "need_given_back") == 0
    supervising.settle_states(begins)
    own.refresh_from_db()
    assert own.state == TaskState.ENDED and told(cast.cadre, "need_given_back") == 1
    supervising.settle_states(begins + timedelta(minutes=1))
    assert told(cast.cadre, "need_given_back") == 1


def test_a_stopped_agencys_households_stand_on_the_desk_of_their_place_until_it_works_again():
    cast = make_cast()
    Provider.objects.filter(pk=cast.task.provider_id).update(home=cast.household.township)
    cast.task.provider.refresh_from_db()
    elsewhere = make_cast()
    desk = makers.sign_in(Client(), cast.cadre)
    line = reverse("services:tasks:desk_detail", args=[cast.task.no])
    assert line not in desk.get("/desk/").content.decode()
    stop(cast.task.provider, cast.bureau)
    page = desk.get("/desk/").content.decode()
    assert line in page and "停用了，要另找人" in page
    assert elsewhere.task.no not in page
    assert told(cast.cadre, "tasks_of_stopped") == 1 and told(elsewhere.cadre, "tasks_of_stopped") == 0
    detail = desk.get(line)
    assert (
        detail.status_code == 200
        and reverse("services:tasks:desk_end", args=[cast.task.no]) in detail.content.decode()
    )
    supervising.lift(party=Party(cast.task.provider), by=cast.bureau)
    assert line not in desk.get("/desk/").content.decode()
    cast.task.refresh_from_db()
    assert cast.task.state == TaskState.LIVE
