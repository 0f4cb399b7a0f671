"""The township's forms: what they accept, what they refuse and where, and two people at one record."""

from datetime import date

import pytest
from django.utils import timezone

from portal.base.models import AuditEvent
from portal.base.refused import Refused
from services.casework.ending import close_file
from services.models import Household, HouseholdUserGrant, Person
from services.recipients import people
from tests import makers

pytestmark = pytest.mark.django_db

ID = "430321195001010018"
NEW = {"name": "覃玉珍", "id_number": ID}


@pytest.fixture
def village():
    """A village with the cadre of its township."""
    place = makers.make_region()
    place.cadre = makers.make_post("township_cadre", place.parent)
    return place


@pytest.fixture
def desk(client, village):
    """A client signed in as that cadre."""
    return makers.sign_in(client, village.cadre)


def test_a_new_file_takes_sex_and_birthday_from_the_id_number(desk, village):
    page = desk.post("/desk/households/new/", NEW | {"region": village.code})
    household = Household.objects.get()
    head = household.persons.get()
    assert page["Location"] == f"/households/{household.no}/"
    assert (household.name_key, household.township) == ("qin yu zhen", village.parent)
    assert (head.sex, head.birth_date, head.id_number) == ("m", date(1950, 1, 1), ID)
    event = AuditEvent.objects.get(verb="household.created")
    assert "覃" not in str(event.detail)


