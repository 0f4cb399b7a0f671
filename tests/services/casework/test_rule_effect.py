"""What a proposed standard would change in the register: counted household by household, never by name."""

from datetime import date

import pytest
from django.utils import timezone

from content.models import Standard, StandardChange
from content.rules.effects import count_effects, step_of
from content.rules.queries import Facts, Span
from partners.models import Region
from services.casework.rule_effect import households_changed, paid_by
from services.casework.rule_facts import facts_of_people, rural_of
from services.models import CirclePerson, Household, Person, PersonCategory
from tests import makers

pytestmark = pytest.mark.django_db
DAY, COUNTY = date(2027, 1, 1), "430321"


@pytest.fixture
def village(db):
    """A village of the county, with the codes of a real one."""
    county = Region.objects.filter(code=COUNTY).first() or makers.make_region("county")
    Region.objects.filter(pk=county.pk).update(code=COUNTY)
    township = makers.make_region("township", county)
    Region.objects.filter(pk=township.pk).update(code="430321190")
    place = makers.make_region("village", township)
    Region.objects.filter(pk=place.pk).update(code="430321190201")
    return Region.objects.get(pk=place.pk)


def make_person(village, born, **category):
    """Somebody alone in a household, of a category."""
    household = makers.make_household(village)
    Person.objects.filter(household=household).delete()
    person = Person.objects.create(household=household, name="试", sex="f", birth_date=born)
    if category:
        PersonCategory.objects.create(person=person, valid_from=date(2024, 1, 1), **category)
    return person


def step(**changes):
    """A proposal for the county."""
    given = {"kind": "dibao_rural", "area": COUNTY, "amount": 60000, "starts_on": DAY, **changes}
    return step_of(StandardChange(**given))


TEKUN = {"kind": "tekun", "mode": "dispersed"}
DIBAO = {"kind": "dibao", "dibao_class": "A"}


def test_the_register_fills_what_it_knows_and_nothing_else(village):
    person = make_person(village, date(1950, 1, 2), **TEKUN)
    found = facts_of_people([person.household], DAY)[person.household_id]
    assert found == [
        Facts(age=Span(76, 76), rural=True, at_home=True, tekun=True, dibao=False, low_income=False)
    ]


@pytest.mark.parametrize(
    ("kind", "grade", "incapable", "severe"),
    [
        ("intellect", 3, True, False), ("psyche", 4, False, False), ("limb", 2, True, True), ("limb", 3, False, False),
        ("sight", 1, True, True), ("sight", 2, False, True), ("hearing", 1, False, True), ("several", 1, None, True),
    ],
)  # fmt: skip
def test_a_disability_counts_as_the_law_counts_it(village, kind, grade, incapable, severe):
    person = make_person(village, date(1980, 1, 2), kind="disability", disability=kind, grade=grade)
    (found,) = facts_of_people([person.household], DAY)[person.household_id]
    assert (found.incapable, found.severe, found.disabled) == (incapable, severe, True)


@pytest.mark.parametrize(
    ("abilities", "supported"), [([], None), (["tekun"], False), (["tekun", "able"], True)]
)
def test_who_is_bound_to_support_counts_by_what_they_can(village, abilities, supported):
    person = make_person(village, date(1950, 1, 2))
    for ability in abilities:
        CirclePerson.objects.create(
            household=person.household, part="obligor", name="甲", relation="child", ability=ability,
            valid_from=date(2024, 1, 1),
        )  # fmt: skip
    (found,) = facts_of_people([person.household], DAY)[person.household_id]
    assert found.supported is supported


@pytest.mark.parametrize(
    ("code", "rural"),
    [("430321100001", False), ("430321100201", True), ("430321100201-G01", True), ("430321100", None), ("430321100500", None)],
)  # fmt: skip
def test_a_code_tells_village_from_town(code, rural):
    assert rural_of(code) is rural


def test_a_sum_changes_for_those_who_get_it_and_for_nobody_else(village):
    make_person(village, date(1980, 1, 2), **DIBAO)
    make_person(village, date(1950, 1, 2), **TEKUN)
    make_person(village, date(1980, 1, 2))
    assert households_changed(step()) == 1
    assert households_changed(step(kind="dibao_urban")) == 0
    assert households_changed(step(kind="tekun_rural")) == 1
    assert households_changed(step(area="430321191")) == 0


def test_the_same_number_again_changes_nobody(village):
    make_person(village, date(1980, 1, 2), **DIBAO)
    Standard.objects.create(
        kind="dibao_rural", area=COUNTY, amount=60000, document="试〔2026〕1号", valid_from=date(2026, 1, 1)
    )
    assert households_changed(step()) == 0
    assert households_changed(step(amount=60001)) == 1


def test_a_care_standard_is_for_those_of_its_class(village):
    person = make_person(village, date(1950, 1, 2), **TEKUN)
    Household.objects.filter(pk=person.household_id).update(self_care="partial")
    assert households_changed(step(kind="care_partial")) == 1
    assert households_changed(step(kind="care_unable")) == 0


def test_an_age_changes_for_whom_the_rules_say_something_else_and_for_those_supported_by_it(village):
    heard = {"kind": "disability", "disability": "hearing", "grade": 4}
    for born in (date(1964, 1, 2), date(1950, 1, 2), date(1980, 1, 2)):  # 62, 76 and 46 on the day
        make_person(village, born, **heard)
        make_person(village, born, **TEKUN)
    make_person(village, date(1964, 1, 2))  # perhaps disabled: still not known
    assert households_changed(step(kind="elder_age", amount=65)) == 2
    assert households_changed(step(kind="elder_age", amount=60)) == 0


def test_the_dead_and_closed_files_count_nothing(village):
    dead = make_person(village, date(1980, 1, 2), **DIBAO)
    closed = make_person(village, date(1980, 1, 2), **DIBAO)
    assert households_changed(step()) == 2
    Person.objects.filter(pk=dead.pk).update(died_on=date(2026, 1, 1))
    Household.objects.filter(pk=closed.household_id).update(state="closed")
    assert households_changed(step()) == 0


def test_three_queries_however_many_households(village, django_assert_max_num_queries):
    for _n in range(20):
        make_person(village, date(1980, 1, 2), **DIBAO)
    with django_assert_max_num_queries(6):
        assert households_changed(step()) == 20


def test_the_job_writes_the_number_beside_the_proposal(village):
    make_person(village, date(1980, 1, 2), **DIBAO)
    row = StandardChange.objects.create(
        no="ST-00000001", kind="dibao_rural", area=COUNTY, amount=60000, document="试〔2026〕1号", starts_on=DAY,
        proposed_by=makers.make_user(), proposed_at=timezone.now(),
    )  # fmt: skip
    assert count_effects() == 1
    row.refresh_from_db()
    assert row.households == 1
    assert count_effects() == 0


@pytest.mark.parametrize("kind", ["elder_age", "minor_age"])
def test_nobody_is_paid_by_an_age(kind):
    assert not paid_by(kind, Facts(tekun=True, dibao=True, rural=True), "able")
