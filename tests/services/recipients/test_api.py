"""The API of households: what it says, what it notes, and where it stops."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from services.models import HouseholdRisk, Unmasking
from services.recipients import probing
from services.recipients.access import close_file
from services.recipients.looking import FILE, STOP_AT
from tests import makers

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/households"


@pytest.fixture
def household():
    """A household with a phone and a risk, on a worker's way tomorrow."""
    made = makers.make_household(
        phone="+8613907310001", address="古城村三组 12 号", name="周桂莲", name_key="zhou gui lian"
    )
    HouseholdRisk.objects.create(household=made, kind="dog", words="拴着", noted_by=makers.make_user())
    return made


def unmask(client, household, **body):
    return client.post(f"{ROOT}/{household.no}/unmask", json.dumps(body), content_type="application/json")


def field(answer, key):
    return next((row for row in answer.json()["fields"] if row["key"] == key), None)


def test_a_carer_gets_the_fields_of_the_window_and_the_door_when_it_opens(household):
    task = makers.make_task(makers.make_need(household, state="placed"), state="live")
    worker = makers.make_member(task.provider)
    row = makers.make_assignment(task, worker)
    client = makers.sign_in(Client(), worker)
    far = client.get(f"{ROOT}/{household.no}")
    assert far.json()["name"] == "周*莲" and field(far, "address") is None and field(far, "phone") is None
    assert far.json()["risks"] == ["有狗: 拴着"]
    makers.make_planned(row, starts_at=timezone.now() + timedelta(minutes=30))
    near = client.get(f"{ROOT}/{household.no}")
    assert field(near, "address")["opens"] == "address" and "12 号" not in near.text
    opened = unmask(client, household, field="address")
    assert field(opened, "address") == {
        "key": "address", "label": "门牌地址", "value": "古城村三组 12 号", "opens": "", "needs_ground": False,
        "unmasked": True,
    }  # fmt: skip
    assert list(Unmasking.objects.filter(user=worker).values_list("field", flat=True)) == [FILE, "address"]
    close_file(cause=f"assignment:{row.uid}", at=timezone.now())
    assert client.get(f"{ROOT}/{household.no}").status_code == 404


def test_a_reader_of_one_file_after_another_waits_here_too(household):
    cadre = makers.make_post("township_cadre", household.township)
    now = timezone.now()
    for _n in range(STOP_AT):
        other = makers.make_household(household.region)
        Unmasking.objects.create(household=other, user=cadre, field=FILE, at=now)
    client = makers.sign_in(Client(), cadre)
    answer = client.get(f"{ROOT}/{household.no}")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (429, "too_fast", "600")
    assert "桂莲" not in answer.text
    answer = unmask(makers.sign_in(Client(), makers.make_post("bureau_staff", household.township.parent)), household, field="phone")  # fmt: skip
    assert answer.status_code == 200


def test_numbers_tried_here_count_as_numbers_tried(household):
    client = makers.sign_in(Client(), makers.make_post("township_cadre", makers.make_region("township")))
    for n in range(probing.STOP_AT):
        assert client.get(f"{ROOT}/H-{n:08d}").status_code == 404
    answer = client.get(f"{ROOT}/{household.no}")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")


def test_the_list_searches_by_name_pinyin_and_village_but_never_by_id_number(household):
    cadre = makers.make_post("township_cadre", household.township)
    client = makers.sign_in(Client(), cadre)
    number = "430321194507120027"
    person = household.persons.get()
    person.id_number = number
    person.save()
    for text, found in (("周桂", 1), ("zhougui", 1), ("zgl", 1), (household.no, 1), (number, 0), ("别人", 0)):
        assert client.get(ROOT, {"q": text}).json()["total"] == found, text
    assert client.get(ROOT, {"page": "0"}).status_code == 422
    bureau = makers.sign_in(Client(), makers.make_post("bureau_staff", household.township.parent))
    assert [row["name"] for row in bureau.get(ROOT, {"q": "周桂"}).json()["households"]] == ["周*莲"]


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"field": 7}', '{"ground": "x"}', '{"field": "phone", "ground": "a\\u0000b"}']
)
def test_what_cannot_be_read_is_told_by_field_and_opens_nothing(household, body):
    client = makers.sign_in(Client(), makers.make_post("bureau_staff", household.township.parent))
    answer = client.post(f"{ROOT}/{household.no}/unmask", body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"
    assert not Unmasking.objects.filter(field="phone").exists()


def test_why_tells_the_reasons_of_the_door(household):
    client = makers.sign_in(Client(), makers.make_post("livelihood_officer", household.region))
    told = client.get(f"{ROOT}/{household.no}/why").json()
    assert [(row["source"], row["role"]) for row in told["reasons"]] == [("place", "livelihood_officer")]
    assert told["fields"]["phone"] == "C" and told["fields"]["health"] == "-"


def test_a_form_of_another_site_cannot_open_a_mask(household):
    bureau = makers.make_post("bureau_staff", household.township.parent)
    client = makers.sign_in(Client(enforce_csrf_checks=True), bureau)
    assert unmask(client, household, field="phone").status_code == 403
    assert not Unmasking.objects.filter(field="phone").exists()
    assert "/api/v1/households/{no}/unmask" in client.get("/api/v1/openapi.json").json()["paths"]
