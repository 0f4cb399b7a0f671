"""The assessment form in versions: published by the bureau, dated, looked at first; old assessments keep theirs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.models import AuditEvent
from portal.base.refused import Refused
from services.casework.sheet_forms import SheetForm
from services.models import AssessmentSheet
from services.recipients.assessment import INDICATORS
from services.recipients.people import assess
from services.recipients.sheets import SheetFacts, publish_sheet, questions_of, sheet_of, sheet_on
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def household():
    return makers.make_household()


@pytest.fixture
def bureau(household):
    return makers.make_post("bureau_staff", household.township.parent)


def facts(day, words="自己能端碗吃饭吗？", **more):
    first = AssessmentSheet.objects.get(version=1)
    questions = {code: dict(asked) for code, asked in first.questions.items()}
    questions["adl_eating"]["zh"] = words
    given = {"title_zh": "新表", "title_en": "", "source": "县民政局 2026 年通知", "questions": questions}
    return SheetFacts(valid_from=day, **(given | more))


def code_of(**more):
    with pytest.raises(Refused) as refused:
        publish_sheet(**more)
    return refused.value.code


def test_a_new_version_holds_from_its_day_and_old_assessments_keep_theirs(household, bureau):
    today = timezone.localdate()
    cadre = makers.make_post("township_cadre", household.township)
    person = household.persons.get()
    answers = dict.fromkeys(INDICATORS, True)
    before = assess(by=cadre, person=person, answers=answers, on=today, today=today)
    sheet = publish_sheet(by=bureau, facts=facts(today + timedelta(days=1)), today=today)
    assert (sheet.version, sheet.partial_at_most, list(sheet.questions)) == (2, 3, list(INDICATORS))
    assert sheet_on(today).version == 1 and sheet_on(today + timedelta(days=1)).version == 2
    tomorrow = today + timedelta(days=1)
    after = assess(by=cadre, person=person, answers=answers, on=tomorrow, today=tomorrow)
    assert (sheet_of(before).version, sheet_of(after).version) == (1, 2)
    assert questions_of(sheet_of(after))[0].text == "自己能端碗吃饭吗？"
    told = AuditEvent.objects.get(verb="assessment_sheet.published")
    assert told.detail["questions"] == ["adl_eating"]


def test_what_a_version_must_hold(household, bureau):
    today = timezone.localdate()
    cadre = makers.make_post("township_cadre", household.township)
    assert code_of(by=cadre, facts=facts(today), today=today) == "not_yours"
    assert code_of(by=bureau, facts=facts(today, words=" "), today=today) == "question_empty"
    assert code_of(by=bureau, facts=facts(today - timedelta(days=1)), today=today) == "sheet_past"
    publish_sheet(by=bureau, facts=facts(today), today=today)
    assert code_of(by=bureau, facts=facts(today, words="另一问"), today=today) == "rule_order"
    later = today + timedelta(days=9)
    assert code_of(by=bureau, facts=facts(later), today=today) == "sheet_same"
    assert AssessmentSheet.objects.count() == 2


def test_the_page_shows_the_new_form_before_it_is_published(bureau):
    client, address = makers.sign_in(Client(), bureau), reverse("services:care:sheet_new")
    assert client.get(address).status_code == 200
    day = timezone.localdate() + timedelta(days=3)
    sent = SheetForm.words_of(AssessmentSheet.objects.get(version=1)) | {
        "adl_eating_zh": "自己能端碗吃饭吗", "valid_from_year": day.year,
        "valid_from_month": day.month, "valid_from_day": day.day,
    }  # fmt: skip
    looked = client.post(address, sent | {"look": "1"})
    assert "<li>自己能端碗吃饭吗" in looked.text and AssessmentSheet.objects.count() == 1
    assert client.post(address, sent | {"adl_bed_zh": ""}).status_code == 422
    assert client.post(address, sent)["Location"] == reverse("services:care:rules")
    assert AssessmentSheet.objects.get(version=2).valid_from == day
    assert "自己能端碗吃饭吗" in client.get(reverse("services:care:rules")).text
