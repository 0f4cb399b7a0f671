from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from partners.models import ApplicationState, Membership, ProviderState, VolunteerState
from partners.vetting import actions
from partners.vetting.access import application_for, objection, visible_to
from portal.accounts.identities import identity_of
from portal.base.identifiers import check_id_number
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage
from portal.permissions.hats import hats
from tests import makers
from tests.partners.casting import (
    ID_NUMBER,
    apply_as_organisation,
    apply_as_volunteer,
    approved_organisation,
    make_cast,
    make_requirement,
)

pytestmark = pytest.mark.django_db

ACTS = {
    "check": lambda application, by: actions.check_application(application=application, by=by),
    "approve": lambda application, by: actions.approve_application(application=application, by=by),
    "return_": lambda application, by: actions.return_application(
        application=application, by=by, reason="缺证书"
    ),
    "refuse": lambda application, by: actions.refuse_application(
        application=application, by=by, reason="不合条件", ground="第六条"
    ),
}


def code_of(act, *args) -> str:
    """The code with which the act is refused; empty when it is done."""
    try:
        act(*args)
    except Refused as no:
        return no.code
    return ""


def test_township_then_bureau_and_the_organisation_is_live():
    cast = make_cast()
    application = approved_organisation(cast)
    application.refresh_from_db()
    provider = application.organisation.provider
    provider.refresh_from_db()
    assert application.state == ApplicationState.APPROVED
    assert provider.state == ProviderState.LIVE
    assert provider.qualified_until == application.organisation.registered_until
    assert [hat.role for hat in hats(application.applicant, timezone.now())] == ["manager"]
    assert [step.verb for step in application.steps.all()] == ["approve", "check", "submit"]
    assert [step.office for step in application.steps.all()] == ["湘潭县民政局", "石潭镇民政办", ""]
    assert AuditEvent.objects.filter(verb="application.approved", object_no=application.no).count() == 1
    assert OutboxMessage.objects.filter(topic="application_approved", receiver=application.applicant).exists()


# verb, who, whether the township has checked, code of the refusal
ORGANISATION_TABLE = [
    ("check", "cadre", False, ""),
    ("check", "bureau", False, ""),
    ("check", "other_cadre", False, "not_yours"),
    ("check", "outsider", False, "not_yours"),
    ("check", "second_bureau", True, "checked_already"),
    ("approve", "bureau", False, "not_checked"),
    ("approve", "bureau", True, ""),
    ("approve", "cadre", True, "not_yours"),
    ("approve", "other_cadre", True, "not_yours"),
    ("refuse", "bureau", False, "not_checked"),
    ("refuse", "bureau", True, ""),
    ("refuse", "cadre", True, "not_yours"),
    ("return_", "cadre", False, ""),
    ("return_", "bureau", True, ""),
    ("return_", "other_cadre", False, "not_yours"),
    ("return_", "outsider", True, "not_yours"),
]


@pytest.mark.parametrize(("verb", "who", "seen", "code"), ORGANISATION_TABLE)
def test_who_does_what_with_an_organisation(verb, who, seen, code):
    cast = make_cast()
    application = apply_as_organisation(cast)
    for by in [cast.cadre] * seen:
        actions.check_application(application=application, by=by)
    assert code_of(ACTS[verb], application, getattr(cast, who)) == code


VOLUNTEER_TABLE = [
    ("approve", "cadre", ""),
    ("approve", "bureau", ""),
    ("approve", "other_cadre", "not_yours"),
    ("approve", "outsider", "not_yours"),
    ("refuse", "cadre", ""),
    ("return_", "cadre", ""),
    ("return_", "other_cadre", "not_yours"),
    ("check", "cadre", "not_yours"),
]


@pytest.mark.parametrize(("verb", "who", "code"), VOLUNTEER_TABLE)
def test_who_does_what_with_a_volunteer(verb, who, code):
    cast = make_cast()
    assert code_of(ACTS[verb], apply_as_volunteer(cast), getattr(cast, who)) == code


def test_who_checked_may_not_decide_but_a_colleague_may():
    cast = make_cast()
    application = apply_as_organisation(cast)
    actions.check_application(application=application, by=cast.bureau)
    assert code_of(ACTS["approve"], application, cast.bureau) == "same_person"
    assert code_of(ACTS["approve"], application, cast.second_bureau) == ""


