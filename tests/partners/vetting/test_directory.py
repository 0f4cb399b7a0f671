"""The public directory: who may be asked today, by service and township, and nothing private."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Organisation, ProviderSuspension, Station
from partners.providers.actions import set_state
from partners.vetting.keeping import refresh_until
from partners.vetting.supervising import settle_states
from portal.base import public_stamp
from portal.templatetags.portal_ui import cn_day
from tests import makers
from tests.partners.casting import make_paper, make_requirement

pytestmark = pytest.mark.django_db
MOBILE = "19911113333"


def agency(name: str = "明处社工中心（虚构）", **more):
    """A live agency with an organisation whose contact person, address and introduction are private."""
    today = timezone.localdate()
    provider = makers.make_provider(
        name=name, townships=more.pop("townships", []), services=more.pop("services", []),
        qualified_until=more.pop("until", today + timedelta(days=400)), office_phone=more.pop("phone", "0731-57880005"),
    )  # fmt: skip
    facts = {"rating": "3A", "rating_from": today - timedelta(days=100)} | more
    Organisation.objects.create(
        no=f"O-{makers.serial():08d}", provider=provider, kind="social_service_org", name=name, uscc=f"TEST{makers.serial():014d}",
        registrar="测试县民政局", registered_until=today + timedelta(days=400), legal_representative="法人某",
        contact_name="联系人某", contact_phone=f"+86{MOBILE}", address="家住巷子9号", introduction=f"找我打{MOBILE}", **facts,
    )  # fmt: skip
    makers.make_member(provider, "manager", makers.make_user(name="负责人某", phone=f"+86{MOBILE}"))
    return provider


def pages(client, provider) -> list[str]:
    """The list and the page of one, as text without blanks."""
    urls = ["/providers/", f"/providers/{provider.no}/"]
    return [client.get(url).content.decode().replace(" ", "") for url in urls]


def test_the_directory_says_what_the_public_may_know_and_nothing_private(client):
    provider = agency()
    for page in pages(client, provider):
        assert "明处社工中心" in page
        assert "3A" in page
        assert "0731-57880005" in page
        for private in (MOBILE, "联系人某", "负责人某", "法人某", "家住巷子"):
            assert private not in page


@pytest.mark.parametrize("stored", [MOBILE, f"+86{MOBILE}", "不是号码"])
def test_a_number_that_is_no_office_is_not_shown(client, stored):
    provider = agency(phone=stored[:20])
    for page in pages(client, provider):
        assert stored not in page
        assert MOBILE not in page


# what happened to the provider; whether it may still be found
HAPPENED = [
    ({}, True),
    ({"qualified_until": timedelta(days=1)}, True),
    (
        {"qualified_until": timedelta(days=0)},
        True,
    ),  # the last day counts, as it does where people are matched
    ({"qualified_until": timedelta(days=-1)}, False),
    ({"state": "suspended"}, False),
    ({"state": "pending"}, False),
    ({"state": "ended"}, False),
    ({"kind": "volunteer"}, False),
]


@pytest.mark.parametrize(("change", "there"), HAPPENED)
def test_who_is_stopped_or_lapsed_is_gone_at_once(client, change, there):
    provider = agency()
    today = timezone.localdate()
    for field, value in change.items():
        setattr(provider, field, today + value if isinstance(value, timedelta) else value)
    provider.save()
    assert ("明处社工中心" in client.get("/providers/").content.decode()) is there
    assert client.get(f"/providers/{provider.no}/").status_code == (200 if there else 404)
    assert client.get("/providers/P-00000000/").status_code == 404


def test_stopping_makes_the_kept_pages_old(django_capture_on_commit_callbacks):
    provider = agency()
    before = public_stamp.current()
    with django_capture_on_commit_callbacks(execute=True):
        set_state(provider, "suspended")
    assert public_stamp.current() != before


def test_a_grade_past_its_five_years_is_no_grade(client):
    provider = agency(rating_from=timezone.localdate() - timedelta(days=5 * 366 + 1))
    assert "没有在有效期里的等级" in client.get(f"/providers/{provider.no}/").content.decode()


def test_filters_by_kind_service_and_township(client):
    here, there = makers.make_region("township"), makers.make_region("township")
    agency("甲机构（虚构）", townships=[here], services=["cleaning"])
    agency("乙机构（虚构）", townships=[there], services=["visit_care"])
    station = makers.make_provider("station", townships=[here], services=["visit_care"], name="丙社工站")
    Station.objects.create(provider=station, township=here, office_phone="0731-57880006", address="大厅旁")
    asked = {
        "kind=station": {"丙社工站"},
        "service=cleaning": {"甲机构"},
        f"township={here.code}": {"甲机构", "丙社工站"},
        f"township={here.code}&service=visit_care": {"丙社工站"},
        f"township={there.code}&kind=station": set(),
        "": {"甲机构", "乙机构", "丙社工站"},
        "township=T99999999": {"甲机构", "乙机构", "丙社工站"},
    }
    for query, found in asked.items():
        page = client.get(f"/providers/?{query}").content.decode()
        assert {name for name in ("甲机构", "乙机构", "丙社工站") if name in page} == found, query


def test_the_head_sets_the_number_and_never_a_mobile(client):
    provider = agency(phone="")
    head = provider.memberships.get().user
    makers.sign_in(client, head)
    answer = client.post("/agency/qualification/phone/", {"office_phone": "13800138000"})
    assert answer.status_code == 422
    assert "13800138000" in answer.content.decode()
    assert client.post("/agency/qualification/phone/", {"office_phone": "57880007"}).status_code == 302
    provider.refresh_from_db()
    assert provider.office_phone == "0731-57880007"


def test_the_english_directory_is_english_and_may_be_kept(client):
    provider = agency()
    answer = client.get(f"/en/providers/{provider.no}/")
    assert "Office telephone" in answer.content.decode()
    assert answer["X-Page-Cache"] == "public"


def test_the_list_asks_the_same_for_three_and_for_twenty(client):
    counts = []
    for more in (3, 17):
        for _each in range(more):
            agency(f"机构{makers.serial()}（虚构）", townships=[makers.make_region("township")])
        client.get("/providers/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/providers/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def asked(provider, code: str, until, **more):
    """Something is asked of organisations, and this one has it until a day."""
    make_requirement("organisation", code, validity="date", **more)
    if until is not None:
        make_paper(code, provider=provider, valid_until=until)


def shown(client, query: str = "") -> str:
    """The list, without blanks."""
    return client.get(f"/providers/{query}").content.decode().replace(" ", "")


# what of the paper; whether the agency is listed, whatever the stored copy of before says
LIVE = [(400, True), (1, True), (0, True), (-1, False), (None, False)]


@pytest.mark.parametrize(("days", "there"), LIVE)
@pytest.mark.parametrize("stored", [-100, 100, None])
def test_the_live_standing_decides_and_the_stored_day_does_not(client, days, there, stored):
    today = timezone.localdate()
    provider = agency(until=None if stored is None else today + timedelta(days=stored), services=["cleaning"])
    asked(provider, "liability", None if days is None else today + timedelta(days=days))
    assert ("明处社工中心" in shown(client)) is there
    answer = client.get(f"/providers/{provider.no}/")
    assert answer.status_code == (200 if there else 404)
    if there:
        assert cn_day(today + timedelta(days=days)) in answer.content.decode()


def test_a_service_whose_papers_lapsed_is_not_listed_and_the_others_are(client):
    today = timezone.localdate()
    provider = agency(services=["cleaning", "medical_escort"])
    asked(provider, "liability", today + timedelta(days=200))
    asked(provider, "escort_licence", today - timedelta(days=1), service="medical_escort")
    page = client.get(f"/providers/{provider.no}/").content.decode()
    assert "清洁卫生" in page and "送医陪护" not in page
    assert "明处社工中心" in shown(client, "?service=cleaning")
    assert "明处社工中心" not in shown(client, "?service=medical_escort")


def test_a_service_that_ends_before_the_rest_says_until_when(client):
    today = timezone.localdate()
    provider = agency(services=["cleaning", "medical_escort"])
    asked(provider, "liability", today + timedelta(days=200))
    asked(provider, "escort_licence", today + timedelta(days=5), service="medical_escort")
    page = client.get(f"/providers/{provider.no}/").content.decode()
    assert f"送医陪护（到 {cn_day(today + timedelta(days=5))}）" in page
    assert f"清洁卫生（到 {cn_day(today + timedelta(days=5))}）" not in page


def test_who_can_do_nothing_any_more_is_not_listed(client):
    provider = agency(services=["medical_escort"])
    asked(provider, "escort_licence", None, service="medical_escort")
    assert "明处社工中心" not in shown(client)
    assert client.get(f"/providers/{provider.no}/").status_code == 404


@pytest.mark.parametrize(("hours", "there"), [(-1, False), (1, True)])
def test_a_suspension_counts_from_its_instant_even_before_the_state_follows(client, hours, there):
    provider = agency(services=["cleaning"])
    now = timezone.now()
    ProviderSuspension.objects.create(
        provider=provider, by=makers.make_user(), reason="查", valid_from=now + timedelta(hours=hours),
        valid_to=now + timedelta(days=9),
    )  # fmt: skip
    assert provider.state == "live"
    assert ("明处社工中心" in shown(client)) is there


def test_stopping_and_answering_papers_make_the_kept_pages_old(django_capture_on_commit_callbacks):
    provider = agency(services=["cleaning"])
    asked(provider, "liability", timezone.localdate() + timedelta(days=9))
    now = timezone.now()
    ProviderSuspension.objects.create(
        provider=provider,
        by=makers.make_user(),
        reason="查",
        valid_from=now,
        valid_to=now + timedelta(days=9),
    )
    for change in (lambda: settle_states(timezone.now()), lambda: refresh_until(provider, timezone.now())):
        before = public_stamp.current()
        with django_capture_on_commit_callbacks(execute=True):
            change()
        assert public_stamp.current() != before


def test_with_requirements_too_the_list_asks_the_same_for_three_and_for_twenty(client):
    today, counts = timezone.localdate(), []
    make_requirement("organisation", "liability", validity="date")
    make_requirement("organisation", "licence", validity="date", service="cleaning")
    for more in (3, 17):
        for _each in range(more):
            one = agency(f"机构{makers.serial()}（虚构）", services=["cleaning", "visit_care"])
            for code in ("liability", "licence"):
                make_paper(code, provider=one, valid_until=today + timedelta(days=30))
        client.get("/providers/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/providers/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
