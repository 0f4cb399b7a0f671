"""The API hands in the same visit through the same action, with clear errors and no way around the gate."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from portal.base.models import uuid7
from services.models import VisitRecord
from services.recipients import probing
from services.visits.actions import record_visit
from tests import makers
from tests.services.visits.cast import a_report, arrive, make_cast

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/visits"


def payload(cast, **more) -> dict:
    """A valid visit."""
    return {
        "uid": str(uuid7()),
        "visit": cast.planned.no,
        "answers": {"VC-01": {"state": "normal", "note": "说话清楚"}},
        "note": "都好",
    } | more


def send(client, body):
    """Post JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(ADDRESS, text, content_type="application/json")


def ready():
    """A visit under way and its carer's client."""
    cast = make_cast()
    arrive(cast)
    return cast, makers.sign_in(Client(), cast.worker)


def test_a_visit_sent_twice_is_one_visit_with_one_receipt():
    cast, client = ready()
    body = payload(cast)
    first, again = send(client, body), send(client, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["receipt"] == again.json()["receipt"]
    assert again.json()["result"] == "duplicate"
    assert VisitRecord.objects.count() == 1


def test_the_form_and_the_api_agree_on_one_visit():
    cast, client = ready()
    body = payload(cast)
    first = send(client, body).json()
    again = record_visit(
        planned=cast.planned,
        by=cast.worker,
        uid=VisitRecord.objects.get().uid,
        report=a_report(
            answers={"VC-01": "normal", "VC-03": "unseen", "VC-08": "unseen"}
            | VisitRecord.objects.get().answers,
            item_notes={"VC-01": "说话清楚"},
        ),
    )
    assert not again.differs
    assert again.record.receipt == first["receipt"]


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"answers": {"VC-99": {"state": "normal"}}}, 422, "unknown_item"),
        ({"answers": {"VC-01": {"state": "great"}}}, 422, "invalid"),
        ({"answers": {"VC-01": {"state": "abnormal"}}}, 422, "invalid"),
        ({"answers": {}}, 422, "invalid"),
        ({"uid": "x"}, 422, "invalid"),
        ({"note": "字" * 1001}, 422, "invalid"),
        ({"note": "\u0000"}, 422, "invalid"),
        ({"next_day": "2020-01-01"}, 422, "invalid"),
        ({"out": {"lat": 91, "lng": 0}}, 422, "invalid"),
        ({"photos": [str(uuid7())]}, 422, "unknown_photo"),
        ({"visit": "V-0000000001"}, 404, "not_found"),
    ],
)
def test_bad_input_is_a_problem_with_a_code_and_stores_nothing(wrong, status, code):
    cast, client = ready()
    answer = send(client, payload(cast, **wrong))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not VisitRecord.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"\\ud800"'])
def test_what_is_no_visit_at_all_is_a_client_error(body):
    _cast, client = ready()
    answer = send(client, body)
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] == "application/problem+json"


def test_other_words_under_the_same_uid_are_a_conflict():
    cast, client = ready()
    body = payload(cast)
    send(client, body)
    answer = send(client, body | {"note": "改了"})
    assert (answer.status_code, answer.json()["code"]) == (409, "other_payload")
    assert VisitRecord.objects.get().note == "都好"


def test_another_uid_for_a_recorded_visit_is_a_conflict():
    cast, client = ready()
    send(client, payload(cast))
    answer = send(client, payload(cast))
    assert (answer.status_code, answer.json()["code"]) == (409, "already_recorded")


def test_somebody_else_gets_the_answer_for_a_number_that_never_was():
    cast, client = ready()
    other, _client = ready()
    forbidden = send(client, payload(other))
    never = send(client, payload(other, visit="V-0000000001"))
    assert (forbidden.status_code, forbidden.content) == (never.status_code, never.content)


def test_number_after_number_that_is_nothing_is_answered_429_as_a_problem(monkeypatch):
    monkeypatch.setattr(probing, "STOP_AT", 3)
    cache.clear()
    cast, client = ready()
    tried = [send(client, payload(cast, visit=f"V-9000000{n}")) for n in range(5)]
    assert [answer.status_code for answer in tried] == [404] * 3 + [429] * 2
    assert tried[-1]["Content-Type"] == "application/problem+json"
    assert (tried[-1].json()["code"], tried[-1]["Retry-After"]) == ("probing", "600")
    assert send(client, payload(cast)).status_code == 201


def test_without_login_without_right_and_without_token_nothing_goes():
    cast, client = ready()
    anonymous = send(Client(), payload(cast))
    assert (anonymous.status_code, anonymous["Content-Type"]) == (401, "application/problem+json")
    cadre = makers.sign_in(Client(), cast.cadre)
    assert send(cadre, payload(cast)).status_code == 403
    strict = makers.sign_in(Client(enforce_csrf_checks=True), cast.worker)
    assert send(strict, payload(cast)).status_code == 403
    assert not VisitRecord.objects.exists()
    assert send(client, payload(cast)).status_code == 201


def test_the_description_is_for_people_signed_in():
    cast, client = ready()
    assert Client().get("/api/v1/openapi.json").status_code in {302, 401}
    assert "/api/v1/visits" in client.get("/api/v1/openapi.json").json()["paths"]
