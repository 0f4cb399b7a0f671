"""The agency's desk and the matching board: who reaches them, what they show, what they cost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.models import Need, Offer, Task
from tests import makers
from tests.services.matching.scene import make_offer, make_scene

pytestmark = pytest.mark.django_db


def test_an_offer_shows_the_village_and_no_name(client):
    scene = make_scene()
    make_offer(scene)
    page = makers.sign_in(client, scene.manager).get("/agency/tasks/").content.decode()
    assert scene.village.name in page
    assert "剩 22 小时" in page
    assert scene.household.name not in page
    assert scene.household.no not in page
    assert scene.household.address not in page


def test_from_the_board_to_the_dates_through_the_pages(client):
    scene = make_scene()
    worker = makers.make_member(scene.agency)
    makers.sign_in(client, scene.bureau)
    board = client.get(f"/desk/match/{scene.need.no}/")
    assert scene.household.name not in board.content.decode()
    sent = client.post(
        f"/desk/match/{scene.need.no}/",
        {"provider": scene.agency.no, "hours": "24", "reason": "", "version": scene.need.version},
    )
    assert sent.status_code == 302
    offer = Offer.objects.get()
    makers.sign_in(client, scene.manager)
    assert client.get(f"/agency/offers/{offer.no}/accept/").status_code == 200
    taken = client.post(f"/agency/offers/{offer.no}/accept/")
    task = Task.objects.get()
    assert taken["Location"] == f"/agency/tasks/{task.no}/"
    client.post(f"/agency/tasks/{task.no}/assign/", {"worker": str(worker.uid), "version": task.version})
    task.refresh_from_db()
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    form = {"days": day, "clock": "09:30", "minutes": "60", "version": task.version, "month": day[:7]}
    assert client.post(f"/agency/tasks/{task.no}/dates/", form).status_code == 302
    page = client.get(f"/agency/tasks/{task.no}/").content.decode()
    assert "09:30" in page
    assert worker.name in page


def test_not_the_first_without_a_reason_is_said_beside_the_field_and_nothing_is_lost(client):
    scene = make_scene()
    second = makers.make_provider(townships=[scene.town])
    makers.make_contract(second, [scene.town], unit_fen=9900)
    makers.sign_in(client, scene.bureau)
    answer = client.post(
        f"/desk/match/{scene.need.no}/",
        {"provider": second.no, "hours": "48", "reason": "", "version": scene.need.version},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没选第一名，请写明理由" in page
    assert f'value="{second.no}" checked' in page
    assert '<option value="48" selected>' in page


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("bureau", "/desk/match/", 200),
        ("manager", "/desk/match/", 403),
        ("township", "/desk/match/", 403),
        ("manager", "/desk/match/{need}/", 404),
        ("elsewhere", "/desk/match/{need}/", 404),
        ("manager", "/desk/match/rules/", 200),
        ("bureau", "/agency/", 403),
        ("manager", "/agency/offers/{offer}/accept/", 200),
        ("other", "/agency/offers/{offer}/accept/", 404),
        ("worker", "/agency/offers/{offer}/accept/", 404),
        ("bureau", "/desk/offers/{offer}/withdraw/", 200),
        ("elsewhere", "/desk/offers/{offer}/withdraw/", 404),
        ("manager", "/agency/tasks/{task}/", 200),
        ("other", "/agency/tasks/{task}/", 404),
        ("worker", "/agency/tasks/{task}/", 404),
        ("other", "/agency/tasks/{task}/end/", 404),
        ("manager", "/agency/tasks/{task}/end/", 200),
        ("manager", "/agency/tasks/T-00000000/", 404),
    ],
)
def test_each_page_opens_to_those_it_is_for(client, who, path, status):
    scene = make_scene()
    offer = make_offer(scene)
    task = makers.make_task(makers.make_need(makers.make_household(scene.village), "placed"), scene.agency)
    people = {
        "bureau": scene.bureau,
        "manager": scene.manager,
        "township": makers.make_post("township_cadre", scene.town),
        "elsewhere": makers.make_post("bureau_staff", makers.make_region("county")),
        "other": makers.make_member(makers.make_provider(), "manager"),
        "worker": makers.make_member(scene.agency),
    }
    url = path.format(need=scene.need.no, offer=offer.no, task=task.no)
    assert makers.sign_in(client, people[who]).get(url).status_code == status


def more_tasks(scene, count):
    worker = makers.make_member(scene.agency)
    for _n in range(count):
        need = makers.make_need(makers.make_household(scene.village), "placed")
        task = makers.make_task(need, scene.agency, state="live")
        makers.make_planned(makers.make_assignment(task, worker))


def test_the_task_list_costs_the_same_for_three_and_for_thirty(client, queries_of):
    scene = make_scene()
    makers.sign_in(client, scene.manager)
    more_tasks(scene, 3)
    queries_of(client, "/agency/tasks/")
    few = queries_of(client, "/agency/tasks/")
    more_tasks(scene, 27)
    assert queries_of(client, "/agency/tasks/") == few <= 20


def test_queue_and_board_cost_the_same_for_three_and_for_thirty(client, queries_of):
    scene = make_scene()
    makers.sign_in(client, scene.bureau)
    urls = ["/desk/match/", f"/desk/match/{scene.need.no}/"]
    for _n in range(3):
        makers.make_need(makers.make_household(scene.village))
    few = [queries_of(client, url) for url in urls * 2][2:]
    for _n in range(27):
        makers.make_need(makers.make_household(scene.village))
        makers.make_contract(makers.make_provider(townships=[scene.town]), [scene.town])
    assert [queries_of(client, url) for url in urls] == few
    assert max(few) <= 20


def test_the_tabs_count_by_what_is_to_do(client):
    scene = make_scene()
    worker = makers.make_member(scene.agency)
    unassigned = makers.make_task(
        makers.make_need(makers.make_household(scene.village), "placed"), scene.agency
    )
    missed = makers.make_task(
        makers.make_need(makers.make_household(scene.village), "placed"), scene.agency, state="live"
    )
    makers.make_planned(makers.make_assignment(missed, worker), starts_at=timezone.now() - timedelta(days=2))
    makers.sign_in(client, scene.manager)
    only = client.get("/agency/tasks/?tab=unassigned").content.decode()
    assert unassigned.no in only
    assert missed.no not in only
    assert missed.no in client.get("/agency/tasks/?tab=missed").content.decode()
    assert Need.objects.count() == 3
