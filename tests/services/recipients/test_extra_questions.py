"""Further questions on the assessment form: kept encrypted with it, shown, copied, erased, and never part of the class."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from portal.base.refused import Refused
from services.casework.sheet_forms import SheetForm
from services.models import Assessment, AssessmentSheet
from services.privacy.copying import sections
from services.privacy.erasing import erase_household
from services.recipients.assessment import INDICATORS
from services.recipients.extra_questions import MOST, answered, check_extras, extras_of, pack
from services.recipients.people import assess
from services.recipients.sheets import SheetFacts, publish_sheet
from tests import makers

EXTRA = (
    {"kind": "yes_no", "zh": "一个人住吗？", "en": "Living alone?", "hint_zh": "夜里也算"},
    {
        "kind": "choice",
        "zh": "用什么走路？",
        "en": "",
        "hint_zh": "",
        "choices": [{"zh": "不用", "en": "Nothing"}, {"zh": "拐杖", "en": "Stick"}],
    },
    {"kind": "text", "zh": "最愁什么？", "en": "", "hint_zh": ""},
    {"kind": "number", "zh": "每月药费多少元？", "en": "", "hint_zh": ""},
)
ROWS = [{"code": f"x{n}", **row} for n, row in enumerate(EXTRA, 1)]
SECRET = "Zq夜里没人应门"


def refused(rows):
    with pytest.raises(Refused) as no:
        check_extras(rows)
    return no.value.code


def test_what_a_further_question_must_hold():
    good = {"kind": "text", "zh": "问"}
    check_extras([good])
    assert refused([{**good, "zh": " "}]) == "extra_empty"
    assert refused([{**good, "kind": "drawing"}]) == "extra_kind"
    assert refused([{**good, "kind": "choice", "choices": [{"zh": "一"}]}]) == "extra_choices"
    assert refused([good, good]) == "extra_twice"
    assert refused([{"kind": "text", "zh": f"问{n}"} for n in range(MOST + 1)]) == "extras_many"


@pytest.mark.parametrize(
    ("code", "fits", "unfit"),
    [
        ("x1", [True, False], ["yes", 1]),
        ("x2", [0, 1], [2, -1, True, "0"]),
        ("x3", ["愁药费"], ["长" * 201, 7]),
        ("x4", [Decimal("86.50"), Decimal("-1")], [Decimal("NaN"), Decimal("1e9"), 3.5]),
    ],
)
def test_an_answer_fits_its_question_or_is_refused(code, fits, unfit):
    for value in fits:
        assert code in json.loads(pack(ROWS, {code: value}))
    for value in unfit:
        with pytest.raises(Refused):
            pack(ROWS, {code: value})


def test_who_did_not_answer_has_no_answer_and_no_is_an_answer():
    assert pack(ROWS, {"x1": None, "x3": ""}) == ""
    packed = pack(ROWS, {"x1": False, "x4": Decimal("0")})
    said = dict(answered(ROWS, packed))
    assert said == {"一个人住吗？": "不是", "用什么走路？": "", "最愁什么？": "", "每月药费多少元？": "0"}
    assert pack(ROWS, {"x9": "never asked"}) == ""


def test_questions_are_put_in_the_readers_language():
    with translation.override("en"):
        found = extras_of(ROWS)
    assert found[0].text == "Living alone?" and found[1].choices == ("Nothing", "Stick")
    assert extras_of(ROWS)[1].choices == ("不用", "拐杖")


class Scene:
    """A household whose county has just published a form with further questions."""

    def __init__(self):
        self.household = makers.make_household()
        self.person = self.household.persons.get()
        self.cadre = makers.make_post("township_cadre", self.household.township)
        self.bureau = makers.make_post("bureau_staff", self.household.township.parent)
        first = AssessmentSheet.objects.get(version=1)
        self.today = timezone.localdate()
        facts = SheetFacts("新表", "", "县民政局通知", first.questions, self.today, EXTRA)
        self.sheet = publish_sheet(by=self.bureau, facts=facts, today=self.today)

    def assess(self, answers=None, **extra):
        return assess(
            by=self.cadre, person=self.person, answers=answers or dict.fromkeys(INDICATORS, True), on=self.today,
            today=self.today, extra=extra,
        )  # fmt: skip


@pytest.fixture
def scene(db):
    return Scene()


def test_no_answer_changes_the_class(scene):
    plain = scene.assess()
    full = scene.assess(x1=True, x2=1, x3=SECRET, x4=Decimal("86.5"))
    assert (plain.self_care, full.self_care) == ("able", "able")
    unsure = scene.assess(dict.fromkeys(INDICATORS[1:], True), x1=True)
    assert unsure.self_care == "not_assessed"


def test_answers_lie_encrypted_and_are_copied_and_erased(scene):
    row = scene.assess(x1=True, x3=SECRET)
    with connection.cursor() as cursor:
        cursor.execute("SELECT extra FROM services_assessment WHERE id = %s", [row.pk])
        (stored,) = cursor.fetchone()
    assert stored and SECRET not in stored
    copied = next(part for part in sections("person", scene.person) if part.label == "services.Assessment")
    told = "\n".join(cell for line in copied.rows for cell in line)
    assert f"最愁什么？：{SECRET}" in told
    assert "用什么走路？：—" in told
    scene.household.state = "closed"
    scene.household.save()
    erase_household(by=scene.bureau, household=scene.household, ground="law", at=timezone.now())
    assert Assessment.objects.get(pk=row.pk).extra == ""
    assert Assessment.objects.get(pk=row.pk).self_care == "able"


def page(scene, user=None):
    client = makers.sign_in(Client(), user or scene.cadre)
    return client, reverse("services:recipients:assess", args=[scene.household.no, scene.person.uid])


def typed(scene, **more):
    day = more.pop("day", scene.today)
    return {
        "on_year": day.year, "on_month": day.month, "on_day": day.day, "sheet": scene.sheet.version,
        **dict.fromkeys(INDICATORS, "yes"), **more,
    }  # fmt: skip


def test_the_page_asks_them_and_takes_what_was_answered(scene):
    client, address = page(scene)
    asked = client.get(address).text
    assert all(row["zh"] in asked for row in EXTRA)
    assert client.post(address, typed(scene, x4="很多")).status_code == 422
    kept = client.post(address, typed(scene, x2="7", x3=SECRET))
    assert kept.status_code == 422 and SECRET in kept.text
    assert Assessment.objects.count() == 0
    assert client.post(address, typed(scene, x1="no", x3=SECRET, x4="86.50")).status_code == 302
    assert json.loads(Assessment.objects.get().extra) == {"x1": False, "x3": SECRET, "x4": "86.50"}
    told = client.get(reverse("services:care:file", args=[scene.household.no])).text
    assert SECRET in told and "86.50" in told
    client, _ = page(scene, scene.bureau)
    assert SECRET not in client.get(reverse("services:care:file", args=[scene.household.no])).text


def test_a_day_of_the_older_form_is_asked_with_the_older_form(scene):
    client, address = page(scene)
    earlier = scene.today - timedelta(days=3)
    AssessmentSheet.objects.filter(version=1).update(valid_from=scene.today - timedelta(days=900))
    answer = client.post(address, typed(scene, day=earlier, x3=SECRET))
    assert answer.status_code == 422 and "第 1 版评估表" in answer.text
    assert "最愁什么？" not in answer.text and Assessment.objects.count() == 0
    assert client.post(address, typed(scene, day=earlier, sheet=1)).status_code == 302
    row = Assessment.objects.get()
    assert (row.form_version, row.extra) == (1, "")


def test_the_bureau_adds_a_place_keeps_what_is_typed_and_publishes(scene):
    client = makers.sign_in(Client(), scene.bureau)
    address = reverse("services:care:sheet_new")
    day = scene.today + timedelta(days=2)
    sent = SheetForm.words_of(scene.sheet) | {
        "valid_from_year": day.year, "valid_from_month": day.month, "valid_from_day": day.day, "slots": 5,
        "x5_zh": "有没有电话？", "x5_kind": "", "x1_zh": "",
    }  # fmt: skip
    grown = client.post(address, sent | {"more": "1"}).text
    assert "x6_zh" in grown and "有没有电话？" in grown and f'value="{day.day}"' in grown
    assert "请选怎么答" in client.post(address, sent).text
    short = client.post(address, sent | {"x5_kind": "choice", "x5_choices": "一项"})
    assert short.status_code == 422 and "请至少写两项" in short.text
    good = sent | {"x5_kind": "choice", "x5_choices": "有|Yes\n没有｜No\n"}
    looked = client.post(address, good | {"look": "1"}).text
    assert "有 / 没有" in looked and AssessmentSheet.objects.count() == 2
    assert client.post(address, good).status_code == 302
    newest = AssessmentSheet.objects.get(version=3)
    assert [row["code"] for row in newest.extra] == ["x1", "x2", "x3", "x4"]
    assert newest.extra[3]["choices"] == [{"zh": "有", "en": "Yes"}, {"zh": "没有", "en": "No"}]
    assert [row["zh"] for row in newest.extra][:1] == ["用什么走路？"]
    assert SheetForm.words_of(newest)["x4_choices"] == "有|Yes\n没有|No"
