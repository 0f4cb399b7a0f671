"""Changes reported, reviews proposed and decided in writing; the clocks of ten working days and of the class."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.models import AuditEvent, OutboxMessage
from portal.base.periods import SHANGHAI, add_months, is_working_day
from portal.base.refused import Refused
from portal.templatetags.portal_ui import cn_day
from services.assistance.access import review_for, review_verbs
from services.assistance.actions import (
    Proposal,
    decide,
    open_periodic,
    propose,
    report_change,
    send_back,
    set_interval,
    withdraw,
)
from services.assistance.clock import change_due, intervals_on, periodic_overdue, with_base
from services.assistance.lifecycle import REVIEW
from services.models import ClockStart, PersonCategory, Review, ReviewState, Unmasking
from services.recipients.agreements import draft_agreement
from services.recipients.people import assess
from tests import makers
from tests.services.care_cast import TODAY, agreement_facts, make_scene

ALLOWED = {
    ("received", "propose"), ("received", "withdraw"), ("proposed", "send_back"), ("proposed", "decide"),
}  # fmt: skip


@pytest.mark.parametrize("state", ReviewState.values)
@pytest.mark.parametrize("verb", REVIEW.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    assert REVIEW.allows(state, verb) is ((state, verb) in ALLOWED)


@pytest.fixture
def scene(db):
    """A village with a dispersed tekun person."""
    return make_scene()


def reported(scene, by=None, kind="income", **more):
    """A change said by the village."""
    facts = {"said_by": "village", "kind": kind, "words": "儿子回来了"} | more
    return report_change(by=by or scene.officer, household=scene.household, **facts)


def opened_here(scene, day):
    """The household's file was opened on this day."""
    at = timezone.make_aware(datetime.combine(day, datetime.min.time()), SHANGHAI)
    type(scene.household).objects.filter(pk=scene.household.pk).update(created_at=at)


def proposal(scene, **more):
    """A proposal to pay less."""
    facts = {
        "person": scene.person, "outcome": "reduce", "reason": "家里收入增加，按实际收入核减。",
        "effective_on": TODAY + timedelta(days=7), "before_fen": 800_00, "after_fen": 500_00,
    }  # fmt: skip
    return Proposal(**facts | more)


def proposed(scene, **more):
    """A review that waits for the bureau."""
    review = reported(scene)
    return propose(by=scene.cadre, review=review, version=review.version, proposal=proposal(scene, **more))


@pytest.mark.django_db
@pytest.mark.parametrize("reported_on", [(2026, 11, 23), (2026, 9, 21), (2026, 2, 9)])
def test_ten_working_days_follow_the_calendar_of_the_state_council(reported_on):
    began = datetime(*reported_on, 10, tzinfo=SHANGHAI)
    due = change_due(began)
    days = [due - timedelta(days=n) for n in range((due - began.date()).days)]
    assert sum(is_working_day(day) for day in days) == 10
    assert is_working_day(due)


def test_a_change_starts_the_clock_and_the_township_hears(scene):
    review = reported(scene)
    assert (review.state, review.due_on) == ("received", change_due(review.opened_at))
    told = {m.receiver_id for m in OutboxMessage.objects.filter(topic="change_reported")}
    assert told == {scene.cadre.pk, scene.second.pk}
    event = AuditEvent.objects.get(verb="review.change_reported")
    assert "儿子" not in str(event.detail) + event.purpose


def test_everybody_concerned_can_report_and_nobody_else(scene):
    task = makers.make_task(makers.make_need(scene.household, state="placed"))
    worker = makers.make_member(task.provider)
    makers.make_assignment(task, worker)
    for by, kind in ((scene.officer, "income"), (worker, "ability"), (scene.cadre, "family")):
        review = reported(scene, by=by, kind=kind)
        assert review_for(by, review.no, to="follow") == review
    with pytest.raises(Http404):
        review_for(worker, Review.objects.get(kind="income").no, to="follow")
    with pytest.raises(Http404):
        review_for(worker, Review.objects.get(kind="ability").no)
    with pytest.raises(Http404):
        review_for(scene.stranger, Review.objects.get(kind="income").no, to="follow")


def test_the_same_change_is_not_opened_twice(scene):
    reported(scene)
    with pytest.raises(Refused) as refusal:
        reported(scene, by=scene.cadre)
    assert refusal.value.code == "change_open"
    assert reported(scene, kind="housing").kind == "housing"
    scene.household.state = "closed"
    scene.household.save()
    with pytest.raises(Refused) as refusal:
        reported(scene, kind="family")
    assert refusal.value.code == "household_not_active"


