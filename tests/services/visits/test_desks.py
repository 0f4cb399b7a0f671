"""Records and alerts at the agency and the desks: who reads what, masks, judging, lists that stay cheap."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.database import refresh_statistics
from portal.base.models import uuid7
from services.models import Alert, AlertState, PlannedVisit, Unmasking, Verdict, VisitRecord
from services.visits import queries
from services.visits.alerting import raise_alert
from tests import makers
from tests.services.visits.cast import make_cast, make_record

pytestmark = pytest.mark.django_db
NAME, ADDRESS, PHONE, WORDS = "周秘密莲", "密门路九号", "13900009999", "右膝盖旧伤"


def signed(person) -> Client:
    """A browser in which this person is signed in."""
    return makers.sign_in(Client(), person)


def url(name, *args) -> str:
    """The address of a page of visits."""
    return reverse(f"services:visits:{name}", args=args)


def secret_cast():
    """A household and a record whose secrets are easy to find in a page."""
    cast = make_cast(name=NAME, address=ADDRESS)
    cast.household.phone = PHONE
    cast.household.save(update_fields=["phone"])
    return cast, make_record(cast, note=WORDS, item_notes={"VC-01": "说胡话"})


def an_alert(cast, flag="fall"):
    """The worker has reported a danger."""
    return raise_alert(planned=cast.planned, by=cast.worker, flag=flag, words="叫不应", uid=uuid7())


def test_each_side_reads_a_record_with_its_own_masks():
    cast, row = secret_cast()
    agency = signed(cast.manager).get(url("agency_record", row.no)).content.decode()
    town = signed(cast.cadre).get(url("desk_record", row.no)).content.decode()
    county = signed(cast.bureau).get(url("desk_record", row.no)).content.decode()
    assert (NAME in agency, NAME in town, NAME in county) == (False, True, False)
    assert (WORDS in agency, WORDS in town, WORDS in county) == (True, True, False)
    assert ("说胡话" in agency, "说胡话" in county) == (True, False)
    assert not any(secret in page for page in (agency, town, county) for secret in (ADDRESS, PHONE))


def test_the_county_reads_the_notes_after_a_written_ground_that_is_logged():
    cast, row = secret_cast()
    client = signed(cast.bureau)
    client.post(url("desk_record_look", row.no), {"field": "health", "ground": ""})
    assert WORDS not in client.get(url("desk_record", row.no)).content.decode()
    client.post(url("desk_record_look", row.no), {"field": "health", "ground": "家属来电核实病情"})
    assert WORDS in client.get(url("desk_record", row.no)).content.decode()
    Unmasking.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert WORDS not in client.get(url("desk_record", row.no)).content.decode()


@pytest.mark.parametrize("field", ["address", "id_number", "phone", "nonsense"])
def test_a_record_page_opens_no_field_it_does_not_show(field):
    cast, row = secret_cast()
    answer = signed(cast.bureau).post(url("desk_record_look", row.no), {"field": field, "ground": "随便看看"})
    assert answer.status_code == 404
    assert not Unmasking.objects.exists()


@pytest.mark.parametrize("area", ["agency", "desk"])
def test_lists_are_masked_except_for_the_township_in_its_own_area(area):
    cast, _row = secret_cast()
    readers = {"agency": [cast.manager], "desk": [cast.bureau, cast.cadre]}[area]
    pages = [signed(person).get(url(f"{area}_list")).content.decode() for person in readers]
    assert [NAME in page for page in pages] == [person == cast.cadre for person in readers]
    assert not any(secret in page for page in pages for secret in (ADDRESS, PHONE, WORDS))


def test_others_get_the_same_404_as_for_a_number_that_never_was():
    cast, row = secret_cast()
    county = cast.household.township.parent
    for name, person in [
        ("agency_record", makers.make_member(makers.make_provider(), "manager")),
        ("desk_record", makers.make_post("township_cadre", makers.make_region("township", county))),
        ("desk_record", cast.manager),
        ("agency_record", cast.worker),
    ]:
        client = signed(person)
        gone, never = client.get(url(name, row.no)), client.get(url(name, "R-00000000"))
        assert gone.status_code == never.status_code == 404
        assert gone.content.decode().replace(row.no, "R-00000000") == never.content.decode()


def test_the_agency_confirms_by_one_button():
    cast, row = secret_cast()
    client = signed(cast.manager)
    assert client.get(url("agency_confirm", row.no)).status_code == 405
    answer = client.post(url("agency_confirm", row.no), follow=True)
    assert "已确认" in answer.content.decode()
    assert VisitRecord.objects.get().verdict == Verdict.CONFIRMED


def test_a_spent_budget_is_said_on_the_page():
    cast = make_cast(budget_fen=1_00)
    row = make_record(cast)
    answer = signed(cast.manager).post(url("agency_confirm", row.no))
    assert answer.status_code == 422
    assert "合同余额不够" in answer.content.decode()


def test_sending_back_without_a_reason_names_the_field():
    _cast, row = secret_cast()
    client = signed(_cast.manager)
    answer = client.post(url("agency_send_back", row.no), {"reason": ""})
    assert answer.status_code == 422
    assert "field--bad" in answer.content.decode()
    client.post(url("agency_send_back", row.no), {"reason": "缺饮食"})
    assert VisitRecord.objects.get().verdict == Verdict.RETURNED


def test_a_manager_who_went_there_sees_no_button():
    cast, row = secret_cast()
    makers.make_member(cast.task.provider, "manager", user=cast.worker)
    page = signed(cast.worker).get(url("agency_record", row.no)).content.decode()
    assert "这是您自己做的上门" in page
    assert url("agency_confirm", row.no) not in page


def test_missed_visits_have_their_own_tab_on_both_sides():
    cast = make_cast()
    yesterday = timezone.now() - timedelta(days=1)
    PlannedVisit.objects.update(day=timezone.localdate(yesterday), starts_at=yesterday)
    for person, area in ((cast.manager, "agency"), (cast.cadre, "desk")):
        page = signed(person).get(url(f"{area}_list"), {"verdict": "missed"}).content.decode()
        assert "漏访" in page
        assert "共 1 件" in page


def test_a_broken_filter_is_left_out_and_said():
    cast, _row = secret_cast()
    answer = signed(cast.manager).get(url("agency_list"), {"since": "gestern", "verdict": "x", "page": "-9"})
    assert answer.status_code == 200
    assert "共 1 件" in answer.content.decode()


def test_an_alert_is_taken_and_closed_on_its_page():
    cast = make_cast()
    alert = an_alert(cast)
    client = signed(cast.cadre)
    assert alert.no in client.get(url("desk_alerts")).content.decode()
    client.post(url("desk_alert_acknowledge", alert.no))
    assert client.post(url("desk_alert_close", alert.no), {"outcome": ""}).status_code == 422
    client.post(url("desk_alert_close", alert.no), {"outcome": "已送医"})
    assert Alert.objects.get().state == AlertState.CLOSED
    assert "已送医" in client.get(url("desk_alert", alert.no)).content.decode()


def test_an_overdue_alert_comes_first_and_is_marked():
    cast = make_cast()
    an_alert(cast, "no_food")
    late = an_alert(cast, "house")
    Alert.objects.filter(pk=late.pk).update(raised_at=timezone.now() - timedelta(hours=4))
    page = signed(cast.bureau).get(url("desk_alerts")).content.decode()
    assert page.count("超时没人接") == 1
    assert page.index(late.no) < page.index(Alert.objects.exclude(pk=late.pk).get().no)


def test_the_door_of_an_alert_opens_by_a_logged_click():
    cast, _row = secret_cast()
    alert = an_alert(cast)
    client = signed(cast.manager)
    assert ADDRESS not in client.get(url("agency_alert", alert.no)).content.decode()
    client.post(url("agency_alert_look", alert.no), {"field": "address"})
    assert ADDRESS in client.get(url("agency_alert", alert.no)).content.decode()
    assert Unmasking.objects.get().field == "address"


def test_one_without_the_right_has_no_alert_page():
    cast = make_cast()
    alert = an_alert(cast)
    other = makers.make_member(makers.make_provider(), "manager")
    assert signed(other).get(url("agency_alert", alert.no)).status_code == 404
    assert signed(cast.worker).get(url("agency_alert", alert.no)).status_code == 404
    assert alert.no not in signed(other).get(url("agency_alerts")).content.decode()


def test_the_numbers_of_the_desks():
    cast, _row = secret_cast()
    an_alert(cast)
    assert queries.visits_to_confirm(cast.manager) == 1
    assert queries.visits_to_confirm(cast.bureau) == 0
    assert [queries.open_alerts(person).count() for person in (cast.manager, cast.cadre, cast.bureau)] == [
        1,
        1,
        1,
    ]
    assert queries.open_alerts(cast.worker).count() == 0
    assert queries.todays_visits(cast.worker).count() == 0


@pytest.mark.parametrize(("page", "kind"), [("agency_list", "record"), ("agency_alerts", "alert")])
def test_lists_ask_as_often_for_thirty_rows_as_for_three(page, kind, queries_of):
    manager = makers.make_user()
    client = signed(manager)
    counts = []
    for count in (3, 27):
        for _n in range(count):
            cast = make_cast()
            makers.make_member(cast.task.provider, "manager", user=manager)
            make_record(cast) if kind == "record" else an_alert(cast)
        refresh_statistics()
        client.get(url(page))
        counts.append(queries_of(client, url(page)))
    assert counts[0] == counts[1] <= 20
