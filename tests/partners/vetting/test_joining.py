from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from partners.models import (
    Application,
    ApplicationState,
    Organisation,
    Provider,
    ProviderState,
    Volunteer,
    VolunteerState,
)
from partners.vetting import actions, joining
from portal.base.periods import SHANGHAI
from portal.base.refused import Refused
from portal.models import AuditEvent, Identity, OutboxMessage, User
from tests.partners.casting import (
    ID_NUMBER,
    account,
    apply_as_organisation,
    apply_as_volunteer,
    make_cast,
    organisation_facts,
    volunteer_facts,
)

pytestmark = pytest.mark.django_db


def test_registering_makes_account_provider_organisation_and_application():
    cast = make_cast()
    application = apply_as_organisation(cast)
    provider = application.organisation.provider
    assert application.state == ApplicationState.SUBMITTED
    assert application.township == cast.town
    assert provider.state == ProviderState.PENDING
    assert set(provider.services.values_list("service", flat=True)) == {"visit_care", "cleaning"}
    assert application.applicant.check_password("a-long-password")
    assert [step.verb for step in application.steps.all()] == ["submit"]
    assert AuditEvent.objects.filter(verb="application.submitted", object_no=application.no).exists()


def test_the_township_is_told_and_not_the_other():
    cast = make_cast()
    application = apply_as_organisation(cast)
    told = OutboxMessage.objects.filter(topic="application_to_check", object_no=application.no)
    assert [message.receiver for message in told] == [cast.cadre]


def test_without_a_cadre_in_the_township_the_bureau_is_told():
    cast = make_cast()
    cast.cadre.posts.update(valid_to=timezone.now())
    application = apply_as_organisation(cast)
    told = OutboxMessage.objects.filter(topic="application_to_check", object_no=application.no)
    assert {message.receiver for message in told} == {cast.bureau, cast.second_bureau}


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        (date(2026, 11, 23), date(2026, 11, 26)),
        (date(2026, 11, 27), date(2026, 12, 2)),
        (date(2026, 9, 30), date(2026, 10, 10)),
    ],
)
def test_an_answer_is_due_on_the_third_working_day(submitted, due):
    assert joining.due_after(submitted) == due


def test_the_deadline_counts_from_the_day_in_shanghai():
    cast = make_cast()
    late = datetime(2026, 11, 22, 23, 30, tzinfo=SHANGHAI)
    application = joining.register_organisation(facts=organisation_facts(cast), applicant=account(), at=late)
    assert application.due_on == date(2026, 11, 25)


def test_a_known_phone_makes_nothing_and_tells_its_holder_once_a_day():
    cast = make_cast()
    first = apply_as_organisation(cast)
    holder = first.applicant
    before = (User.objects.count(), Provider.objects.count(), Application.objects.count())
    for _again in range(2):
        assert (
            joining.register_organisation(facts=organisation_facts(cast), applicant=account(holder.phone))
            is None
        )
    assert (User.objects.count(), Provider.objects.count(), Application.objects.count()) == before
    told = OutboxMessage.objects.filter(topic="join_repeated")
    assert [message.receiver for message in told] == [holder]


def test_a_known_code_is_received_like_any_other():
    cast = make_cast()
    first, second = apply_as_organisation(cast), apply_as_organisation(cast)
    assert first.organisation.uscc == second.organisation.uscc
    assert second.state == ApplicationState.SUBMITTED


def test_somebody_logged_in_uses_the_account_they_have():
    cast = make_cast()
    application = joining.register_organisation(facts=organisation_facts(cast), applicant=cast.outsider)
    assert application.applicant == cast.outsider


def test_a_second_open_application_of_a_kind_is_refused_and_leaves_nothing():
    cast = make_cast()
    joining.register_organisation(facts=organisation_facts(cast), applicant=cast.outsider)
    count = Provider.objects.count()
    with pytest.raises(Refused) as no:
        joining.register_organisation(facts=organisation_facts(cast), applicant=cast.outsider)
    assert no.value.code == "applied_already"
    assert Provider.objects.count() == count