def test_an_outcome_is_proposed_by_one_and_decided_by_another_in_writing(scene):
    review = proposed(scene)
    assert (review.state, review.proposed_by) == ("proposed", scene.cadre)
    assert OutboxMessage.objects.get(topic="review_proposed").receiver == scene.bureau
    review = decide(by=scene.bureau, review=review, version=review.version)
    assert (review.state, review.decided_by, review.decided_on) == ("decided", scene.bureau, TODAY)
    assert Review.objects.get(pk=review.pk).reason == "家里收入增加，按实际收入核减。"
    told = {m.receiver_id for m in OutboxMessage.objects.filter(topic="review_decided")}
    assert told == {scene.officer.pk, scene.cadre.pk}


def test_nobody_decides_what_they_proposed(scene):
    both = makers.make_post("bureau_staff", scene.village.parent.parent, scene.cadre)
    review = proposed(scene)
    with pytest.raises(Refused) as refusal:
        decide(by=both, review=review, version=review.version)
    assert refusal.value.code == "own_proposal"
    assert review_verbs(both, review) == []
    assert set(review_verbs(scene.bureau, review)) == {"send_back", "decide"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(decided_by=both)
    assert decide(by=scene.bureau, review=review, version=review.version).state == "decided"


@pytest.mark.parametrize("name", ["second", "officer", "stranger"])
def test_a_township_does_not_decide(scene, name):
    review = proposed(scene)
    with pytest.raises(Refused) as refusal:
        decide(by=getattr(scene, name), review=review, version=review.version)
    assert refusal.value.code == "stale"
    assert Review.objects.get().state == "proposed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "  "}, "reason_empty"),
        ({"outcome": "convert"}, "convert_empty"),
        ({"convert_to": "dibao"}, "convert_empty"),
        ({"after_fen": 900_00}, "amounts_differ"),
        ({"outcome": "increase"}, "amounts_differ"),
        ({"outcome": "keep"}, "amounts_differ"),
    ],
)
def test_a_proposal_that_does_not_fit_is_refused(scene, change, code):
    review = reported(scene)
    with pytest.raises(Refused) as refusal:
        propose(by=scene.cadre, review=review, version=1, proposal=proposal(scene, **change))
    assert refusal.value.code == code
    assert propose(by=scene.cadre, review=review, version=1, proposal=proposal(scene)).state == "proposed"


def test_a_person_of_another_household_does_not_fit(scene):
    review = reported(scene)
    other = makers.make_household(scene.village).persons.get()
    with pytest.raises(Refused) as refusal:
        propose(by=scene.cadre, review=review, version=1, proposal=proposal(scene, person=other))
    assert refusal.value.code == "wrong_person"


def test_a_changed_ability_needs_a_new_assessment(scene):
    review = reported(scene, kind="ability")
    with pytest.raises(Refused) as refusal:
        propose(by=scene.cadre, review=review, version=1, proposal=proposal(scene))
    assert refusal.value.code == "not_reassessed"
    answers = dict.fromkeys(("adl_eating", "adl_dressing", "adl_bed", "adl_toilet"), False)
    answers |= {"adl_walking": True, "adl_bathing": True}
    assess(by=scene.second, person=scene.person, answers=answers, on=TODAY, today=TODAY)
    done = propose(
        by=scene.cadre, review=review, version=1,
        proposal=proposal(scene, outcome="increase", before_fen=500_00, after_fen=800_00),
    )  # fmt: skip
    assert (done.class_before, done.class_after) == ("not_assessed", "unable")


def test_stopping_ends_the_status_and_the_agreement(scene):
    row = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    review = proposed(scene, outcome="stop", before_fen=None, after_fen=None, effective_on=TODAY)
    assert PersonCategory.objects.get().valid_to.year == 9999
    decide(by=scene.bureau, review=review, version=review.version)
    row.refresh_from_db()
    assert PersonCategory.objects.get().valid_to == TODAY
    assert (row.state, review.no in row.end_reason) == ("ended", True)


def test_converting_to_an_institution_changes_the_mode(scene):
    review = proposed(
        scene,
        outcome="convert",
        convert_to="institutional",
        before_fen=None,
        after_fen=None,
        effective_on=TODAY,
    )
    decide(by=scene.bureau, review=review, version=review.version)
    assert [s.mode for s in scene.person.categories.order_by("valid_from")] == ["dispersed", "institutional"]