BAD = [
    ({"name": ""}, "姓名"),
    ({"name": "Qin"}, "姓名请写汉字"),
    ({"name": "覃<script>"}, "不能用"),
    ({"region": ""}, "村（社区）或小组"),
    ({"region": "T99999999"}, "这个村不归您管"),
    ({"id_number": "43032119500101001"}, "身份证号应是 18 位，现在是 17 位"),
    ({"id_number": "430321195001010019"}, "第 18 位对不上"),
    ({"id_number": "430321193802290014"}, "没有这一天"),
    ({"id_number": "430321500101001"}, "15 位的老号码"),
    ({"id_number": ""}, "请选性别"),
    ({"id_number": "", "sex": "f"}, "请填出生日期"),
    ({"sex": "f"}, "性别和身份证号对不上"),
    ({"birth_date_year": "1951", "birth_date_month": "1", "birth_date_day": "1"}, "出生日期和身份证号对不上"),
    ({"birth_date_year": "1950", "birth_date_month": "2", "birth_date_day": "30"}, "没有这一天"),
    ({"birth_date_year": "1950"}, "填全"),
    ({"phone": "1380000000"}, "手机号应是 11 位，现在是 10 位"),
    ({"lat": "27.7"}, "要一起填"),
    ({"lat": "112.8", "lng": "27.7"}, "这个位置不在本县"),
    ({"lat": "39.9", "lng": "116.4"}, "这个位置不在本县"),
    ({"lat": "x", "lng": "y"}, "纬度请填数字"),
    ({"lat": "nan", "lng": "inf"}, "请填数字"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_bad_input_is_said_in_words_and_nothing_typed_is_lost(desk, village, change, message):
    page = desk.post(
        "/desk/households/new/", NEW | {"region": village.code, "address": "测试路九号"} | change
    )
    html = page.content.decode()
    assert page.status_code == 422
    assert message in html
    assert "测试路九号" in html
    assert not Household.objects.exists()


def test_an_id_number_known_elsewhere_is_not_betrayed(desk, village):
    elsewhere = makers.make_household()
    people.change_person(
        by=makers.make_post("township_cadre", elsewhere.township),
        person=elsewhere.persons.get(),
        version=1,
        facts=people.PersonFacts(name="别人", id_number=ID),
        on=timezone.localdate(),
    )
    page = desk.post("/desk/households/new/", NEW | {"region": village.code}, follow=True)
    assert page.status_code == 200
    assert elsewhere.no not in page.content.decode()
    mine = Household.objects.exclude(pk=elsewhere.pk).get().persons.get()
    assert (mine.id_number, mine.id_blind) == (ID, None)
    assert AuditEvent.objects.filter(verb="person.number_twice").count() == 1


def edit_form(household, **change):
    """What the edit form sends for this household."""
    return {
        "version": household.version,
        "region": household.region.code,
        "name": household.name,
        "address": household.address,
        "lat": "27.72",
        "lng": "112.82",
    } | change


def test_a_changed_name_is_carried_to_the_grants_and_the_head(desk, village):
    household = makers.make_household(village, name="周秀莲")
    task = makers.make_task(makers.make_need(household, state="placed"))
    makers.make_assignment(task, makers.make_member(task.provider))
    page = desk.post(f"/households/{household.no}/edit/", edit_form(household, name="曾秀莲"))
    assert page.status_code == 302
    assert HouseholdUserGrant.objects.get().name_key == "zeng xiu lian"
    assert household.persons.get().name == "曾秀莲"


def test_of_two_people_at_one_file_the_later_sees_both_and_loses_nothing(desk, village):
    household = makers.make_household(village, name="周秀莲", address="老地址")
    stale = edit_form(household, address="我填的地址")
    assert (
        desk.post(
            f"/households/{household.no}/edit/", edit_form(household, address="别人填的地址")
        ).status_code
        == 302
    )
    page = desk.post(f"/households/{household.no}/edit/", stale)
    html = page.content.decode()
    assert page.status_code == 409
    assert "别人填的地址" in html
    assert 'value="我填的地址"' in html
    assert Household.objects.get().address == "别人填的地址"
    page = desk.post(f"/households/{household.no}/edit/", stale | {"version": 2})
    assert page.status_code == 302
    assert Household.objects.get().address == "我填的地址"


@pytest.mark.parametrize("version", ["", "x", "-1", "99"])
def test_a_forged_version_changes_nothing(desk, village, version):
    household = makers.make_household(village, name="周秀莲", address="老地址")
    page = desk.post(
        f"/households/{household.no}/edit/", edit_form(household, address="新地址", version=version)
    )
    assert page.status_code in {409, 422}
    assert Household.objects.get().address == "老地址"


def test_a_household_cannot_be_moved_out_of_ones_area_by_a_form(desk, village):
    household = makers.make_household(village, name="周秀莲")
    other = makers.make_region()
    page = desk.post(f"/households/{household.no}/edit/", edit_form(household, region=other.code))
    assert page.status_code == 422
    household.refresh_from_db()
    assert household.region == village


def test_a_person_edited_by_two_shows_both(desk, village):
    household = makers.make_household(village, name="周秀莲")
    person = household.persons.get()
    url = f"/households/{household.no}/people/{person.uid}/"
    form = {
        "version": 1,
        "name": "周秀莲",
        "relation": "self",
        "sex": "f",
        "birth_date_year": "1948",
        "birth_date_month": "3",
        "birth_date_day": "2",
    }
    assert desk.post(url, form | {"health_notes": "别人写的"}).status_code == 302
    page = desk.post(url, form | {"health_notes": "我写的"})
    assert page.status_code == 409
    assert "别人写的" in page.content.decode()
    assert "我写的" in page.content.decode()


def test_a_person_of_another_household_is_not_found(desk, village):
    household, other = makers.make_household(village), makers.make_household()
    for path in ("", "assess/", "category/"):
        url = f"/households/{household.no}/people/{other.persons.get().uid}/{path}"
        assert desk.get(url).status_code == 404
    assert desk.get(f"/households/{household.no}/people/{household.persons.get().uid}/").status_code == 200


def test_a_second_head_is_refused(village):
    household = makers.make_household(village)
    facts = people.PersonFacts(name="周二", sex="m", birth_date=date(1950, 1, 1), relation="self")
    with pytest.raises(Refused) as refusal:
        people.add_person(by=village.cadre, household=household, facts=facts, on=timezone.localdate())
    assert refusal.value.code == "head_twice"
    assert Person.objects.count() == 1


DAY = {"on_year": "2026", "on_month": "11", "on_day": "1"}
SIX = ("adl_eating", "adl_dressing", "adl_bed", "adl_toilet", "adl_walking", "adl_bathing")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["yes"] * 6, "able"),
        (["no"] + ["yes"] * 5, "partial"),
        (["no"] * 4 + ["yes"] * 2, "unable"),
        (["yes"] * 5 + ["unknown"], "not_assessed"),
    ],
)
def test_six_answers_give_the_class_of_person_and_household(desk, village, answers, expected):
    household = makers.make_household(village)
    url = f"/households/{household.no}/people/{household.persons.get().uid}/assess/"
    page = desk.post(url, DAY | dict(zip(SIX, answers, strict=True)))
    assert page.status_code == 302
    household.refresh_from_db()
    assert household.self_care == household.persons.get().assessments.get().self_care == expected


def test_an_unanswered_question_is_asked_again(desk, village):
    household = makers.make_household(village)
    url = f"/households/{household.no}/people/{household.persons.get().uid}/assess/"
    page = desk.post(url, DAY | dict.fromkeys(SIX[:5], "yes"))
    assert page.status_code == 422
    assert not household.persons.get().assessments.exists()


def test_a_file_with_an_open_need_is_not_closed(village):
    household = makers.make_household(village)
    need = makers.make_need(household)
    facts = {"by": village.cadre, "household": household, "version": 1, "reason": "迁出"}
    with pytest.raises(Refused) as refusal:
        close_file(**facts)
    assert refusal.value.code == "needs_open"
    need.state = "closed"
    need.save()
    assert close_file(**facts).state == "closed"
    with pytest.raises(Refused) as refusal:
        close_file(**facts | {"household": Household.objects.get(), "version": 2})
    assert refusal.value.code == "wrong_state"
