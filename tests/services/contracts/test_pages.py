"""The contract pages: who reaches them, what a mistake gets, how many queries a list costs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.models import Contract
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(client):
    county = makers.make_region("county")
    town = makers.make_region("township", county)
    contract = makers.make_contract(townships=[town])
    return {
        "client": client,
        "county": county,
        "town": town,
        "contract": contract,
        "bureau": makers.make_post("bureau_staff", county),
        "finance": makers.make_post("finance", county),
        "manager": makers.make_member(contract.provider, "manager"),
        "other": makers.make_member(makers.make_provider(), "manager"),
        "worker": makers.make_member(contract.provider, "worker"),
    }


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("bureau", "/desk/contracts/", 200),
        ("finance", "/desk/contracts/", 200),
        ("manager", "/desk/contracts/", 403),
        ("worker", "/agency/contracts/", 403),
        ("manager", "/agency/contracts/", 200),
        ("bureau", "/desk/contracts/new/", 200),
        ("finance", "/desk/contracts/new/", 403),
        ("bureau", "/desk/contracts/{no}/", 200),
        ("finance", "/desk/contracts/{no}/", 200),
        ("manager", "/desk/contracts/{no}/", 404),
        ("manager", "/agency/contracts/{no}/", 200),
        ("other", "/agency/contracts/{no}/", 404),
        ("worker", "/agency/contracts/{no}/", 404),
        ("finance", "/desk/contracts/{no}/suspend/", 404),
        ("bureau", "/desk/contracts/{no}/suspend/", 200),
        ("bureau", "/desk/contracts/{no}/reprice/", 200),
        ("bureau", "/desk/contracts/C-00000000/", 404),
    ],
)
def test_each_page_opens_to_those_it_is_for(scene, who, path, status):
    client = makers.sign_in(scene["client"], scene[who])
    assert client.get(path.format(no=scene["contract"].no)).status_code == status


def posted(scene, **change):
    today = timezone.localdate()
    values = {
        "provider": scene["contract"].provider.no,
        "title": "新合同",
        "starts_on": today.isoformat(),
        "last_day": (today + timedelta(days=300)).isoformat(),
        "justification": "",
        "budget": "120,000.00",
        "townships": [scene["town"].code],
        "price_visit_care": "58.50",
        "version": "0",
    }
    return {**values, **change}


def test_the_bureau_writes_a_contract_and_puts_it_into_force(scene):
    client = makers.sign_in(scene["client"], scene["bureau"])
    answer = client.post("/desk/contracts/new/", posted(scene))
    contract = Contract.objects.get(title="新合同")
    assert answer["Location"] == f"/desk/contracts/{contract.no}/"
    assert (contract.budget_fen, contract.prices.get().unit_fen) == (12_000_000, 5_850)
    client.post(f"/desk/contracts/{contract.no}/activate/", {"version": contract.version})
    contract.refresh_from_db()
    assert contract.state == "active"
    page = client.get(f"/desk/contracts/{contract.no}/").content.decode()
    assert "58.50 元" in page
    assert "120,000.00 元" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"last_day": (timezone.localdate() + timedelta(days=400)).isoformat()}, "请写明理由"),
        (
            {"last_day": (timezone.localdate() + timedelta(days=1200)).isoformat(), "justification": "稳定"},
            "最长 36 个月",
        ),
        ({"budget": "十二万"}, "金额只填数字"),
        ({"price_visit_care": ""}, "至少填一项服务的单价"),
        ({"price_visit_care": "58.123"}, "最多两位小数"),
        ({"townships": []}, "请选“服务乡镇”"),
        ({"title": ""}, "请填“合同名称”"),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(scene, change, words):
    client = makers.sign_in(scene["client"], scene["bureau"])
    before = Contract.objects.count()
    answer = client.post(
        "/desk/contracts/new/", posted(scene, budget=change.pop("budget", "98765.00"), **change)
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "新合同" in page or "title" in change
    assert Contract.objects.count() == before


def test_the_list_costs_the_same_for_three_and_for_thirty(scene, queries_of):
    client = makers.sign_in(scene["client"], scene["bureau"])
    queries_of(client, "/desk/contracts/")  # warms what the process keeps
    few = queries_of(client, "/desk/contracts/")
    for _n in range(30):
        makers.make_contract(townships=[scene["town"]])
    assert queries_of(client, "/desk/contracts/") == few <= 20