def as_dibao(scene):
    """The person is no tekun but gets 低保 of class B."""
    scene.person.categories.all().delete()
    return PersonCategory.objects.create(
        person=scene.person, kind="dibao", dibao_class="B", valid_from=TODAY - timedelta(days=90)
    )


def test_a_change_of_somebody_on_dibao_is_about_dibao_and_stops_it(scene):
    row = as_dibao(scene)
    assert reported(scene, kind="housing").code == "dibao_b"
    review = proposed(scene, outcome="stop", before_fen=None, after_fen=None, effective_on=TODAY)
    assert review.code == "dibao_b"
    decide(by=scene.bureau, review=review, version=review.version)
    row.refresh_from_db()
    assert (row.valid_to, review.no in row.end_reason) == (TODAY, True)


def test_converting_dibao_to_support_at_home_ends_the_one_and_sets_the_other(scene):
    row = as_dibao(scene)
    review = proposed(
        scene, outcome="convert", convert_to="dispersed", before_fen=None, after_fen=None, effective_on=TODAY
    )
    decide(by=scene.bureau, review=review, version=review.version)
    row.refresh_from_db()
    assert row.valid_to == TODAY
    made = scene.person.categories.get(kind="tekun")
    assert (made.mode, made.valid_from) == ("dispersed", TODAY)


def test_converting_to_dibao_says_that_its_class_is_still_to_be_registered(scene):
    review = proposed(
        scene, outcome="convert", convert_to="dibao", before_fen=None, after_fen=None, effective_on=TODAY
    )
    decide(by=scene.bureau, review=review, version=review.version)
    page = reverse("services:reviews:detail", args=[review.no])
    client = makers.sign_in(Client(), scene.cadre)
    assert "新的类别要乡镇另外登记" in client.get(page).text
    PersonCategory.objects.create(person=scene.person, kind="dibao", dibao_class="A", valid_from=TODAY)
    assert "新的类别要乡镇另外登记" not in client.get(page).text


def test_paying_less_leaves_the_status_alone(scene):
    review = proposed(scene)
    decide(by=scene.bureau, review=review, version=review.version)
    assert PersonCategory.objects.get().valid_to.year == 9999


def test_sending_back_and_withdrawing_need_a_reason(scene):
    review = proposed(scene)
    with pytest.raises(Refused) as refusal:
        send_back(by=scene.bureau, review=review, version=review.version, reason="")
    assert refusal.value.code == "reason_empty"
    review = send_back(by=scene.bureau, review=review, version=review.version, reason="收入证明呢")
    assert (review.state, review.return_reason) == ("received", "收入证明呢")
    with pytest.raises(Refused) as refusal:
        withdraw(by=scene.cadre, review=review, version=review.version, reason=" ")
    assert refusal.value.code == "reason_empty"
    review = withdraw(by=scene.cadre, review=review, version=review.version, reason="没有这回事")
    assert review.state == "withdrawn"
    assert OutboxMessage.objects.get(topic="review_withdrawn").receiver == scene.officer


@pytest.mark.parametrize(("ago", "late"), [(12, False), (12.1, True), (24, True)])
def test_a_tekun_person_is_verified_again_every_year(scene, ago, late):
    since = add_months(TODAY, -int(ago)) - timedelta(days=1 if ago % 1 else 0)
    scene.person.categories.update(valid_from=since)
    opened_here(scene, since)
    found = list(periodic_overdue(scene.cadre, TODAY))
    assert [row.person for row in found] == ([scene.person] if late else [])
    assert list(periodic_overdue(scene.stranger, TODAY)) == []


@pytest.mark.parametrize(
    ("opened", "first", "verified", "base"),
    [
        (800, None, None, 700),  # the file is older than the support
        (30, None, None, 30),
        (800, 90, None, 90),
        (30, 90, None, 30),
        (30, 90, 400, 400),  # what the office's list says of the last time is the truth
        (800, 20, 30, 30),
    ],
)
def test_what_is_not_known_counts_from_the_file_or_the_first_day(scene, opened, first, verified, base):
    def ago(days):
        return TODAY - timedelta(days=days) if days else None

    scene.person.categories.update(valid_from=ago(700), verified_on=ago(verified))
    opened_here(scene, ago(opened))
    ClockStart.objects.bulk_create(
        ClockStart(day=ago(days), source="测试", set_by=scene.bureau) for days in [first] if days
    )
    assert with_base(scene.person.categories.all()).get().base == ago(base)
    assert open_periodic(by=scene.cadre, category=scene.person.categories.get()).due_on == add_months(
        ago(base), 12
    )


