"""The desk: everybody lands on something sensible, and it costs the same for three rows and for thirty."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.models import Alert, Offer, Report, VisitRecord
from services.recipients.access import close_file, open_file
from tests import makers

pytestmark = pytest.mark.django_db


def make_report(region, by=None, **more):
    """A report that waits."""
    return Report.objects.create(
        no=f"R-{makers.serial():08d}",
        region=region,
        trouble=more.pop("trouble", "care"),
        reported_by=by or makers.make_user(),
        due_at=more.pop("due_at", timezone.now() + timedelta(days=3)),
        **more,
    )


def make_record(task):
    """A visit record that waits to be confirmed."""
    worker = makers.make_member(task.provider)
    planned = makers.make_planned(makers.make_assignment(task, worker))
    now = timezone.now()
    VisitRecord.objects.create(
        no=f"VR-{makers.serial():08d}",
        planned=planned,
        author=worker,
        epoch=1,
        started_at=now - timedelta(hours=1),
        ended_at=now,
        payload_hash="0" * 64,
        receipt="0" * 64,
    )


def fill(village, count):
    """Something of every kind that can wait, `count` times, in one village."""
    for _number in range(count):
        make_report(village)
        makers.make_need(makers.make_household(village), state="to_verify")
        makers.make_need(makers.make_household(village), state="to_match")
        offered = makers.make_need(makers.make_household(village), state="offered")
        Offer.objects.create(
            no=f"O-{makers.serial():08d}",
            need=offered,
            provider=makers.make_provider(),
            expires_at=timezone.now() + timedelta(hours=5),
            sent_by=makers.make_user(),
        )
        task = makers.make_task(makers.make_need(makers.make_household(village), state="placed"))
        # An extra row before, so that the keys of alerts and households differ.
        makers.make_household(village)
        Alert.objects.create(
            no=f"A-{makers.serial():08d}",
            household=task.need.household,
            level="r1",
            flag="fall",
            raised_by=makers.make_user(),
        )
        make_record(task)


@pytest.mark.parametrize("role", ["township_cadre", "bureau_staff"])
def test_the_desk_costs_the_same_for_three_and_for_thirty(
    client, role, django_assert_max_num_queries, django_assert_num_queries
):
    village = makers.make_region()
    place = village.parent if role == "township_cadre" else village.parent.parent
    fill(village, 3)
    makers.sign_in(client, makers.make_post(role, place))
    client.get("/desk/")
    with django_assert_max_num_queries(20) as few:
        assert client.get("/desk/").status_code == 200
    fill(village, 27)
    with django_assert_num_queries(len(few.captured_queries)):
        page = client.get("/desk/")
    assert page.context["sections"]
    assert all(section.count in {0, 30} for section in page.context["sections"])


WORDS = {
    "township_cadre": "上报待核实",
    "bureau_staff": "需求待匹配",
    "inspector": "抽到您的抽查任务会出现在这里",
    "finance": "履行中的合同",
    "department_staff": "转给您部门的事项会出现在这里",
}


@pytest.mark.parametrize("role", WORDS)
def test_every_role_of_the_desk_finds_a_sensible_page(client, role):
    county = makers.make_region("county")
    place = makers.make_region("township", county) if role == "township_cadre" else county
    makers.sign_in(client, makers.make_post(role, place))
    page = client.get("/desk/")
    assert page.status_code == 200
    assert WORDS[role] in page.content.decode()


@pytest.mark.parametrize("role", ["inspector", "finance", "department_staff"])
def test_those_without_sight_find_no_household_on_the_desk(client, role):
    village = makers.make_region()
    fill(village, 1)
    makers.sign_in(client, makers.make_post(role, village.parent.parent))
    html = client.get("/desk/").content.decode()
    assert "/households/" not in html
    assert "/desk/needs/" not in html


def test_another_townships_work_is_not_on_the_desk(client):
    village = makers.make_region()
    fill(village, 1)
    other = makers.make_region("township", village.parent.parent)
    makers.sign_in(client, makers.make_post("township_cadre", other))
    page = client.get("/desk/")
    assert sum(waiting.count for waiting in page.context["sections"] + page.context["lines"]) == 0
    makers.sign_in(client, makers.make_post("township_cadre", village.parent))
    page = client.get("/desk/")
    assert sum(waiting.count for waiting in page.context["sections"] + page.context["lines"]) == 5


def test_the_county_reads_masked_names_on_its_desk(client):
    village = makers.make_region()
    makers.make_need(makers.make_household(village, name="曾绝莲"), state="to_match")
    makers.sign_in(client, makers.make_post("bureau_staff", village.parent.parent))
    html = client.get("/desk/").content.decode()
    assert "曾*莲" in html
    assert "曾绝莲" not in html


@pytest.mark.parametrize("role", ["livelihood_officer", "volunteer", None])
def test_people_without_a_desk_are_refused(client, role):
    village = makers.make_region()
    user = makers.make_post(role, village) if role else makers.make_user()
    makers.sign_in(client, user)
    assert client.get("/desk/").status_code == 403


# Search


def test_the_search_finds_only_what_one_sees(client):
    village = makers.make_region()
    household = makers.make_household(village, name="单秀英", name_key="shan xiu ying")
    need = makers.make_need(household)
    report = make_report(village)
    mine = makers.make_post("township_cadre", village.parent)
    other = makers.make_post("township_cadre", makers.make_region("township", village.parent.parent))
    for text in ("单秀英", "shanxiu", household.no, need.no, report.no):
        makers.sign_in(client, mine)
        assert client.get("/desk/search/", {"q": text}).context["found"], text
        makers.sign_in(client, other)
        assert not client.get("/desk/search/", {"q": text}).context["found"], text


def test_an_agency_has_no_search_over_names(client):
    task = makers.make_task()
    makers.sign_in(client, makers.make_member(task.provider, "manager"))
    assert client.get("/desk/search/?q=周").status_code == 403


@pytest.mark.parametrize(
    ("role", "cause"), [("inspector", "inspection:I-1"), ("department_staff", "referral:Z-1")]
)
def test_a_file_that_is_opened_to_somebody_waits_on_their_desk_until_it_is_shut(client, role, cause):
    village = makers.make_region()
    user = makers.make_post(role, village.parent.parent)
    now = timezone.now()
    household = makers.make_household(village)
    elsewhere = makers.make_household(village)
    open_file(household, cause=cause, user=user, at=now - timedelta(hours=1), until=now + timedelta(days=5))
    open_file(elsewhere, cause=cause, user=makers.make_user(), at=now - timedelta(hours=1))
    makers.sign_in(client, user)
    html = client.get("/desk/").content.decode()
    assert f"/households/{household.no}/" in html and elsewhere.no not in html
    assert household.name not in html
    assert client.get(f"/households/{household.no}/").status_code == 200
    close_file(cause=cause, at=now)
    assert household.no not in client.get("/desk/").content.decode()


def test_days_on_the_desk_are_written_as_people_say_them(client):
    county = makers.make_region("county")
    contract = makers.make_contract()
    makers.sign_in(client, makers.make_post("finance", county))
    html = client.get("/desk/").content.decode()
    last = contract.ends_on - timedelta(days=1)
    assert f"到 {last.year}年{last.month}月{last.day}日" in html
