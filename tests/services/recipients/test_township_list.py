"""The hand-written list gives the rows of the door, in order, with the right total."""

import random
from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.models import User
from services.models import Household
from services.recipients.access import close_file, open_file
from services.recipients.township_list import TownshipRows, begin_behind, page_of
from tests import makers

pytestmark = pytest.mark.django_db


def by_door(user: User, township) -> list[int]:
    """The same list through the ORM."""
    rows = Household.objects.visible_to(user).filter(township=township, state="active")
    return list(rows.order_by("name_key", "id").values_list("pk", flat=True))


def through_pages(user: User, township, size: int) -> list[int]:
    """Every row, page after page."""
    first = page_of(user, township, 1, size)
    rows = [row.pk for n in range(1, first.pages + 1) for row in page_of(user, township, n, size).rows]
    assert first.total == len(rows)
    return rows


def a_random_world(seed: int) -> tuple[list[User], list]:
    """Two townships, households, providers, and people who see by every source and none."""
    rng = random.Random(seed)
    now = timezone.now()
    county = makers.make_region("county")
    townships = [makers.make_region("township", county) for _ in range(2)]
    villages = [makers.make_region("village", town) for town in townships for _ in range(2)]
    households = [
        makers.make_household(
            rng.choice(villages),
            name_key=rng.choice(["an", "bao", "chen"]),
            state=rng.choice(["active"] * 5 + ["paused", "closed"]),
        )
        for _ in range(30)
    ]
    providers = [makers.make_provider() for _ in range(2)]
    people = [makers.make_user() for _ in range(3)]
    people += [makers.make_member(provider, role) for provider in providers for role in ("manager", "worker")]
    makers.make_member(providers[1], "station_lead", people[0])
    people.append(makers.make_post("township_cadre", townships[0]))
    people.append(makers.make_post("livelihood_officer", villages[0], people[1]))
    people.append(makers.make_post("bureau_staff", county))
    people.append(makers.make_post("finance", county))
    for n in range(80):
        household, at = rng.choice(households), now + timedelta(days=rng.choice([-9, -2, 3]))
        until = {} if rng.random() < 0.6 else {"until": max(at, now + timedelta(days=rng.choice([-1, 1])))}
        cause = f"cause:{rng.randint(0, 30)}"
        if rng.random() < 0.5:
            open_file(household, cause=cause, user=rng.choice(people), at=at, **until)
        else:
            open_file(household, cause=cause, team=rng.choice(providers).team, at=at, **until)
        if n % 9 == 0:
            close_file(cause=cause, at=now)
    return people, townships


def behind_pages(user: User, township, size: int) -> list[int]:
    """Every row, each page begun behind the last row of the one before."""
    page = page_of(user, township, 1, size)
    rows = [row.pk for row in page.rows]
    while page.next_from:
        behind = begin_behind(page.next_from, page.number + 1)
        assert behind is not None
        page = page_of(user, township, page.number + 1, size, behind=behind)
        rows += [row.pk for row in page.rows]
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_the_list_of_everywhere_and_the_door_agree(seed):
    people, _townships = a_random_world(seed)
    seen = 0
    for person in people:
        fresh = User.objects.get(pk=person.pk)
        rows = Household.objects.visible_to(fresh).filter(state="active").order_by("name_key", "id")
        truth = list(rows.values_list("pk", flat=True))
        assert through_pages(fresh, None, 5) == truth
        assert behind_pages(fresh, None, 5) == truth
        seen += len(truth)
    assert seen > 30


def test_where_a_page_begins_is_sealed_and_holds_for_that_page_alone():
    household = makers.make_household(name_key="li xiuying")
    makers.make_household(household.region, name_key="wang")
    user = makers.make_post("township_cadre", household.township)
    page = page_of(user, household.township, 1, 1)
    assert "li" not in page.next_from.split(":")[0]
    assert begin_behind(page.next_from, 2) == ("li xiuying", household.pk)
    assert begin_behind(page.next_from, 3) is None
    for forged in ("", "x", page.next_from[:-3] + "AAA", "k1:AAAA"):
        assert begin_behind(forged, 2) is None


def test_flags_of_a_page_cost_no_query_and_are_those_of_the_check():
    from django.db import connection

    from services.recipients.access import flags

    edit = "services.edit_household"
    village = makers.make_region()
    household = makers.make_household(village)
    other = makers.make_household(makers.make_region(parent=village.parent))
    cadre = makers.make_post("township_cadre", village.parent)
    makers.make_post("livelihood_officer", village, cadre)
    officer = makers.make_post("livelihood_officer", village)
    for user in (User.objects.get(pk=cadre.pk), User.objects.get(pk=officer.pk)):
        rows = page_of(user, village.parent).rows
        with CaptureQueriesContext(connection) as caught:
            told = flags(user, rows, edit, "services.report_need")
        assert len(caught) == 0
        for row in rows:
            one = Household.objects.get(pk=row.pk)
            assert (edit in told[row.pk]) is user.has_perm(edit, one)
    assert {household.pk, other.pk} == {row.pk for row in page_of(cadre, village.parent).rows}


@pytest.mark.parametrize("seed", range(6))
def test_the_list_and_the_door_agree(seed):
    people, townships = a_random_world(seed)
    seen = 0
    for person in people:
        fresh = User.objects.get(pk=person.pk)
        for township in townships:
            truth = by_door(fresh, township)
            assert through_pages(fresh, township, 5) == truth
            assert through_pages(fresh, township, 100) == truth
            assert behind_pages(fresh, township, 4) == truth
            seen += len(truth)
    assert seen > 30


def test_a_page_costs_one_query_and_carries_the_region():
    household = makers.make_household()
    user = makers.make_post("township_cadre", household.township)
    page_of(user, household.township)
    from django.db import connection

    with CaptureQueriesContext(connection) as caught:
        page = page_of(user, household.township)
        assert page.rows[0].region.name == household.region.name
    assert len(caught) == 1
    assert (page.rows[0].no, page.total, page.pages) == (household.no, 1, 1)
    assert page.rows[0].get_self_care_display() == "没评估"


def test_a_page_behind_the_last_is_empty_and_still_knows_the_total():
    household = makers.make_household()
    user = makers.make_post("township_cadre", household.township)
    page = page_of(user, household.township, page=9)
    assert (page.rows, page.total) == ([], 1)


def test_somebody_without_a_hat_sees_nothing_even_with_a_grant():
    household = makers.make_household()
    user = makers.make_user()
    open_file(household, cause="assignment:x", user=user, at=timezone.now() - timedelta(days=1))
    assert page_of(user, household.township).total == 0


def test_a_paginator_gets_every_row_once_and_two_pages_cost_two_queries():
    from django.core.paginator import Paginator
    from django.db import connection

    township = makers.make_region("township")
    village = makers.make_region("village", township)
    made = [makers.make_household(village) for _ in range(7)]
    user = User.objects.get(pk=makers.make_post("township_cadre", township).pk)
    page_of(user, township)
    with CaptureQueriesContext(connection) as caught:
        seen = [
            row.no
            for number in (1, 2)
            for row in Paginator(TownshipRows(user, township).first(number, 5), 5).get_page(number)
        ]
        assert len(caught) == 2
    assert seen == [row.no for row in made]
