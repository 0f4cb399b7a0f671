"""Reports from the village: made, noted, verified, closed; who sees them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base.models import AuditEvent, OutboxMessage
from portal.base.refused import Refused
from services.casework.actions import verify_report
from services.intake.access import reports_visible_to
from services.intake.actions import add_report_note, close_report, make_report
from services.models import Household, Need, Report
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    """A village with its officer and its township's cadre."""
    place = makers.make_region()
    place.officer = makers.make_post("livelihood_officer", place)
    place.cadre = makers.make_post("township_cadre", place.parent)
    return place


def reported(village, **more):
    """A report by the village's officer."""
    facts = {"person_name": "周秀莲", "trouble": "care", "words": "没人做饭"} | more
    return make_report(by=village.officer, region=village, **facts)


@pytest.mark.parametrize(("urgent", "hours"), [(True, 24), (False, 72)])
def test_a_report_is_due_by_its_urgency_and_the_township_hears(village, urgent, hours):
    at = timezone.now()
    report = reported(village, urgent=urgent, at=at)
    assert report.due_at - at == timedelta(hours=hours)
    told = OutboxMessage.objects.get(topic="report_made")
    assert (told.receiver, told.urgent) == (village.cadre, urgent)
    event = AuditEvent.objects.get(verb="report.made")
    assert "周秀莲" not in str(event.detail) + event.purpose


def test_nobody_reports_from_a_village_not_theirs(village):
    with pytest.raises(Refused) as refusal:
        make_report(by=village.officer, region=makers.make_region(parent=village.parent), trouble="care")
    assert refusal.value.code == "not_your_area"
    assert not Report.objects.exists()


def test_a_report_is_seen_at_its_place_and_nowhere_else(village):
    report = reported(village)
    seen = {
        "officer": village.officer,
        "cadre": village.cadre,
        "bureau": makers.make_post("bureau_staff", village.parent.parent),
    }
    unseen = {
        "next village": makers.make_post("livelihood_officer", makers.make_region(parent=village.parent)),
        "other township": makers.make_post(
            "township_cadre", makers.make_region("township", village.parent.parent)
        ),
        "manager": makers.make_member(makers.make_provider(), "manager"),
        "inspector": makers.make_post("inspector", village.parent.parent),
        "nobody": makers.make_user(),
    }
    assert {who for who, user in seen.items() if report in reports_visible_to(user)} == set(seen)
    assert {who for who, user in unseen.items() if report in reports_visible_to(user)} == set()


def test_verifying_ties_the_household_and_raises_the_needs(village):
    report, household = reported(village, urgent=True), makers.make_household(village)
    needs = verify_report(
        by=village.cadre,
        report=report,
        version=1,
        household=household,
        services=["visit_care", "cleaning"],
    )
    report.refresh_from_db()
    assert (report.state, report.household, report.handled_by) == ("verified", household, village.cadre)
    assert [(need.state, need.urgent, need.report) for need in needs] == [("to_verify", True, report)] * 2
    assert OutboxMessage.objects.filter(topic="report_verified", receiver=village.officer).exists()


def test_a_need_that_stands_already_undoes_the_whole_verification(village):
    report, household = reported(village), makers.make_household(village)
    makers.make_need(household, service="visit_care")
    with pytest.raises(Refused) as refusal:
        verify_report(
            by=village.cadre,
            report=report,
            version=1,
            household=household,
            services=["cleaning", "visit_care"],
        )
    assert refusal.value.code == "need_open"
    report.refresh_from_db()
    assert report.state == "received"
    assert Need.objects.count() == 1


def refusals(village, report):
    """Who or what is refused when a report is verified, by code."""
    inside, outside = makers.make_household(village), makers.make_household()
    stranger = makers.make_post("township_cadre", makers.make_region("township", village.parent.parent))
    return [
        ("not_your_area", {"household": outside}),
        ("not_your_area", {"household": inside, "by": stranger}),
        ("not_your_area", {"household": inside, "by": village.officer}),
        ("stale", {"household": inside, "version": 7}),
    ]


def test_what_is_refused_when_verifying(village):
    report = reported(village)
    for code, more in refusals(village, report):
        facts = {"by": village.cadre, "version": 1, "services": []} | more
        with pytest.raises(Refused) as refusal:
            verify_report(report=report, **facts)
        assert refusal.value.code == code
    verify_report(
        report=report, by=village.cadre, version=1, services=[], household=makers.make_household(village)
    )


def test_a_report_is_closed_with_a_reason_that_the_reporter_reads(client, village):
    report = reported(village)
    with pytest.raises(Refused) as refusal:
        close_report(by=village.cadre, report=report, version=1, outcome="  ")
    assert refusal.value.code == "reason_empty"
    close_report(by=village.cadre, report=report, version=1, outcome="家里有女儿照料")
    with pytest.raises(Refused) as refusal:
        close_report(by=village.cadre, report=Report.objects.get(), version=2, outcome="再来")
    assert refusal.value.code == "wrong_state"
    makers.sign_in(client, village.officer)
    assert "家里有女儿照料" in client.get(f"/village/reports/{report.no}/").content.decode()


def test_a_note_is_added_while_the_report_waits(village):
    report = reported(village)
    add_report_note(by=village.officer, report=report, words="今天又断粮")
    assert "今天又断粮" in Report.objects.get().words
    close_report(by=village.cadre, report=Report.objects.get(), version=2, outcome="办了")
    with pytest.raises(Refused) as refusal:
        add_report_note(by=village.officer, report=Report.objects.get(), words="还有")
    assert refusal.value.code == "wrong_state"


# Pages

FORM = {"person_name": "周秀莲", "trouble": "care", "urgent": "no", "words": "没人做饭"}


