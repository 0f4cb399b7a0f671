"""The phone: lists, one visit from door to receipt, what may show, and bad input."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from portal.base.models import uuid7
from portal.models import AuditEvent, ProtectedFile
from services.models import (
    Alert,
    Assignment,
    ChecklistItem,
    PlannedState,
    PlannedVisit,
    Unmasking,
    VisitAmendment,
    VisitPhoto,
    VisitRecord,
)
from services.recipients.access import windows
from services.recipients.fields import shown_to
from services.recipients.grants import HouseholdUserGrant
from services.visits.decisions import confirm_visit, return_visit
from tests import makers
from tests.services.visits.cast import arrive, make_cast, make_record, noon

pytestmark = pytest.mark.django_db

NAME, ADDRESS, PHONE = "周秘密莲", "密门路九号", "13900009999"


def signed(person) -> Client:
    """A browser in which this person is signed in."""
    return makers.sign_in(Client(), person)


def url(name, *args) -> str:
    """The address of a page of visits."""
    return reverse(f"services:visits:{name}", args=args)


def secret_cast(**more):
    """A household whose name, address and phone are easy to find in a page."""
    cast = make_cast(name=NAME, address=ADDRESS, **more)
    cast.household.phone = PHONE
    cast.household.save(update_fields=["phone"])
    return cast


def picture(colour="green") -> io.BytesIO:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    out.seek(0)
    out.name = f"{colour}.jpg"
    return out


def filled(**more) -> dict:
    """A valid form."""
    return {"uid": str(uuid7()), "state_VC-01": "normal", "note": "都好"} | more


def test_today_shows_my_visits_in_order_with_the_next_one_open():
    cast = make_cast(starts_at=noon() + timedelta(hours=2))
    assignment = Assignment.objects.get(task=cast.task)
    other = make_cast()
    page = signed(cast.worker).get(url("today")).content.decode()
    assert url("check_in", cast.planned.no) not in page
    assert page.count("到了，签到") == 1
    assert other.planned.no not in page
    assert "明天没有安排" in page
    makers.make_planned(assignment, starts_at=noon() + timedelta(days=1))
    assert "明天 1 户" in signed(cast.worker).get(url("today")).content.decode()


def test_an_empty_day_names_the_next_one():
    cast = make_cast(starts_at=noon() + timedelta(days=3))
    page = signed(cast.worker).get(url("today")).content.decode()
    assert "今天没有上门安排" in page
    assert f"{cast.planned.day.day}日" in page


@pytest.mark.parametrize("page", ["today", "schedule"])
def test_lists_never_show_name_address_or_phone(page):
    cast = secret_cast()
    body = signed(cast.worker).get(url(page)).content.decode()
    assert "周*莲" in body
    assert not any(secret in body for secret in (NAME, ADDRESS, PHONE))


def test_the_door_opens_by_a_logged_click_and_only_then():
    cast = secret_cast()
    client = signed(cast.worker)
    page = url("visit", cast.planned.no)
    assert not any(secret in client.get(page).content.decode() for secret in (NAME, ADDRESS, PHONE))
    assert client.post(url("door", cast.planned.no)).status_code == 302
    body = client.get(page).content.decode()
    assert all(secret in body for secret in (NAME, ADDRESS, f"tel:{PHONE}"))
    assert {row.field for row in Unmasking.objects.all()} == {"name", "address", "phone"}
    assert AuditEvent.objects.filter(verb="household.unmasked").count() == 3


@pytest.mark.parametrize(
    ("hours", "on_day", "door"), [(-4, True, False), (1, True, True), (23, False, True), (25, False, False)]
)
def test_the_name_opens_on_the_day_and_the_door_from_a_day_before_to_two_hours_after(hours, on_day, door):
    at = noon()
    cast = secret_cast(starts_at=at + timedelta(hours=hours))
    window = windows(cast.worker, [cast.household], at)[cast.household.pk]
    assert (window.visit_day, window.door_open) == (on_day, door)
    shown = shown_to(cast.worker, cast.household, at)
    assert (shown.mode("name"), shown.mode("phone")) == (("D", "D") if on_day else ("M", "-"))


def test_once_handed_in_the_door_is_shut():
    cast = secret_cast()
    client = signed(cast.worker)
    make_record(cast)
    client.post(url("door", cast.planned.no))
    assert ADDRESS not in client.get(url("visit", cast.planned.no)).content.decode()


def test_arriving_without_a_place_asks_for_a_ground_and_keeps_the_page():
    cast = make_cast()
    client = signed(cast.worker)
    answer = client.post(url("check_in", cast.planned.no), {})
    assert answer.status_code == 422
    assert "没定到位置" in answer.content.decode()
    answer = client.post(url("check_in", cast.planned.no), {"ground": "屋里没信号"})
    assert answer.status_code == 302
    assert "手动签到，原因已记下" in client.get(url("visit", cast.planned.no)).content.decode()


@pytest.mark.parametrize("bad", [{"lat": "nan", "lng": "x"}, {"lat": "999", "lng": "1"}, {"lat": "1e400"}])
def test_a_position_that_cannot_be_true_counts_as_none(bad):
    cast = make_cast()
    answer = signed(cast.worker).post(url("check_in", cast.planned.no), bad | {"accuracy": "-3"})
    assert answer.status_code == 422
    assert PlannedVisit.objects.get().state == PlannedState.PLANNED


def test_the_whole_visit_by_forms_alone():
    cast = make_cast()
    client = signed(cast.worker)
    assert client.post(url("check_in", cast.planned.no), {"lat": "27.72", "lng": "112.82"}).status_code == 302
    answer = client.post(url("hand_in", cast.planned.no), filled(photo_1=picture(), photo_2=picture("red")))
    assert answer.status_code == 302
    row = VisitRecord.objects.get()
    assert answer["Location"] == url("receipt", cast.planned.no)
    page = client.get(answer["Location"]).content.decode()
    assert row.no in page and row.receipt[:16] in page
    assert VisitPhoto.objects.filter(record=row).count() == 2


def test_one_tick_says_that_the_rest_is_normal_and_what_was_said_stays():
    cast = make_cast()
    arrive(cast)
    form = filled(**{"state_VC-01": "unseen", "state_VC-03": "watch", "note_VC-03": "吃得少", "rest": "on"})
    assert signed(cast.worker).post(url("hand_in", cast.planned.no), form).status_code == 302
    found = VisitRecord.objects.get().answers
    assert found["VC-03"] == "watch"
    assert {state for code, state in found.items() if code != "VC-03"} == {"normal"}


def test_without_the_tick_what_was_not_looked_at_stays_so():
    cast = make_cast()
    arrive(cast)
    assert signed(cast.worker).post(url("hand_in", cast.planned.no), filled()).status_code == 302
    found = VisitRecord.objects.get().answers
    assert found["VC-01"] == "normal"
    assert {state for code, state in found.items() if code != "VC-01"} == {"unseen"}


def test_the_same_form_sent_again_leads_to_the_same_receipt():
    cast = make_cast()
    arrive(cast)
    client = signed(cast.worker)
    form = filled()
    first = client.post(url("hand_in", cast.planned.no), form)
    again = client.post(url("hand_in", cast.planned.no), form)
    assert first["Location"] == again["Location"]
    assert VisitRecord.objects.count() == 1


def test_a_second_form_for_the_same_visit_is_refused_in_words():
    cast = make_cast()
    arrive(cast)
    client = signed(cast.worker)
    client.post(url("hand_in", cast.planned.no), filled())
    answer = client.post(url("hand_in", cast.planned.no), filled(note="第二份的话"))
    assert answer.status_code == 422
    assert "已经交过记录" in answer.content.decode()


BAD = [
    ({"state_VC-01": "unseen"}, "请至少看一项"),
    ({"state_VC-01": "abnormal"}, "请写明“精神状态”哪里异常"),
    ({"state_VC-01": "wunderbar"}, "VC-01"),
    ({"next_day": "2020-01-01"}, "下次日期要在今天"),
    ({"next_day": "2999-01-01"}, "最多到三个月以后"),
    ({"next_day": "31/31"}, "next_day"),
    ({"note": "字" * 1001}, "1000"),
    ({"uid": "not-a-uid"}, ""),
]


@pytest.mark.parametrize(("wrong", "words"), BAD)
def test_bad_input_is_named_and_nothing_typed_is_lost(wrong, words):
    cast = make_cast()
    arrive(cast)
    typed = {"note_VC-03": "早上吃了面", "state_VC-03": "watch", "note": "照旧的话"} | wrong
    if "请至少看一项" in words:
        typed["state_VC-03"] = "unseen"
    answer = signed(cast.worker).post(url("hand_in", cast.planned.no), filled(**typed))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert words in body
    assert "早上吃了面" in body
    assert typed["note"] in body
    assert not VisitRecord.objects.exists()


def test_photos_wait_on_the_server_while_the_form_is_mended():
    cast = make_cast()
    arrive(cast)
    client = signed(cast.worker)
    bad = client.post(url("hand_in", cast.planned.no), filled(note="字" * 1001, photo_1=picture()))
    kept = ProtectedFile.objects.get()
    assert f'value="{kept.uid}"' in bad.content.decode()
    assert client.get(url("photo", kept.uid)).status_code == 200
    other = make_cast()
    assert signed(other.worker).get(url("photo", kept.uid)).status_code == 404
    client.post(url("hand_in", cast.planned.no), filled(kept=str(kept.uid)))
    assert VisitPhoto.objects.get().file == kept


def test_another_persons_waiting_photo_cannot_be_taken():
    first, second = make_cast(), make_cast()
    arrive(first)
    arrive(second)
    signed(first.worker).post(url("hand_in", first.planned.no), filled(note="字" * 1001, photo_1=picture()))
    kept = ProtectedFile.objects.get()
    signed(second.worker).post(url("hand_in", second.planned.no), filled(kept=[str(kept.uid), "x"]))
    assert VisitRecord.objects.get().photos.count() == 0


def test_a_file_that_is_no_photo_is_refused_beside_its_box_and_the_good_one_is_kept():
    cast = make_cast()
    arrive(cast)
    broken = io.BytesIO(b"%PDF-1.4 not a photo")
    broken.name = "a.jpg"
    answer = signed(cast.worker).post(
        url("hand_in", cast.planned.no), filled(photo_1=broken, photo_2=picture())
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "field--bad" in body
    assert str(ProtectedFile.objects.get().uid) in body


def test_a_fifth_photo_is_refused():
    cast = make_cast()
    arrive(cast)
    client = signed(cast.worker)
    shots = {f"photo_{n}": picture() for n in range(1, 5)}
    client.post(url("hand_in", cast.planned.no), filled(note="字" * 1001, **shots))
    kept = [str(row.uid) for row in ProtectedFile.objects.all()]
    answer = client.post(url("hand_in", cast.planned.no), filled(kept=kept, photo_1=picture()))
    assert answer.status_code == 422
    assert "照片最多 4 张" in answer.content.decode()


def test_a_retired_line_is_not_asked():
    cast = make_cast()
    arrive(cast)
    ChecklistItem.objects.filter(code="VC-03").update(retired=True)
    body = signed(cast.worker).get(url("visit", cast.planned.no)).content.decode()
    assert "state_VC-01" in body
    assert "state_VC-03" not in body


def test_a_returned_record_shows_its_reason_and_takes_a_completion():
    cast = make_cast()
    row = make_record(cast)
    return_visit(row=row, by=cast.manager, reason="请补饮食")
    client = signed(cast.worker)
    assert "有一份记录要补充" in client.get(url("today")).content.decode()
    assert "请补饮食" in client.get(url("receipt", cast.planned.no)).content.decode()
    assert client.post(url("complete", cast.planned.no), {"note": ""}).status_code == 422
    answer = client.post(
        url("complete", cast.planned.no),
        {"note": "补上了", "state_VC-01": "normal", "state_VC-03": "watch", "note_VC-03": "一顿"},
    )
    assert answer.status_code == 302
    assert VisitAmendment.objects.get().answers["VC-03"] == "watch"


def test_an_abnormal_answer_offers_the_alert():
    cast = make_cast()
    make_record(cast, answers={"VC-03": "abnormal"})
    body = signed(cast.worker).get(url("receipt", cast.planned.no)).content.decode()
    assert f"{url('alert', cast.planned.no)}?flag=no_food" in body


def test_reporting_a_danger_shows_the_numbers_first_and_tells_three_desks():
    cast = make_cast()
    client = signed(cast.worker)
    page = client.get(url("alert", cast.planned.no)).content.decode()
    assert page.index("tel:120") < page.index('<form method="post">')
    assert (
        client.post(url("alert", cast.planned.no), {"uid": str(uuid7()), "words": "快来"}).status_code == 422
    )
    answer = client.post(url("alert", cast.planned.no), {"uid": str(uuid7()), "flag": "fall"})
    assert answer["Location"] == url("alert_told", cast.planned.no, Alert.objects.get().no)
    assert client.get(answer["Location"]).status_code == 200


PAGES = ["visit", "receipt", "complete", "alert"]
POSTS = ["check_in", "hand_in", "door"]


@pytest.mark.parametrize("page", PAGES + POSTS)
def test_one_whose_assignment_ended_gets_the_same_404_as_for_a_number_that_never_was(page):
    cast = make_cast()
    make_record(cast, photos=())
    client = signed(cast.worker)
    method = client.post if page in POSTS else client.get
    before = method(url(page, cast.planned.no), filled() if page in POSTS else {})
    assert before.status_code != 404 or page == "door"
    end = timezone.now() - timedelta(days=1)
    Assignment.objects.filter(task=cast.task).update(valid_from=end - timedelta(days=9), valid_to=end)
    HouseholdUserGrant.objects.filter(user=cast.worker).update(
        valid_from=end - timedelta(days=9), valid_to=end
    )
    gone = method(url(page, cast.planned.no), filled() if page in POSTS else {})
    never = method(url(page, "V-0000000000"), filled() if page in POSTS else {})
    assert gone.status_code == never.status_code == 404
    assert gone.content.decode().replace(cast.planned.no, "V-0000000000") == never.content.decode()
    assert cast.planned.no not in client.get(url("today")).content.decode()


def test_the_author_sees_the_photos_until_the_record_is_confirmed():
    cast = make_cast()
    arrive(cast)
    client = signed(cast.worker)
    client.post(url("hand_in", cast.planned.no), filled(photo_1=picture()))
    uid = VisitPhoto.objects.get().file.uid
    assert client.get(url("photo", uid)).status_code == 200
    confirm_visit(row=VisitRecord.objects.get(), by=cast.manager)
    assert client.get(url("photo", uid)).status_code == 404


def test_photos_show_to_agency_township_and_county_and_to_nobody_else():
    cast = make_cast()
    arrive(cast)
    signed(cast.worker).post(url("hand_in", cast.planned.no), filled(photo_1=picture()))
    uid = VisitPhoto.objects.get().file.uid
    county = cast.household.township.parent
    strangers = [
        makers.make_member(makers.make_provider(), "manager"),
        makers.make_member(cast.task.provider),
        makers.make_post("township_cadre", makers.make_region("township", county)),
        makers.make_post("livelihood_officer", cast.household.region),
        makers.make_post("finance", county),
    ]
    for person in (cast.manager, cast.cadre, cast.bureau):
        answer = signed(person).get(url("photo", uid))
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    for person in strangers:
        assert signed(person).get(url("photo", uid)).status_code == 404
    assert Client().get(url("photo", uid)).status_code == 302


def test_today_asks_as_often_for_thirty_visits_as_for_three():
    worker = makers.make_user()
    client = signed(worker)
    counts = []
    for count in (3, 27):
        for _n in range(count):
            cast = make_cast()
            makers.make_member(cast.task.provider, user=worker)
            Assignment.objects.filter(task=cast.task).update(user=worker)
            HouseholdUserGrant.objects.filter(user=cast.worker).update(user=worker)
        client.get(url("today"))
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url("today"))
        counts.append(len(asked))
    assert page.content.decode().count('<article class="visit') == 30
    assert counts[0] == counts[1] <= 20
