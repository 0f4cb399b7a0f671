"""What each consent decides today: a rule where the data is used, a true word where nothing uses it yet."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.models import AuditEvent, OutboxMessage
from portal.base.refused import Refused
from services.consents.actions import answer_purpose
from services.consents.models import Consent
from services.consents.purposes import CONSENT, PURPOSES
from services.consents.queries import who_said_no
from services.exports.columns import EXPORT_COLUMNS
from services.models import Assignment, HouseholdUserGrant, NeedPart, NeedState, TaskState
from services.privacy import actions as privacy
from services.recipients.fields import NOTHING, TABLE
from services.tasks import actions as tasks
from tests import makers
from tests.services.tasks.test_sending import make_volunteer

pytestmark = pytest.mark.django_db
GOES = ("carer", "carer_on_day", "agency", "emergency")


def test_every_category_that_is_asked_says_what_it_decides_and_no_other_does():
    for purpose in PURPOSES.values():
        assert (purpose.ground == CONSENT) == bool(purpose.governs), purpose.code


def test_nobody_who_goes_to_a_household_sees_an_illness_so_the_page_says_that_consent_decides_nothing_yet():
    """If this table ever opens health to them, `health_carer` must be asked, and its words changed."""
    assert {TABLE[role]["health"] for role in GOES} - {NOTHING, "D*"} == set()
    assert TABLE["carer"]["health"] == TABLE["carer_on_day"]["health"] == TABLE["agency"]["health"] == NOTHING
    assert all(column.group != "health" for column in EXPORT_COLUMNS)
    assert "平时谁上门都看不到病情" in str(PURPOSES["health_carer"].governs)
    assert TABLE["township"]["health"] == "C"


@pytest.mark.parametrize("who", ["household", "own"])
def test_the_pages_tell_what_each_answer_decides(who):
    household = makers.make_household()
    cadre = makers.make_post("township_cadre", household.township)
    client = makers.sign_in(Client(), cadre)
    name, numbers = ("services:privacy:household", [household.no]) if who == "household" else (
        "services:privacy:own", [],
    )  # fmt: skip
    page = client.get(reverse(name, args=numbers)).content.decode()
    whom = "recipient" if who == "household" else "member"
    for purpose in PURPOSES.values():
        if purpose.ground == CONSENT and purpose.code != "minor":
            assert (str(purpose.governs) in page) == (purpose.whom == whom), purpose.code


def say(user, answer="given"):
    """What a member of the work answers to the use of their identity."""
    words = PURPOSES["member_identity"].words_on(timezone.localdate())
    return answer_purpose(
        by=user, category="member_identity", answer=answer, way="own_page", version=words.version, user=user
    )


@pytest.fixture
def scene():
    """A voluntary need of a place, its cadre, and two volunteers of the township."""
    need = makers.make_need(part=NeedPart.VOLUNTARY)
    town = need.household.township
    one, two = make_volunteer(town), make_volunteer(town)
    for helper in (one, two):
        say(helper.user)
    return {
        "need": need,
        "cadre": makers.make_post("township_cadre", town),
        "one": one,
        "two": two,
        "third": make_volunteer(town),
    }


def take_back(user) -> int:
    """Withdraw on one's own page."""
    consent = Consent.objects.get(user=user, category="member_identity", withdrawn_at=None)
    return privacy.withdraw_consent(by=user, consent=consent, way="own_page")


def test_who_took_the_consent_back_gets_no_new_task_and_who_gives_it_again_does(scene):
    need, cadre, one = scene["need"], scene["cadre"], scene["one"]
    take_back(one.user)
    with pytest.raises(Refused) as refused:
        tasks.place_with_volunteer(need=need, volunteer=one, companion=scene["third"], by=cadre)
    assert (refused.value.code, refused.value.field) == ("consent_withdrawn", "volunteer")
    need.refresh_from_db()
    assert need.state == NeedState.TO_MATCH and not Assignment.objects.filter(user=one.user).exists()
    assert who_said_no("member_identity", [one.user_id, scene["two"].user_id]) == {one.user_id}
    say(one.user)
    assert (
        tasks.place_with_volunteer(need=need, volunteer=one, companion=scene["third"], by=cadre).state
        == TaskState.LIVE
    )


