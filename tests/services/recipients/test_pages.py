"""The pages of the register: who reaches them, what they show, what they hide."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base.models import AuditEvent
from services.models import Household, Unmasking
from tests import makers

pytestmark = pytest.mark.django_db

ID = "430321195001010018"
PHONE = "+8613800001234"
ADDRESS = "绝密路八十八号"
HEALTH = "患有绝密慢性病"
NAME = "曾绝莲"


@pytest.fixture
def secret_household():
    """A household with a planted secret in every sensitive field."""
    household = makers.make_household(name=NAME, address=ADDRESS)
    household.phone = PHONE
    household.save()
    head = household.persons.get()
    head.id_number, head.health_notes = ID, HEALTH
    head.save()
    return household


def persona(role, household):
    """One of the cast who sees this household."""
    village = household.region
    if role == "livelihood_officer":
        return makers.make_post(role, village)
    if role == "township_cadre":
        return makers.make_post(role, village.parent)
    if role == "bureau_staff":
        return makers.make_post(role, village.parent.parent)
    task = makers.make_task(makers.make_need(household, state="placed"))
    if role == "manager":
        return makers.make_member(task.provider, "manager")
    worker = makers.make_member(task.provider)
    makers.make_assignment(task, worker)
    return worker


# What of name, ID number, phone, address, health notes stands in the page without a click.
CLEAR = {
    "livelihood_officer": (True, False, True, True, False),
    "township_cadre": (True, False, True, True, True),
    "bureau_staff": (False, False, False, False, False),
    "manager": (False, False, False, False, False),
    "worker": (False, False, False, False, False),
}


@pytest.mark.parametrize("role", CLEAR)
def test_each_field_shows_as_the_table_says(client, secret_household, role):
    makers.sign_in(client, persona(role, secret_household))
    page = client.get(f"/households/{secret_household.no}/")
    assert page.status_code == 200
    html = page.content.decode()
    found = tuple(text in html for text in (NAME, ID, "138 0000 1234", ADDRESS, HEALTH))
    assert found == CLEAR[role]
    assert "13800001234" not in html


@pytest.mark.parametrize("role", CLEAR)
def test_the_tail_of_an_id_number_shows_unasked_only_to_the_village(client, secret_household, role):
    makers.sign_in(client, persona(role, secret_household))
    html = client.get(f"/households/{secret_household.no}/").content.decode()
    assert ("****0018" in html) is (role == "livelihood_officer")


OPENS = [
    ("township_cadre", "id_number", "", 200, "****0018"),
    ("township_cadre", "phone", "", 404, ""),
    ("bureau_staff", "name", "", 200, NAME),
    ("bureau_staff", "phone", "", 200, "138 0000 1234"),
    ("bureau_staff", "id_number", "", 422, ""),
    ("bureau_staff", "id_number", "核对补贴发放", 200, "****0018"),
    ("bureau_staff", "health", "核对补贴发放", 200, HEALTH),
    ("manager", "address", "", 200, ADDRESS),
    ("manager", "id_number", "核对补贴发放", 404, ""),
    ("manager", "health", "核对补贴发放", 404, ""),
    ("worker", "address", "", 404, ""),
    ("worker", "id_number", "核对补贴发放", 404, ""),
    ("livelihood_officer", "id_number", "核对补贴发放", 404, ""),
    ("bureau_staff", "nonsense", "", 404, ""),
]


@pytest.mark.parametrize(("role", "field", "ground", "status", "shows"), OPENS)
def test_looking_behind_a_mask_is_a_logged_act(client, secret_household, role, field, ground, status, shows):
    user = persona(role, secret_household)
    makers.sign_in(client, user)
    page = client.post(f"/households/{secret_household.no}/unmask/", {"field": field, "ground": ground})
    assert page.status_code == status
    html = page.content.decode()
    rows = Unmasking.objects.filter(household=secret_household, user=user, field=field, ground=ground)
    events = AuditEvent.objects.filter(verb="household.unmasked", actor=user)
    assert rows.count() == events.count() == (1 if status == 200 else 0)
    assert shows in html
    assert ID not in html
    again = client.get(f"/households/{secret_household.no}/").content.decode()
    assert not shows or shows not in again


def test_a_missing_ground_is_said_beside_its_field_and_nothing_is_shown(client, secret_household):
    makers.sign_in(client, persona("bureau_staff", secret_household))
    page = client.post(f"/households/{secret_household.no}/unmask/", {"field": "id_number", "ground": "看"})
    assert page.status_code == 422
    assert "请写明为什么要看" in page.content.decode()
    assert 'value="看"' in page.content.decode()


def test_the_township_sees_who_looked_and_why(client, secret_household):
    bureau = persona("bureau_staff", secret_household)
    client.force_login(bureau)
    makers.sign_in(client, bureau)
    client.post(
        f"/households/{secret_household.no}/unmask/", {"field": "id_number", "ground": "核对补贴发放"}
    )
    makers.sign_in(client, persona("township_cadre", secret_household))
    html = client.get(f"/households/{secret_household.no}/").content.decode()
    assert bureau.name in html
    assert "核对补贴发放" in html


def test_health_notes_shown_to_the_township_leave_a_line(client, secret_household):
    user = persona("township_cadre", secret_household)
    makers.sign_in(client, user)
    client.get(f"/households/{secret_household.no}/")
    assert AuditEvent.objects.filter(verb="household.health_read", actor=user).count() == 1


def strangers(household):
    """People who wear a hat, but not for this household."""
    village = household.region
    ended = makers.make_user()
    task = makers.make_task(makers.make_need(household, state="placed", service="cleaning"))
    makers.make_member(task.provider, user=ended)
    yesterday = timezone.now() - timedelta(days=1)
    makers.make_assignment(task, ended, at=yesterday - timedelta(days=9), until=yesterday)
    return {
        "village next door": makers.make_post(
            "livelihood_officer", makers.make_region(parent=village.parent)
        ),
        "other township": makers.make_post(
            "township_cadre", makers.make_region("township", village.parent.parent)
        ),
        "other manager": makers.make_member(makers.make_provider(), "manager"),
        "worker not assigned": makers.make_member(task.provider),
        "assignment ended yesterday": ended,
        "inspector": makers.make_post("inspector", village.parent.parent),
        "finance": makers.make_post("finance", village.parent.parent),
        "department": makers.make_post("department_staff", village.parent.parent),
        "nobody": makers.make_user(),
    }


def bare(response):
    """A response without what differs by nature: tokens and nonces."""
    html = re.sub(r'(csrfmiddlewaretoken" value="|nonce=")[^"]+', "", response.content.decode())
    return response.status_code, html


PATHS = ["", "why/", "edit/", "pause/", "close/", "people/new/"]


@pytest.mark.parametrize("path", PATHS)
def test_a_household_that_is_not_yours_answers_like_one_that_never_was(client, secret_household, path):
    for who, user in strangers(secret_household).items():
        makers.sign_in(client, user)
        there = bare(client.get(f"/households/{secret_household.no}/{path}"))
        never = bare(client.get(f"/households/H-00000000/{path}"))
        there = (there[0], there[1].replace(secret_household.no, "H-00000000"))
        assert there == never, who
        assert there[0] == 404, who


def test_a_stranger_cannot_unmask_either(client, secret_household):
    for who, user in strangers(secret_household).items():
        makers.sign_in(client, user)
        assert (
            client.post(f"/households/{secret_household.no}/unmask/", {"field": "name"}).status_code == 404
        ), who
    assert not Unmasking.objects.exists()


@pytest.mark.parametrize("role", ["livelihood_officer", "bureau_staff", "manager", "worker"])
def test_those_who_see_but_may_not_edit_get_404_from_the_edit_page(client, secret_household, role):
    makers.sign_in(client, persona(role, secret_household))
    assert client.get(f"/households/{secret_household.no}/").status_code == 200
    assert client.get(f"/households/{secret_household.no}/edit/").status_code == 404


def test_the_anonymous_are_sent_to_the_one_login(client, secret_household):
    page = client.get(f"/households/{secret_household.no}/")
    assert page.status_code == 302
    assert page["Location"].startswith("/accounts/login/")


def test_the_reasons_page_says_source_cause_and_fields(client, secret_household):
    makers.sign_in(client, persona("worker", secret_household))
    html = client.get(f"/households/{secret_household.no}/why/").content.decode()
    assert "派到这户上门" in html
    assert "护理员" in html
    assert NAME not in html


# The list


def test_the_list_holds_only_ones_own_area_and_masks_names_elsewhere(client, secret_household):
    other = makers.make_household(name="单外人")
    makers.sign_in(client, persona("township_cadre", secret_household))
    html = client.get("/desk/households/").content.decode()
    assert NAME in html
    assert other.no not in html
    makers.sign_in(client, persona("bureau_staff", secret_household))
    html = client.get("/desk/households/").content.decode()
    assert "曾*莲" in html
    assert NAME not in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=曾绝莲", True),
        ("q=绝莲", True),
        ("q=zengjue", True),
        ("q=zeng jue", True),
        ("q=cengjue", False),
        ("q=430321195001010018", False),
        ("q=0018", False),
        ("q=13800001234", False),
        ("care=unable", False),
        ("care=not_assessed", True),
        ("state=closed", False),
        ("state=nonsense", False),
        ("area=nonsense", False),
        ("page=999", True),
        ("page=x", True),
        ("q=%27%20OR%201%3D1--", False),
    ],
)
def test_the_list_is_searched_by_name_and_pinyin_never_by_numbers_of_identity(
    client, query, found, secret_household
):
    household = secret_household
    household.name_key = "zeng jue lian"
    household.save()
    makers.sign_in(client, persona("township_cadre", household))
    page = client.get(f"/desk/households/?{query}")
    assert page.status_code == 200
    assert (household.no in page.content.decode()) is found


def test_the_list_costs_the_same_for_three_rows_and_for_thirty(
    client, django_assert_max_num_queries, django_assert_num_queries
):
    village = makers.make_region()
    for _number in range(3):
        makers.make_household(village)
    makers.sign_in(client, makers.make_post("township_cadre", village.parent))
    client.get("/desk/households/")
    with django_assert_max_num_queries(20) as few:
        client.get("/desk/households/")
    for _number in range(57):
        makers.make_household(village)
    with django_assert_num_queries(len(few.captured_queries)):
        page = client.get("/desk/households/")
    assert page.content.decode().count("/households/H-") == 50


def test_the_village_list_is_the_villages(client, secret_household):
    other = makers.make_household(makers.make_region(parent=secret_household.region.parent))
    makers.sign_in(client, persona("livelihood_officer", secret_household))
    html = client.get("/village/households/").content.decode()
    assert NAME in html
    assert other.no not in html
    assert Household.objects.count() == 2