def test_the_list_says_from_which_day_it_counts(scene):
    scene.person.categories.update(valid_from=TODAY - timedelta(days=900))
    opened_here(scene, TODAY - timedelta(days=900))
    ClockStart.objects.create(day=TODAY - timedelta(days=800), source="测试", set_by=scene.bureau)
    client = makers.sign_in(Client(), scene.bureau)
    words = f"{cn_day(TODAY - timedelta(days=800))}以前的日子不算。"
    assert words in client.get("/desk/reviews/").text
    assert words not in client.get("/desk/reviews/?state=received").text
    assert "不知道上次哪天核查的人" in client.get("/desk/care-rules/").text


def test_the_clock_starts_anew_with_a_decision(scene):
    opened_here(scene, TODAY - timedelta(days=900))
    scene.person.categories.update(valid_from=TODAY - timedelta(days=800))
    review = open_periodic(by=scene.cadre, category=scene.person.categories.get())
    assert review.due_on == add_months(TODAY - timedelta(days=800), 12)
    assert list(periodic_overdue(scene.cadre, TODAY)) == []
    with pytest.raises(Refused) as refusal:
        open_periodic(by=scene.second, category=scene.person.categories.get())
    assert refusal.value.code == "review_open"
    keep = proposal(scene, outcome="keep", before_fen=None, after_fen=None)
    review = propose(by=scene.cadre, review=review, version=1, proposal=keep)
    decide(by=scene.bureau, review=review, version=review.version)
    assert list(periodic_overdue(scene.cadre, TODAY)) == []
    assert list(periodic_overdue(scene.cadre, add_months(TODAY, 12) + timedelta(days=1))) != []


def test_only_a_standing_tekun_person_is_verified(scene):
    scene.person.categories.update(valid_to=TODAY)
    with pytest.raises(Refused) as refusal:
        open_periodic(by=scene.cadre, category=scene.person.categories.get())
    assert refusal.value.code == "not_standing"


def test_the_interval_is_a_dated_row_of_the_bureau(scene):
    tomorrow = TODAY + timedelta(days=1)
    facts = {"code": "tekun", "months": 6, "source": "县民政局〔2026〕2号", "valid_from": tomorrow}
    with pytest.raises(Refused) as refusal:
        set_interval(by=scene.cadre, **facts)
    assert refusal.value.code == "not_yours"
    set_interval(by=scene.bureau, **facts)
    assert (intervals_on(TODAY)["tekun"].months, intervals_on(tomorrow)["tekun"].months) == (12, 6)
    assert {code: row.months for code, row in intervals_on(TODAY).items()} == {
        "tekun": 12, "dibao_a": 12, "dibao_b": 6, "dibao_c": 3,
    }  # fmt: skip


def test_a_review_opened_before_midnight_counts_from_that_day(scene):
    late = timezone.make_aware(datetime(2026, 11, 20, 23, 59), SHANGHAI)
    assert change_due(late) == change_due(late.replace(hour=8))


def test_the_bureau_opens_the_reporters_words_with_a_ground_that_is_kept(scene):
    review = reported(scene, words="儿子从广东回来了")
    client = makers.sign_in(Client(), scene.bureau)
    page, address = (reverse(f"services:reviews:{name}", args=[review.no]) for name in ("detail", "words"))
    shown = client.get(page).text
    assert "儿子从广东" not in shown and address in shown
    refused = client.post(address, {"ground": "看"})
    assert refused.status_code == 422 and "儿子从广东" not in refused.text
    assert not Unmasking.objects.filter(field="health").exists()
    opened = client.post(address, {"ground": "核对收入情况"})
    assert "儿子从广东" in opened.text
    look = Unmasking.objects.get(field="health")
    assert (look.user, look.household, look.ground) == (scene.bureau, scene.household, "核对收入情况")
    assert "儿子从广东" not in client.get(page).text


def test_whom_the_door_gives_the_words_needs_no_click_and_others_get_none(scene):
    review = reported(scene, words="儿子从广东回来了")
    address = reverse("services:reviews:words", args=[review.no])
    township = makers.sign_in(Client(), scene.cadre)
    assert "儿子从广东" in township.get(reverse("services:reviews:detail", args=[review.no])).text
    assert township.post(address, {"ground": "核对收入情况"}).status_code == 404
    elsewhere = makers.make_post("township_cadre", makers.make_region("township"))
    assert makers.sign_in(Client(), elsewhere).post(address, {"ground": "核对收入情况"}).status_code == 404
