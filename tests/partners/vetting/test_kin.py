"""Nobody decides in the matter of their kin, whoever said so; the applicant learns nothing about who works there."""

import pytest
from django.db.models import F
from django.urls import reverse

from partners.models import Application, ApplicationKin, ApplicationRecusal
from partners.vetting import actions, kin
from partners.vetting.access import bears, objection
from partners.vetting.joining import register_organisation, register_volunteer
from portal.base.refused import Refused
from portal.models import AuditEvent, Identity, OutboxMessage
from tests import makers
from tests.partners.casting import (
    account,
    apply_as_organisation,
    apply_as_volunteer,
    make_cast,
    organisation_facts,
    volunteer_facts,
)
from tests.partners.vetting.test_actions import ACTS, code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    people = make_cast()
    for user, name in ((people.cadre, "田志远"), (people.bureau, "沈子安"), (people.second_bureau, "何佳宁")):
        user.name = name
        user.save()
    return people


def declare(application, name, **more):
    return kin.declare_kin(application=application, name=name, **{"by": application.applicant, **more})


@pytest.mark.parametrize("verb", sorted(ACTS))
def test_whom_the_applicant_names_decides_nothing_and_a_colleague_does(cast, verb):
    application = apply_as_organisation(cast)
    actions.check_application(application=application, by=cast.cadre)
    assert objection(cast.bureau, application, "return_") is None  # the control: before, they might
    declare(application, "沈子安")
    assert code_of(ACTS[verb], application, cast.bureau) == "kin_declared"
    assert code_of(ACTS["return_"], application, cast.second_bureau) == ""


def test_the_deciding_statement_itself_knows_the_tie(cast, monkeypatch):
    application = apply_as_organisation(cast)
    actions.check_application(application=application, by=cast.cadre)
    declare(application, "沈子安")
    monkeypatch.setattr(actions, "objection", lambda *given: None)
    assert code_of(ACTS["return_"], application, cast.bureau) == "stale"
    assert code_of(ACTS["return_"], application, cast.second_bureau) == ""


def test_a_second_account_of_the_same_human_is_barred_too(cast):
    human = Identity.objects.create(name="沈子安")
    twin = makers.make_post("bureau_staff", cast.county, makers.make_user("沈小安"))
    for user in (cast.bureau, twin):
        user.identity = human
        user.save()
    application = apply_as_organisation(cast)
    declare(application, "沈子安")
    for user in (cast.bureau, twin):
        assert code_of(ACTS["return_"], application, user) == "kin_declared"


def test_who_comes_to_the_office_later_under_that_name_is_barred(cast):
    application = apply_as_organisation(cast)
    declare(application, "新来的")
    assert not ApplicationRecusal.objects.exists()
    newcomer = makers.make_post("township_cadre", cast.town, makers.make_user("新来的"))
    assert code_of(ACTS["check"], application, newcomer) == "kin_declared"
    assert code_of(ACTS["check"], application, cast.cadre) == ""


@pytest.mark.parametrize("written", ["沈子安", " 沈 子 安 ", "沈·子安", "沈\u3000子安"])
def test_a_name_is_known_in_any_writing(cast, written):
    assert bears(cast.bureau, ApplicationKin(name=written))
    assert not bears(cast.cadre, ApplicationKin(name=written))
    assert not bears(cast.bureau, ApplicationKin(name=""))


def test_the_next_person_is_told_and_the_barred_one_is_not(cast):
    application = apply_as_organisation(cast)
    OutboxMessage.objects.all().delete()
    declare(application, "田志远")
    told = set(OutboxMessage.objects.filter(topic="application_left").values_list("receiver", flat=True))
    assert told == {cast.bureau.pk, cast.second_bureau.pk}
    assert AuditEvent.objects.get(verb="application.kin_declared").detail == {"barred": 1}


def test_named_at_registration_the_tie_stands_before_anybody_looks(cast):
    application = register_volunteer(facts=volunteer_facts(cast), applicant=account(), kin="田志远")
    assert code_of(ACTS["return_"], application, cast.cadre) == "kin_declared"
    assert code_of(ACTS["return_"], application, cast.bureau) == ""
    other = register_organisation(facts=organisation_facts(cast), applicant=account(), kin="田志远")
    assert code_of(ACTS["check"], other, cast.cadre) == "kin_declared"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["甲一", "甲一"], "declared_already"),
        (["甲一", "甲二", "甲三", "甲四"], "too_many"),
        ([" · "], "name_empty"),
    ],
)
def test_the_limits_of_a_declaration(cast, names, code):
    application = apply_as_volunteer(cast)
    with pytest.raises(Refused) as refusal:
        for name in names:
            declare(application, name)
    assert refusal.value.code == code


def test_only_the_applicant_declares_and_only_while_it_is_open(cast):
    application = apply_as_volunteer(cast)
    assert code_of(lambda: declare(application, "田志远", by=cast.outsider)) == "not_yours"
    Application.objects.filter(pk=application.pk).update(state="refused", version=F("version") + 1)
    application.refresh_from_db()
    assert code_of(lambda: declare(application, "田志远")) == "wrong_state"


def test_the_page_answers_alike_whether_or_not_the_name_works_there(cast, client):
    application = apply_as_volunteer(cast)
    makers.sign_in(client, application.applicant)
    url = reverse("join_kin", args=[application.no])
    answers = []
    for name in ("田志远", "没有这人"):
        answer = client.post(url, {"name": name}, follow=True)
        answers.append((answer.redirect_chain, answer.content.decode()))
        ApplicationKin.objects.all().delete()
    strip = [text.split("<main", 1)[1].split("</main", 1)[0] for _chain, text in answers]
    assert answers[0][0] == answers[1][0]
    assert strip[0] == strip[1] and "不能办您的申请" in answers[0][1]
    assert client.post(url, {"name": ""}).status_code == 422


def test_who_is_barred_reads_who_may_instead(cast, client):
    application = apply_as_volunteer(cast)
    makers.sign_in(client, cast.cadre)
    url = reverse("partners:vetting_detail", args=[application.no])
    assert "现在能办的人" not in client.get(url).content.decode()
    client.post(reverse("partners:vetting_aside", args=[application.no]), {"cause": "kin"})
    assert ApplicationRecusal.objects.get().cause == "kin"
    page = client.get(url).content.decode()
    assert "您已经回避" in page and "沈子安" in page and "何佳宁" in page
    declare(application, "沈子安")
    declare(application, "何佳宁")
    page = client.get(url).content.decode()
    assert "没有别的人能办" in page and "申请人说，在审核单位工作的 沈子安 是亲属" in page


def test_garbage_for_a_cause_is_an_interest(cast, client):
    application = apply_as_volunteer(cast)
    makers.sign_in(client, cast.cadre)
    client.post(reverse("partners:vetting_aside", args=[application.no]), {"cause": "\x00declared"})
    assert ApplicationRecusal.objects.get().cause == "interest"
