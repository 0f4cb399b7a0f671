"""The whole pool matched on one page: proposals with reasons, who is left out and what would help, what if; nothing is written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from services.matching.batch import read_batch
from services.matching.plan import Change, Left, Proposal, make_plan
from services.matching.scoring import TERMS, Weights
from services.models import Need, Offer
from tests import makers
from tests.services.matching.scene import make_scene

pytestmark = pytest.mark.django_db


def make_pool():
    """An agency with room for one, a dearer one with room for none, and two needs; the second is urgent."""
    scene = make_scene()
    scene.agency.capacity = 1
    scene.agency.save(update_fields=["capacity"])
    full = makers.make_provider(townships=[scene.town], capacity=0, name="满满（虚构）")
    makers.make_contract(full, [scene.town], unit_fen=6000)
    urgent = makers.make_need(makers.make_household(scene.village), urgent=True)
    return scene, full, urgent


def plan_of(**change):
    batch = read_batch(Need.objects.all(), timezone.now())
    return make_plan(batch, Change(**{"weights": Weights(), **change}))


def rows_of(plan):
    return {row.need.no: row for row in map(plan.row, plan.order())}


def test_the_one_room_goes_to_the_urgent_need_and_the_other_is_told_what_would_help():
    scene, _full, urgent = make_pool()
    plan = plan_of()
    rows = rows_of(plan)
    assert (plan.served, plan.unserved) == (1, 1)
    assert isinstance(rows[urgent.no], Proposal) and isinstance(rows[scene.need.no], Left)
    assert rows[urgent.no].provider == scene.agency
    assert {term.code for term in rows[urgent.no].terms} == {"distance", "capacity", "continuity", "price"}
    assert scene.agency.name in rows[scene.need.no].remedy


def test_one_household_more_at_a_full_provider_serves_everybody_and_is_the_next_best_when_there_are_two():
    scene, full, _urgent = make_pool()
    assert plan_of(grown=full.no, more=1).unserved == 0
    plan = plan_of(grown=full.no, more=2)
    assert plan.unserved == 0
    assert {row.next_name for row in rows_of(plan).values()} == {full.name, ""}, (
        "the other one has no room left"
    )


def test_a_lost_provider_leaves_both_and_the_nearest_miss_is_named_first():
    scene, _full, urgent = make_pool()
    plan = plan_of(lost=scene.agency.no)
    assert (plan.served, plan.unserved, plan.mean_score) == (0, 2, 0)
    left = rows_of(plan)[urgent.no]
    assert left.why.startswith("1 家：手上已满") and "1 家：已停用" in left.why
    assert left.remedy == "多接 1 户就能派"


def test_the_page_shows_the_plan_and_the_change_and_writes_nothing(client):
    scene, full, urgent = make_pool()
    makers.sign_in(client, scene.bureau)
    before = Need.objects.values_list("state", "version", "updated_at")
    kept = list(before)
    url = reverse("services:matching:plan")
    page = client.get(url).content.decode()
    assert urgent.no in page and urgent.household.name not in page
    weights = dict.fromkeys(TERMS, 0) | {"distance": 60, "price": 40}
    tried = client.get(url, {"grown": full.no, "more": "1", **weights})
    assert "改了以后" in tried.content.decode() and "改了以后" not in page
    assert client.get(url, {**weights, "price": 41}).status_code == 422
    assert list(before) == kept and not Offer.objects.exists()


def test_the_page_asks_as_often_for_thirty_needs_as_for_three(client, django_assert_num_queries):
    scene, _full, _urgent = make_pool()
    makers.sign_in(client, scene.bureau)
    url = reverse("services:matching:plan")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        assert client.get(url).status_code == 200
    assert len(few) <= 20, [query["sql"][:90] for query in few]
    for _n in range(28):
        makers.make_need(makers.make_household(scene.village))
    with django_assert_num_queries(len(few)):
        assert "第 1 页" in client.get(url).content.decode()