def test_the_village_page_reports_and_gives_a_receipt(client, village):
    makers.sign_in(client, village.officer)
    page = client.post("/village/report/", FORM | {"region": village.code}, follow=True)
    report = Report.objects.get()
    assert page.redirect_chain[-1][0] == f"/village/reports/{report.no}/received/"
    assert report.no in page.content.decode()
    assert report.person_name == "周秀莲"
    assert report.no in client.get("/village/").content.decode()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"person_name": ""}, "请写姓名"),
        ({"person_name": "Zhou"}, "姓名请写汉字"),
        ({"region": ""}, "请填“住在哪里”"),
        ({"region": "T99999999"}, "这个地方不归您报"),
        ({"trouble": ""}, "请选“什么困难”"),
        ({"trouble": "nonsense"}, "请从列出的里面选"),
        ({"urgent": "x"}, "请从列出的里面选"),
        ({"words": "长" * 1001}, "1000"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_is_lost(client, village, change, message):
    makers.sign_in(client, village.officer)
    page = client.post("/village/report/", FORM | {"region": village.code} | change)
    html = page.content.decode()
    assert page.status_code == 422
    assert message in html
    assert "没人做饭" in html or "words" in change
    assert not Report.objects.exists()


def test_an_urgent_report_shows_the_number_to_ring_before_the_form(client, village):
    village.parent.office_phone = "0731-57880001"
    village.parent.save()
    makers.sign_in(client, village.officer)
    html = client.get("/village/report/?urgent=1").content.decode()
    assert 0 < html.index("0731-57880001") < html.index("<form")


def test_a_second_report_of_the_same_household_is_told_and_may_become_a_note(client, village):
    report = reported(village, person_name="周修莲")
    makers.sign_in(client, village.officer)
    page = client.post("/village/report/", FORM | {"region": village.code})
    html = page.content.decode()
    assert page.status_code == 409
    assert report.no in html
    assert "没人做饭" in html
    assert Report.objects.count() == 1
    page = client.post("/village/report/", FORM | {"region": village.code, "anyway": "on"})
    assert page.status_code == 302
    assert Report.objects.count() == 2


def test_another_villages_report_of_that_name_is_not_told(client, village):
    other = makers.make_region(parent=village.parent)
    other.officer = makers.make_post("livelihood_officer", other)
    reported(other)
    makers.sign_in(client, village.officer)
    assert client.post("/village/report/", FORM | {"region": village.code}).status_code == 302


PATHS = ["/village/reports/{}/", "/village/reports/{}/received/", "/desk/reports/{}/"]


@pytest.mark.parametrize("path", PATHS)
def test_a_report_out_of_sight_answers_like_one_that_never_was(client, village, path):
    report = reported(village)
    for user in (
        makers.make_post("livelihood_officer", makers.make_region(parent=village.parent)),
        makers.make_post("township_cadre", makers.make_region("township", village.parent.parent)),
        makers.make_user(),
    ):
        makers.sign_in(client, user)
        assert client.get(path.format(report.no)).status_code == 404
        assert client.get(path.format("R-00000000")).status_code == 404
    makers.sign_in(client, village.cadre)
    assert client.get(path.format(report.no)).status_code == 200


def test_the_county_reads_neither_name_nor_words(client, village):
    report = reported(village, words="绝密情况")
    makers.sign_in(client, makers.make_post("bureau_staff", village.parent.parent))
    for path in (f"/desk/reports/{report.no}/", "/desk/reports/"):
        html = client.get(path).content.decode()
        assert "周秀莲" not in html
        assert "绝密情况" not in html


def test_the_township_verifies_on_the_page(client, village):
    report = reported(village)
    household = makers.make_household(village, name="周秀莲", name_key="zhou xiu lian")
    makers.sign_in(client, village.cadre)
    html = client.get(f"/desk/reports/{report.no}/").content.decode()
    assert household.no in html
    page = client.post(
        f"/desk/reports/{report.no}/verify/",
        {"version": 1, "household": household.no, "services": ["visit_care"]},
    )
    assert page.status_code == 302
    assert Need.objects.get().household == household


@pytest.mark.parametrize("no", ["H-00000000", "elsewhere"])
def test_a_household_out_of_sight_cannot_be_tied_and_reads_like_none(client, village, no):
    report = reported(village)
    no = makers.make_household().no if no == "elsewhere" else no
    makers.sign_in(client, village.cadre)
    page = client.post(f"/desk/reports/{report.no}/verify/", {"version": 1, "household_no": no})
    assert page.status_code == 422
    assert "没有这个编号的住户" in page.content.decode()


def test_a_new_file_is_opened_for_a_report_and_offered_first(client, village):
    report = reported(village)
    makers.sign_in(client, village.cadre)
    page = client.get(f"/desk/reports/{report.no}/household/")
    assert "周秀莲" in page.content.decode()
    page = client.post(
        f"/desk/reports/{report.no}/household/",
        {"region": village.code, "name": "周秀莲", "id_number": "430321195001010018"},
    )
    household = Household.objects.get()
    assert page["Location"] == f"/desk/reports/{report.no}/?household={household.no}"
    assert "checked" in client.get(page["Location"]).content.decode()


def test_the_list_of_reports_costs_the_same_for_three_and_thirty(
    client, village, django_assert_max_num_queries, django_assert_num_queries
):
    for _number in range(3):
        reported(village)
    makers.sign_in(client, village.cadre)
    client.get("/desk/reports/")
    with django_assert_max_num_queries(20) as few:
        client.get("/desk/reports/")
    for _number in range(27):
        reported(village)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get("/desk/reports/")