def test_two_accounts_of_one_human_are_one_pair_of_eyes():
    cast = make_cast()
    identity = identity_of(check_id_number(ID_NUMBER, on=date(2026, 11, 23)), name="同一人")
    for user in (cast.cadre, cast.bureau):
        user.identity = identity
        user.save()
    application = apply_as_organisation(cast)
    actions.check_application(application=application, by=cast.cadre)
    assert code_of(ACTS["approve"], application, cast.bureau) == "same_person"
    assert code_of(ACTS["approve"], application, cast.second_bureau) == ""


@pytest.mark.parametrize("verb", ["approve", "refuse", "return_"])
def test_nobody_decides_their_own_volunteering_even_from_a_second_account(verb):
    cast = make_cast()
    application = apply_as_volunteer(cast)
    cast.cadre.identity = application.applicant.identity
    cast.cadre.save()
    colleague = makers.make_post("township_cadre", cast.town)
    assert code_of(ACTS[verb], application, cast.cadre) == "own_case"
    assert code_of(ACTS[verb], application, colleague) == ""


def test_a_checker_whose_own_phone_is_the_contact_is_on_the_applicants_side():
    cast = make_cast()
    cast.cadre.phone = "+8619911112222"
    cast.cadre.save()
    application = apply_as_organisation(cast, contact_phone="+8619911112222")
    assert code_of(ACTS["check"], application, cast.cadre) == "own_case"
    assert code_of(ACTS["check"], application, cast.bureau) == ""


def test_a_member_of_the_organisation_does_not_check_it():
    cast = make_cast()
    application = apply_as_organisation(cast)
    makers.make_member(application.organisation.provider, user=cast.cadre)
    assert code_of(ACTS["check"], application, cast.cadre) == "own_case"


@pytest.mark.parametrize("verb", ["return_", "refuse"])
def test_no_without_a_reason_is_refused(verb):
    cast = make_cast()
    application = apply_as_volunteer(cast)
    act = {
        "return_": actions.return_application,
        "refuse": partial(actions.refuse_application, ground="第六条"),
    }[verb]
    with pytest.raises(Refused) as no:
        act(application=application, by=cast.cadre, reason="  ")
    assert (no.value.code, no.value.field) == ("reason_missing", "reason")
    act(application=application, by=cast.cadre, reason="照片不清楚")


def test_a_refusal_names_its_ground_and_until_when_it_can_be_appealed():
    cast = make_cast()
    application = apply_as_volunteer(cast)
    with pytest.raises(Refused) as no:
        actions.refuse_application(application=application, by=cast.cadre, reason="不合", ground=" ")
    assert (no.value.code, no.value.field) == ("ground_missing", "ground")
    actions.refuse_application(application=application, by=cast.cadre, reason="不合", ground="第十五条")
    step = application.steps.first()
    assert (step.ground, step.appeal_until) == ("第十五条", timezone.localdate() + timedelta(days=60))


def test_an_application_is_sent_back_item_by_item_and_the_applicant_reads_how(client):
    cast = make_cast()
    make_requirement("volunteer", "cover", validity="date", name_zh="意外险")
    application = apply_as_volunteer(cast)
    assert code_of(
        partial(actions.return_application, application=application, by=cast.cadre, points={"x": "y"})
    ) == ("point_unknown")
    actions.return_application(
        application=application, by=cast.cadre, points={"cover": "请交保单照片", "identity": " "}
    )
    assert application.steps.first().points == [{"code": "cover", "how": "请交保单照片"}]
    makers.sign_in(client, application.applicant)
    page = client.get("/join/status/").content.decode()
    assert "意外险" in page
    assert "请交保单照片" in page


@pytest.mark.parametrize("verb", ["check", "approve", "return_", "refuse"])
def test_who_stood_aside_decides_nothing_more_and_a_colleague_does(verb):
    cast = make_cast()
    application = apply_as_organisation(cast)
    actions.stand_aside(application=application, by=cast.bureau)
    assert code_of(ACTS[verb], application, cast.bureau) == "stood_aside"
    assert code_of(partial(actions.stand_aside, application=application, by=cast.bureau)) == "again"
    assert code_of(partial(actions.stand_aside, application=application, by=cast.outsider)) == "not_yours"
    assert code_of(ACTS["check"], application, cast.second_bureau) == ""


