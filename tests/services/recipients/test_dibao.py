"""低保 for a household in one step: everybody asked for or nobody, each refusal beside its person."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from portal.base.models import AuditEvent
from portal.base.refused import Refused
from services.models import Person, PersonCategory
from services.recipients.dibao import RefusedForSome, end_dibao, give_dibao
from services.recipients.standing_models import FOREVER
from tests import makers

pytestmark = pytest.mark.django_db
DAY, LATER = date(2026, 5, 1), date(2026, 10, 1)


@pytest.fixture
def household():
    row = makers.make_household()
    for name, relation in (("测试配偶", "spouse"), ("测试子女", "child")):
        Person.objects.create(
            household=row, name=name, relation=relation, sex="f", birth_date=date(1990, 1, 1)
        )
    PersonCategory.objects.all().delete()
    return row


@pytest.fixture
def cadre(household):
    return makers.make_post("township_cadre", household.township)


@pytest.fixture
def client(cadre):
    return makers.sign_in(Client(), cadre)


def people(household):
    return list(household.persons.order_by("pk"))


def standing():
    return set(
        PersonCategory.objects.filter(kind="dibao", valid_to=FOREVER).values_list("person_id", flat=True)
    )


def test_a_household_gets_it_and_loses_it_in_one_step(household, cadre):
    everybody = people(household)
    assert give_dibao(by=cadre, household=household, people=everybody, dibao_class="B", on=DAY) == 3
    assert set(PersonCategory.objects.values_list("dibao_class", "valid_from")) == {("B", DAY)}
    assert end_dibao(by=cadre, household=household, people=everybody[1:], on=LATER, reason="收入增加") == 2
    assert standing() == {everybody[0].pk}
    told = AuditEvent.objects.filter(verb__startswith="household.dibao").order_by("pk")
    assert [row.verb for row in told] == ["household.dibao_given", "household.dibao_ended"]


def test_a_new_class_replaces_the_old_one(household, cadre):
    for letter, day in (("C", DAY), ("A", LATER)):
        give_dibao(by=cadre, household=household, people=people(household), dibao_class=letter, on=day)
    rows = PersonCategory.objects.filter(valid_to=FOREVER)
    assert set(rows.values_list("dibao_class", flat=True)) == {"A"}
    assert PersonCategory.objects.filter(valid_to=LATER, dibao_class="C").count() == 3


def test_one_who_cannot_have_it_stops_the_step_and_is_named(household, cadre):
    first, second, third = people(household)
    PersonCategory.objects.create(person=second, kind="tekun", mode="dispersed", valid_from=DAY)
    Person.objects.filter(pk=third.pk).update(birth_date=LATER)
    with pytest.raises(RefusedForSome) as refused:
        give_dibao(by=cadre, household=household, people=people(household), dibao_class="A", on=DAY)
    assert set(refused.value.people) == {second.pk, third.pk}
    assert "特困" in refused.value.people[second.pk]
    assert standing() == set()
    assert give_dibao(by=cadre, household=household, people=[first], dibao_class="A", on=DAY) == 1


def test_nobody_and_somebody_of_another_household_are_refused(household, cadre):
    other = makers.make_household().persons.get()
    with pytest.raises(Refused) as refused:
        give_dibao(by=cadre, household=household, people=[], dibao_class="A", on=DAY)
    assert refused.value.code == "nobody"
    with pytest.raises(RefusedForSome):
        give_dibao(by=cadre, household=household, people=[other], dibao_class="A", on=DAY)
    with pytest.raises(RefusedForSome):
        end_dibao(by=cadre, household=household, people=people(household), on=DAY, reason="没有低保")


def sent(chosen, **more):
    return {
        "people": [str(person.uid) for person in chosen], "dibao_class": "B",
        "on_year": "2026", "on_month": "5", "on_day": "1", **more,
    }  # fmt: skip


def test_the_page_names_each_refusal_beside_its_person(household, client):
    address = reverse("services:recipients:dibao", args=[household.no])
    second = people(household)[1]
    PersonCategory.objects.create(person=second, kind="tekun", mode="dispersed", valid_from=DAY)
    answer = client.post(address, sent(people(household)))
    assert answer.status_code == 422
    assert "测试配偶（配偶） · 这段时间登记着" in answer.text
    assert "测试子女（子女） ·" not in answer.text
    assert standing() == set()
    answer = client.post(address, sent([people(household)[0], people(household)[2]]))
    assert answer["Location"] == reverse("services:recipients:detail", args=[household.no])
    assert len(standing()) == 2


def test_the_page_of_the_end_offers_only_those_who_have_it(household, client, cadre):
    address = reverse("services:recipients:dibao_end", args=[household.no])
    assert "现在没有人登记低保" in client.get(address).text
    first = people(household)[0]
    give_dibao(by=cadre, household=household, people=[first], dibao_class="B", on=DAY)
    page = client.get(address).text
    assert str(first.uid) in page and str(people(household)[1].uid) not in page
    assert client.post(address, sent([people(household)[1]], reason="试试")).status_code == 422
    assert client.post(address, sent([first], reason="收入增加", on_month="10")).status_code == 302
    assert standing() == set()