def test_a_volunteer_is_known_by_the_blind_index_of_the_id_number():
    cast = make_cast()
    volunteer = apply_as_volunteer(cast).volunteer
    assert volunteer.state == VolunteerState.PENDING
    assert volunteer.user.identity.id_number == ID_NUMBER
    assert (volunteer.birth_date, volunteer.sex) == (date(1950, 1, 1), "m")
    assert volunteer.consent_version == "2026-11"


def test_a_known_identity_is_linked_without_a_word_and_keeps_its_name():
    cast = make_cast()
    first = apply_as_volunteer(cast)
    second = apply_as_volunteer(cast)
    assert first.volunteer.user.identity == second.volunteer.user.identity
    assert Identity.objects.filter(id_blind__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("number", "code"), [("430321201101010015", "too_young"), ("430321201001010018", None)]
)
def test_under_sixteen_is_refused(number, code):
    from portal.base.identifiers import IdNumber

    cast = make_cast()
    born = date(int(number[6:10]), 1, 1)
    facts = volunteer_facts(cast, card=IdNumber(number, born, "m"))
    refused = None
    try:
        joining.register_volunteer(
            facts=facts, applicant=account(), at=datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
        )
    except Refused as no:
        refused = no.code
    assert refused == code
    assert Volunteer.objects.count() == (code is None)


def test_a_returned_application_is_completed_under_its_number():
    cast = make_cast()
    application = apply_as_organisation(cast)
    actions.return_application(application=application, by=cast.cadre, reason="有效期看不清")
    facts = organisation_facts(cast, name="新名字社工中心", uscc="51430321MJJ999997Y")
    joining.complete_application(application=application, facts=facts, by=application.applicant)
    application.refresh_from_db()
    organisation = Organisation.objects.get(pk=application.organisation_id)
    assert application.state == ApplicationState.SUBMITTED
    assert (application.checked_by, application.due_on is not None) == (None, True)
    assert (organisation.name, organisation.provider.name) == ("新名字社工中心", "新名字社工中心")
    assert [step.verb for step in application.steps.all()] == ["complete", "return_", "submit"]


def test_a_stale_completion_is_refused_and_changes_nothing():
    cast = make_cast()
    application = apply_as_organisation(cast)
    actions.return_application(application=application, by=cast.cadre, reason="有效期看不清")
    name = application.organisation.name
    application.version -= 1
    with pytest.raises(Refused) as no:
        joining.complete_application(
            application=application, facts=organisation_facts(cast, name="别的名字"), by=application.applicant
        )
    assert no.value.code == "stale"
    assert Organisation.objects.get(pk=application.organisation_id).name == name


@pytest.mark.parametrize("verb", ["complete", "withdraw"])
def test_nobody_acts_on_the_application_of_another(verb):
    cast = make_cast()
    application = apply_as_organisation(cast)
    actions.return_application(application=application, by=cast.cadre, reason="有效期看不清")
    acts = {
        "complete": lambda by: joining.complete_application(
            application=application, facts=organisation_facts(cast), by=by
        ),
        "withdraw": lambda by: joining.withdraw_application(application=application, by=by),
    }
    with pytest.raises(Refused) as no:
        acts[verb](cast.outsider)
    assert no.value.code == "not_yours"
    acts[verb](application.applicant)


def test_withdrawing_ends_what_waited_and_leaves_the_way_open():
    cast = make_cast()
    application = apply_as_volunteer(cast)
    joining.withdraw_application(application=application, by=application.applicant)
    application.refresh_from_db()
    assert application.state == ApplicationState.WITHDRAWN
    again = joining.register_volunteer(facts=volunteer_facts(cast), applicant=application.applicant)
    assert again.volunteer == application.volunteer
    assert again.volunteer.state == VolunteerState.PENDING


def test_an_approved_volunteer_does_not_register_twice():
    cast = make_cast()
    application = apply_as_volunteer(cast)
    actions.approve_application(application=application, by=cast.cadre)
    with pytest.raises(Refused) as no:
        joining.register_volunteer(facts=volunteer_facts(cast), applicant=application.applicant)
    assert no.value.code == "volunteer_already"


def test_the_time_passed_in_is_the_time_written():
    cast = make_cast()
    at = timezone.now() - timedelta(days=90)
    application = joining.register_organisation(facts=organisation_facts(cast), applicant=account(), at=at)
    assert application.submitted_at == at
    assert application.steps.get().at == at