def test_a_refused_organisation_is_closed_and_can_come_again():
    cast = make_cast()
    application = apply_as_organisation(cast)
    actions.check_application(application=application, by=cast.cadre)
    actions.refuse_application(
        application=application, by=cast.bureau, reason="业务范围不符", ground="第六条"
    )
    provider = application.organisation.provider
    provider.refresh_from_db()
    assert provider.state == ProviderState.ENDED
    assert not Membership.objects.filter(provider=provider).exists()


def test_one_code_belongs_to_one_live_organisation():
    cast = make_cast()
    approved_organisation(cast)
    second = apply_as_organisation(cast)
    actions.check_application(application=second, by=cast.cadre)
    assert code_of(ACTS["approve"], second, cast.bureau) == "uscc_held"
    second.refresh_from_db()
    assert second.state == ApplicationState.SUBMITTED


@pytest.mark.parametrize(("days", "code"), [(1, "paper_lapsed"), (2, "requirement_lacking")])
def test_a_certificate_that_ran_out_meanwhile_is_not_approved(days, code):
    cast = make_cast()
    application = apply_as_organisation(cast, registered_until=timezone.localdate() + timedelta(days=1))
    actions.check_application(application=application, by=cast.cadre)
    later = timezone.now() + timedelta(days=days)
    with pytest.raises(Refused) as no:
        actions.approve_application(application=application, by=cast.bureau, at=later)
    assert no.value.code == code


def test_an_approved_volunteer_has_badge_provider_and_hat():
    cast = make_cast()
    application = apply_as_volunteer(cast)
    actions.approve_application(application=application, by=cast.cadre)
    volunteer = application.volunteer
    volunteer.refresh_from_db()
    assert volunteer.state == VolunteerState.APPROVED
    assert volunteer.badge_no.startswith("ZY-")
    assert (volunteer.provider.kind, volunteer.provider.state) == ("volunteer", "live")
    assert [hat.role for hat in hats(application.applicant, timezone.now())] == ["volunteer"]


def test_one_human_is_one_volunteer():
    cast = make_cast()
    actions.approve_application(application=apply_as_volunteer(cast), by=cast.cadre)
    second = apply_as_volunteer(cast)
    assert code_of(ACTS["approve"], second, cast.cadre) == "volunteer_twice"
    other = apply_as_volunteer(cast, "430321195001010026")
    assert code_of(ACTS["approve"], other, cast.cadre) == ""


@pytest.mark.parametrize("verb", ["check", "return_"])
def test_of_two_who_saw_the_same_version_only_the_first_is_heard(verb):
    cast = make_cast()
    first = apply_as_organisation(cast)
    second = application_for(cast.bureau, first.no, to="check")
    ACTS[verb](first, cast.cadre)
    assert code_of(ACTS["return_"], second, cast.bureau) == "stale"


def test_a_decision_falls_when_the_applicant_changed_it_meanwhile():
    cast = make_cast()
    application = apply_as_organisation(cast)
    actions.check_application(application=application, by=cast.cadre)
    seen = application_for(cast.bureau, application.no, to="approve")
    actions.return_application(application=application, by=cast.cadre, reason="再看看")
    assert code_of(ACTS["approve"], seen, cast.bureau) == "stale"


def test_the_desk_shows_the_own_township_and_the_bureau_all():
    cast = make_cast()
    here = apply_as_organisation(cast)
    there = apply_as_organisation(cast, office=cast.other_town)
    assert list(visible_to(cast.cadre)) == [here]
    assert list(visible_to(cast.other_cadre)) == [there]
    assert set(visible_to(cast.bureau)) == {here, there}
    assert not visible_to(cast.outsider).exists()


def test_a_checker_without_the_place_has_no_word_in_it():
    cast = make_cast()
    application = apply_as_organisation(cast)
    assert objection(cast.other_cadre, application, "check").code == "not_yours"
    assert objection(cast.cadre, application, "check") is None


def test_the_time_passed_in_is_the_time_decided():
    cast = make_cast()
    application = apply_as_volunteer(cast)
    at = datetime(2026, 3, 2, 4, 0, tzinfo=timezone.get_current_timezone())
    actions.approve_application(application=application, by=cast.cadre, at=at)
    application.refresh_from_db()
    assert application.decided_at == at
