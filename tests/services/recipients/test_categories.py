"""Categories with dates, and the exclusive ones refused by rule and by database."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.base.dates import day_words
from portal.base.models import AuditEvent
from portal.base.refused import Refused
from services.models import PersonCategory
from services.recipients import categories
from services.recipients.categories import CategoryFacts
from services.recipients.overlaps import SETS
from services.recipients.standing_models import EXCLUSIVE, FOREVER
from tests import makers

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
DETAILS = {"tekun": {"mode": "dispersed"}, "dibao": {"dibao_class": "A"}}


@pytest.fixture
def person():
    return makers.make_household().persons.get()


@pytest.fixture
def cadre(person):
    return makers.make_post("township_cadre", person.household.township)


def put(person, cadre, kind, on=TODAY, **more):
    facts = CategoryFacts(kind, on, **(DETAILS.get(kind, {}) | more))
    return categories.set_category(by=cadre, person=person, facts=facts)


def row(person, kind, start, end=FOREVER):
    return PersonCategory.objects.create(
        person=person, kind=kind, valid_from=start, valid_to=end, **DETAILS.get(kind, {})
    )


def test_the_guards_in_the_database_know_the_same_sets_as_the_rule():
    assert SETS == EXCLUSIVE


def test_a_category_is_dated_and_stands_once(person, cadre):
    put(person, cadre, "tekun", TODAY - timedelta(days=9))
    with pytest.raises(Refused) as refusal:
        put(person, cadre, "tekun")
    assert refusal.value.code == "category_same"
    put(person, cadre, "tekun", mode="institutional")
    assert person.categories.get(valid_to=FOREVER).mode == "institutional"
    assert person.categories.get(mode="dispersed").valid_to == TODAY
    assert AuditEvent.objects.filter(verb="person.category_set").count() == 2


@pytest.mark.parametrize(
    ("standing", "new"),
    [
        ("tekun", "dibao"), ("dibao", "tekun"), ("dibao", "dibao_marginal"), ("tekun", "orphan"),
        ("orphan", "unattended_child"), ("unattended_child", "tekun"),
    ],
)  # fmt: skip
def test_exclusive_categories_do_not_stand_together(person, cadre, standing, new):
    first = put(person, cadre, standing, TODAY - timedelta(days=30))
    with pytest.raises(Refused) as refusal:
        put(person, cadre, new)
    assert refusal.value.code == "category_excluded"
    categories.end_category(by=cadre, row=first, on=TODAY, reason="转换")
    put(person, cadre, new)
    assert person.categories.get(valid_to=FOREVER).kind == new


@pytest.mark.parametrize(("one", "other"), [("tekun", "serious_illness"), ("dibao", "orphan")])
def test_the_others_may_stand_together(person, cadre, one, other):
    put(person, cadre, one)
    put(person, cadre, other)
    assert person.categories.filter(valid_to=FOREVER).count() == 2


def test_a_new_category_may_not_reach_into_an_ended_one(person, cadre):
    row(person, "dibao", TODAY - timedelta(days=100), TODAY)
    with pytest.raises(Refused) as refusal:
        put(person, cadre, "tekun", TODAY - timedelta(days=50))
    assert refusal.value.code == "category_excluded"
    put(person, cadre, "tekun", TODAY)


@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [("dibao", -50, None), ("dibao", -150, -50), ("orphan", -90, -80), ("tekun", -1, 10)],
)
def test_the_database_itself_refuses_an_overlap(person, kind, start, end):
    row(person, "tekun", TODAY - timedelta(days=100), TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        row(
            person,
            kind,
            TODAY + timedelta(days=start),
            TODAY + timedelta(days=end) if end is not None else FOREVER,
        )


@pytest.mark.parametrize(("kind", "start", "end"), [("dibao", 0, None), ("dibao", -200, -100)])
def test_the_database_takes_what_only_touches(person, kind, start, end):
    row(person, "tekun", TODAY - timedelta(days=100), TODAY)
    row(
        person,
        kind,
        TODAY + timedelta(days=start),
        TODAY + timedelta(days=end) if end is not None else FOREVER,
    )
    assert person.categories.count() == 2


def test_the_database_refuses_an_overlap_made_by_a_change(person):
    row(person, "tekun", TODAY - timedelta(days=100), TODAY)
    later = row(person, "dibao", TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonCategory.objects.filter(pk=later.pk).update(valid_from=TODAY - timedelta(days=1))


def test_two_people_are_not_in_each_others_way(person):
    other = makers.make_household().persons.get()
    row(person, "tekun", TODAY)
    row(other, "dibao", TODAY)
    assert PersonCategory.objects.count() == 2


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"kind": "tekun"}, "mode_empty"),
        ({"kind": "dibao"}, "class_empty"),
        ({"kind": "disability", "grade": 1}, "disability_empty"),
        ({"kind": "disability", "disability": "limb"}, "grade_empty"),
        ({"kind": "disability", "disability": "limb", "grade": 5}, "grade_empty"),
        ({"kind": "veteran", "on": date(1900, 1, 1)}, "category_early"),
    ],
)
def test_what_a_category_asks_for_is_asked(person, cadre, facts, code):
    with pytest.raises(Refused) as refusal:
        categories.set_category(by=cadre, person=person, facts=CategoryFacts(**({"on": TODAY} | facts)))
    assert refusal.value.code == code
    assert not person.categories.exists()


def test_details_of_another_kind_are_not_kept(person, cadre):
    made = put(person, cadre, "disability", disability="limb", grade=2, mode="dispersed", dibao_class="A")
    assert (made.mode, made.dibao_class, made.disability, made.grade) == ("", "", "limb", 2)


def test_an_end_needs_a_reason_and_an_order_and_comes_once(person, cadre):
    made = put(person, cadre, "dibao")
    for on, reason, code in (
        (TODAY, " ", "reason_empty"),
        (TODAY - timedelta(days=1), "收入增加", "category_order"),
    ):
        with pytest.raises(Refused) as refusal:
            categories.end_category(by=cadre, row=made, on=on, reason=reason)
        assert refusal.value.code == code
    categories.end_category(by=cadre, row=made, on=TODAY, reason="收入增加")
    with pytest.raises(Refused) as refusal:
        categories.end_category(by=cadre, row=made, on=TODAY, reason="收入增加")
    assert refusal.value.code == "category_over"


def test_what_shows_of_a_category_depends_on_who_looks(person, cadre, client):
    put(person, cadre, "dibao")
    put(person, cadre, "disability", disability="limb", grade=2)
    no = person.household.no
    officer = makers.make_post("livelihood_officer", person.household.region)
    makers.sign_in(client, officer)
    page = client.get(f"/households/{no}/").content.decode()
    assert "低保 · A 类" in page
    assert "肢体" not in page


def test_the_form_keeps_what_was_typed_and_says_what_is_in_the_way(person, cadre, client):
    put(person, cadre, "tekun", timezone.localdate() - timedelta(days=400))
    makers.sign_in(client, cadre)
    url = f"/households/{person.household.no}/people/{person.uid}/category/"
    sent = {"kind": "dibao", "dibao_class": "B", "on_year": "2026", "on_month": "11", "on_day": "1"}
    page = client.post(url, sent)
    assert page.status_code == 422
    assert "请先结束那一样" in page.content.decode()
    assert client.post(url, sent | {"kind": "veteran"}).status_code == 302


def typed(name, day):
    return {f"{name}_year": day.year, f"{name}_month": day.month, f"{name}_day": day.day}


def test_the_last_check_is_typed_with_the_category_and_stands_on_the_file(person, cadre, client):
    makers.sign_in(client, cadre)
    today = timezone.localdate()
    url = f"/households/{person.household.no}/people/{person.uid}/category/"
    sent = {"kind": "tekun", "mode": "dispersed"} | typed("on", today - timedelta(days=400))
    for day, words in (
        (today + timedelta(days=1), "这一天还没到"),
        (today - timedelta(days=401), "上次核查的日期早于开始的日期"),
    ):
        page = client.post(url, sent | typed("verified_on", day))
        assert (page.status_code, words in page.text) == (422, True)
        assert f'value="{day.year}"' in page.text
    checked = today - timedelta(days=200)
    assert client.post(url, sent | typed("verified_on", checked)).status_code == 302
    assert person.categories.get().verified_on == checked
    file = client.get(f"/households/{person.household.no}/").text
    assert "平台以前核查过" in file
    assert f"{day_words(checked)} · 特困人员" in file


def test_the_database_refuses_a_check_before_the_category(person):
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonCategory.objects.create(
            person=person, mode="dispersed", valid_from=TODAY, verified_on=TODAY - timedelta(days=1)
        )