def test_the_station_reads_who_cannot_be_sent_and_a_tried_choice_says_why(scene):
    take_back(scene["one"].user)
    client = makers.sign_in(Client(), scene["cadre"])
    url = reverse("services:tasks:volunteer", args=[scene["need"].no])
    page = client.get(url).content.decode()
    assert page.count("撤回了同意") == 2  # once as the one, once as company
    answers = {}
    for helper in ("one", "two"):
        answers[helper] = client.post(
            url,
            {"volunteer": scene[helper].no, "companion": scene["third"].no, "version": scene["need"].version},
        )
    assert "请另选一位" in answers["one"].content.decode()
    assert [answers[helper].status_code for helper in ("one", "two")] == [422, 302]


def test_a_worker_of_an_agency_is_not_sent_either():
    task = makers.make_task(state=TaskState.UNASSIGNED)
    manager = makers.make_member(task.provider, "manager")
    worker, other = (makers.make_member(task.provider, "worker") for _each in range(2))
    say(worker, "refused")
    with pytest.raises(Refused) as refused:
        tasks.assign_worker(task=task, worker=worker, by=manager)
    assert refused.value.code == "consent_withdrawn"
    task.refresh_from_db()
    assert tasks.assign_worker(task=task, worker=other, by=manager).user == other


def test_withdrawing_hands_everything_back_at_once_and_touches_nobody_else(scene):
    need, cadre, one, two = scene["need"], scene["cadre"], scene["one"], scene["two"]
    own = tasks.place_with_volunteer(need=need, volunteer=one, companion=scene["third"], by=cadre)
    agency = makers.make_task(
        makers.make_need(makers.make_household(need.household.region)), state=TaskState.LIVE
    )
    manager = makers.make_member(agency.provider, "manager")
    makers.make_assignment(agency, makers.make_member(agency.provider, "worker"))
    for helper in (one, two):
        tasks.add_companion(task=agency, volunteer=helper, by=manager)
        agency.refresh_from_db()
    client = makers.sign_in(Client(), one.user)
    consent = Consent.objects.get(user=one.user, withdrawn_at=None)
    said = client.post(reverse("services:privacy:own_withdraw"), {"consent": str(consent.uid)}, follow=True)
    assert "您手上的 2 户已交回去另派人" in said.content.decode()
    now = timezone.now()
    assert not Assignment.objects.filter(user=one.user, valid_to__gt=now).exists()
    assert not HouseholdUserGrant.objects.filter(user=one.user, valid_to__gt=now).exists()
    own.refresh_from_db()
    need.refresh_from_db()
    agency.refresh_from_db()
    assert (own.state, need.state, agency.state) == (TaskState.ENDED, NeedState.TO_MATCH, TaskState.LIVE)
    assert Assignment.objects.filter(task=agency, valid_to__gt=now).count() == 2
    told = {(row.topic, row.receiver_id) for row in OutboxMessage.objects.all()}
    assert ("task_given_back", manager.pk) in told
    assert ("need_given_back", cadre.pk) in told
    assert ("assignment_ended", one.user_id) in told and ("assignment_ended", two.user_id) not in told
    assert AuditEvent.objects.filter(verb="assignment.ended").count() == 3  # with the one who went along
    # The place gives it to somebody else by the action that was always there.
    assert (
        tasks.place_with_volunteer(need=need, volunteer=two, companion=scene["third"], by=cadre).provider
        == two.provider
    )


def test_withdrawing_another_category_takes_no_task_away(scene):
    tasks.place_with_volunteer(
        need=scene["need"], volunteer=scene["one"], companion=scene["third"], by=scene["cadre"]
    )
    user = scene["one"].user
    words = PURPOSES["whereabouts"].words_on(timezone.localdate())
    row = answer_purpose(
        by=user, category="whereabouts", answer="given", way="own_page", version=words.version, user=user
    )
    assert privacy.withdraw_consent(by=user, consent=row, way="own_page") == 0
    assert Assignment.objects.filter(user=user, valid_to__gt=timezone.now()).exists()
