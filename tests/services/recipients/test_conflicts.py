"""A save on top of somebody else's: both versions stand side by side, and nothing that was typed is lost."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from services.models import CareAgreement, CarePlan, CirclePerson, FileChange, Household
from services.recipients.agreements import change_agreement, draft_agreement
from services.recipients.care_forms import AgreementForm, PlanForm
from services.recipients.changes import changes_of, stood_at
from services.recipients.circle import CircleFacts, add_circle_person, change_circle_person
from services.recipients.fields import shown_to
from services.recipients.plans import PlanLine, change_plan, draft_plan
from tests import makers
from tests.services.care_cast import TODAY, agreement_facts, make_scene, plan_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """A dispersed tekun person with a daughter to ring."""
    made = make_scene()
    made.client = Client()
    makers.sign_in(made.client, made.cadre)
    made.facts = CircleFacts("contact", "周小妹", "child", TODAY, phone="+8613907310001")
    made.daughter = add_circle_person(by=made.cadre, household=made.household, facts=made.facts, today=TODAY)
    return made


def ring(scene, **more):
    """Somebody else changes the daughter's line first."""
    return change_circle_person(
        by=scene.second, row=scene.daughter, version=1, facts=replace(scene.facts, **more), today=TODAY
    )


def test_what_stood_before_a_change_of_a_contact_is_kept_and_told(scene):
    ring(scene, phone="+8613907310002", call_order=1)
    kept = FileChange.objects.get(circle=scene.daughter)
    assert json.loads(kept.fields) == {"phone": ["+8613907310001", "+8613907310002"], "call_order": [9, 1]}
    row = CirclePerson.objects.get(pk=scene.daughter.pk)
    assert stood_at(row, 1)["phone"] == "+8613907310001"
    now = timezone.now()
    line = changes_of(scene.household, shown_to(scene.cadre, scene.household, now))[0]
    assert "周小妹" in line.about and line.fields[0].before == "+8613907310001"
    bureau = changes_of(scene.household, shown_to(scene.bureau, scene.household, now))[0]
    assert "周小妹" not in bureau.about and all(each.hidden for each in bureau.fields)


def test_two_people_change_one_contact(scene):
    ring(scene, phone="+8613907310002")
    address = reverse("services:recipients:circle_edit", args=[scene.household.no, scene.daughter.uid])
    typed = {
        "version": 1, "part": "contact", "name": "周小妹", "relation": "child", "phone": "13907310001",
        "call_order": "1", "address": "湘潭市雨湖区",
    }  # fmt: skip
    answer = scene.client.post(address, typed)
    page = answer.text
    assert answer.status_code == 409
    assert "13907310002" in page and "湘潭市雨湖区" in page and 'name="version" value="2"' in page
    picked = typed | {
        "version": 2,
        "pick_phone": "theirs",
        "pick_address": "yours",
        "pick_call_order": "yours",
    }
    assert scene.client.post(address, picked).status_code == 302
    row = CirclePerson.objects.get(pk=scene.daughter.pk)
    assert (row.phone, row.address, row.call_order) == ("+8613907310002", "湘潭市雨湖区", 1)


def sent(form_values):
    """A form's values as a browser sends them."""
    return {name: "" if value is None else value for name, value in form_values.items()}


def test_two_people_change_one_draft_of_an_agreement(scene):
    row = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    mine = sent(AgreementForm.facts_of(row)) | {"content": "做饭、洗衣", "monthly": "400"}
    change_agreement(by=scene.second, row=row, version=1, facts=agreement_facts(monthly_fen=50_000))
    address = reverse("services:care:agreement_edit", args=[row.no])
    answer = scene.client.post(address, mine)
    assert answer.status_code == 409
    assert "500.00" in answer.text and "400.00" in answer.text and "做饭、洗衣" in answer.text
    picked = mine | {"version": 2, "pick_monthly": "theirs", "pick_content": "yours"}
    assert scene.client.post(address, picked).status_code == 302
    row = CareAgreement.objects.get()
    assert (row.monthly_fen, row.content) == (50_000, "做饭、洗衣")


def test_two_people_change_one_draft_of_a_plan(scene):
    plan = draft_plan(
        by=scene.cadre, person=scene.person, starts_on=TODAY, goal="按时吃药", lines=plan_lines("visit_care")
    )
    mine = sent(PlanForm.whole(plan)) | {"visits_cleaning": "1", "minutes_cleaning": "90"}
    lines = [PlanLine("visit_care", 8, 45)]
    change_plan(by=scene.second, plan=plan, version=1, starts_on=TODAY, goal="每周洗澡", lines=lines)
    address = reverse("services:care:plan_edit", args=[plan.no])
    answer = scene.client.post(address, mine)
    assert answer.status_code == 409
    assert "每周洗澡" in answer.text and "按时吃药" in answer.text and "清洁卫生" in answer.text
    picked = mine | {"version": 2, "pick_goal": "theirs", "pick_visits_visit_care": "theirs"}
    assert scene.client.post(address, picked).status_code == 302
    plan = CarePlan.objects.get()
    assert plan.goal == "每周洗澡"
    assert {row.service: row.visits_per_month for row in plan.lines.all()} == {"visit_care": 8, "cleaning": 1}


def test_a_step_on_a_changed_file_keeps_its_words_and_goes_on_with_one_more_click(scene):
    address = reverse("services:files:pause", args=[scene.household.no])
    Household.objects.filter(pk=scene.household.pk).update(version=5)
    answer = scene.client.post(address, {"version": 1, "reason": "hospital", "words": "县医院三楼"})
    assert answer.status_code == 422
    assert "县医院三楼" in answer.text and 'name="version" value="5"' in answer.text
    again = scene.client.post(address, {"version": 5, "reason": "hospital", "words": "县医院三楼"})
    assert again.status_code == 302
    assert Household.objects.get(pk=scene.household.pk).state == "paused"


def test_a_position_set_meanwhile_is_told_beside_the_own_one(scene):
    Household.objects.filter(pk=scene.household.pk).update(
        version=4, lat=27.71, lng=112.81, position_source="pin"
    )
    address = reverse("services:recipients:position", args=[scene.household.no])
    typed = {"version": 1, "way": "pin", "lat": "27.7312", "lng": "112.8045", "datum": "wgs"}
    answer = scene.client.post(address, typed)
    assert answer.status_code == 422
    assert "27.71000, 112.81000" in answer.text and "27.7312" in answer.text
    assert scene.client.post(address, typed | {"version": 4}).status_code == 302
    assert Household.objects.get(pk=scene.household.pk).lat == 27.7312


def test_the_death_form_keeps_its_words_too(scene):
    person = scene.person
    type(person).objects.filter(pk=person.pk).update(version=3)
    day = timezone.localdate() - timedelta(days=1)
    typed = {
        "version": 1, "died_on_year": day.year, "died_on_month": day.month, "died_on_day": day.day,
        "source": "family", "words": "女儿打来电话",
    }  # fmt: skip
    address = reverse("services:files:death", args=[scene.household.no, person.uid])
    answer = scene.client.post(address, typed)
    assert answer.status_code == 422
    assert "女儿打来电话" in answer.text and 'name="version" value="3"' in answer.text
    assert scene.client.post(address, typed | {"version": 3}).status_code == 302
    assert type(person).objects.get(pk=person.pk).died_on == date(day.year, day.month, day.day)
