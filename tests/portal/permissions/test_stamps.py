"""Hats are remembered under a stamp that the database changes with every row they come from."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from partners.models import Membership, Post, Provider, Region, Volunteer
from portal.base.models import OPEN_END
from portal.models import User
from portal.permissions import stamps
from portal.permissions.hats import hats
from tests import makers

real = pytest.mark.django_db(transaction=True)


def roles(user: User) -> list[str]:
    """The roles of the person as the next request finds them."""
    return sorted(hat.role for hat in hats(User.objects.get(pk=user.pk)))


@pytest.mark.django_db
def test_every_watched_table_has_its_triggers_and_a_dropped_one_is_missed():
    assert len(stamps.watched()) >= 5
    assert stamps.missing(connection) == []
    with connection.cursor() as cursor:
        name = stamps.watched()[0].name
        cursor.execute(
            f"DROP TRIGGER {name}_insert"
            if connection.vendor == "sqlite"
            else f"DROP TRIGGER {name} ON {stamps.watched()[0].table}"
        )
    assert stamps.missing(connection) == [stamps.watched()[0].table]
    stamps.put_up(connection)
    assert stamps.missing(connection) == []


@real
def test_a_known_person_costs_no_query_for_the_hats():
    user = makers.make_member(makers.make_provider(), "manager")
    assert roles(user) == ["manager"]
    again = User.objects.get(pk=user.pk)
    with CaptureQueriesContext(connection) as caught:
        assert [hat.role for hat in hats(again)] == ["manager"]
    assert len(caught) == 0


def end_post(user: User) -> None:
    Post.objects.filter(user=user).update(valid_to=user.date_joined, valid_from=user.date_joined)


def end_membership(user: User) -> None:
    Membership.objects.filter(user=user).update(valid_to=user.date_joined, valid_from=user.date_joined)


def stop_provider(user: User) -> None:
    Provider.objects.filter(memberships__user=user).update(state="suspended")


def delete_rows(user: User) -> None:
    Post.objects.filter(user=user).delete()
    Membership.objects.filter(user=user).delete()


def deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def somebody_with_a_post() -> User:
    return makers.make_post("township_cadre", makers.make_region("township"))


def somebody_of_a_team() -> User:
    return makers.make_member(makers.make_provider(), "manager")


@real
@pytest.mark.parametrize(
    ("make", "take_back"),
    [
        (somebody_with_a_post, end_post),
        (somebody_with_a_post, delete_rows),
        (somebody_with_a_post, deactivate),
        (somebody_of_a_team, end_membership),
        (somebody_of_a_team, stop_provider),
        (somebody_of_a_team, delete_rows),
    ],
)
def test_what_is_taken_back_is_gone_with_the_next_request(make, take_back):
    user = make()
    assert len(roles(user)) == 1
    take_back(user)
    assert roles(user) == []


@real
def test_a_volunteer_who_is_suspended_loses_the_hat():
    user = makers.make_user()
    Volunteer.objects.create(no="V-1", user=user, state="approved", home=makers.make_region("township"))
    assert roles(user) == ["volunteer"]
    Volunteer.objects.filter(user=user).update(state="suspended")
    assert roles(user) == []


@real
def test_a_place_that_moves_takes_its_people_along():
    place = makers.make_region("township")
    user = makers.make_post("township_cadre", place)
    assert roles(user)
    Region.objects.filter(pk=place.pk).update(path="99990001")
    assert [hat.region_path for hat in hats(User.objects.get(pk=user.pk))] == ["99990001"]


@real
def test_a_change_that_is_taken_back_leaves_nothing_behind():
    user = makers.make_member(makers.make_provider(), "worker")
    roles(user)
    with transaction.atomic():
        Membership.objects.filter(user=user).update(role="manager")
        assert roles(user) == ["manager"]
        transaction.set_rollback(True)
    assert roles(user) == ["worker"]
    Membership.objects.filter(user=user).update(role="station_lead")
    assert roles(user) == ["station_lead"]


@real
def test_saving_a_person_read_earlier_does_not_bring_the_old_stamp_back():
    user = makers.make_member(makers.make_provider(), "manager")
    early = User.objects.get(pk=user.pk)
    hats(early)
    Membership.objects.filter(user=user).update(valid_to=user.date_joined, valid_from=user.date_joined)
    early.name = "改了名字"
    early.save()
    assert roles(user) == []
    assert User.objects.get(pk=user.pk).name == "改了名字"


@real
def test_an_end_reached_by_the_clock_needs_no_stamp():
    from datetime import timedelta

    from django.utils import timezone

    user = makers.make_member(makers.make_provider(), "manager")
    now = timezone.now()
    Membership.objects.filter(user=user).update(valid_to=now + timedelta(seconds=2))
    assert roles(user) == ["manager"]
    import time_machine

    with time_machine.travel(now + timedelta(seconds=3), tick=False):
        assert roles(user) == []
    assert Membership.objects.get(user=user).valid_to < OPEN_END


@pytest.mark.only("sqlite")
@pytest.mark.django_db
def test_a_migration_that_is_to_be_done_finds_no_trigger_in_its_way():
    stamps.before_migrate(None, "default", plan=[])
    assert stamps.missing(connection) == []
    stamps.before_migrate(None, "default", plan=["a migration"])
    assert stamps.missing(connection) == [row.table for row in stamps.watched()]
    stamps.after_migrate(None, "default")
    assert stamps.missing(connection) == []
