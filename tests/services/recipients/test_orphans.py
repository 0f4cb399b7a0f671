"""Sight never outlives what it is of, and nobody inherits it (A8 of the security anchors)."""

import random

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from services.models import Household, HouseholdTeamGrant, HouseholdUserGrant
from services.recipients.access import close_file, open_file
from tests import makers

pytestmark = pytest.mark.django_db
GRANTS = (HouseholdUserGrant, HouseholdTeamGrant)


def orphans():
    """Grants of households or holders that are not there, counted in the tables themselves."""
    found = 0
    with connection.cursor() as cursor:
        for table, holder, holders in (
            ("services_householdusergrant", "user_id", "portal_user"),
            ("services_householdteamgrant", "group_id", "auth_group"),
        ):
            cursor.execute(
                f"SELECT count(*) FROM {table} g LEFT JOIN services_household h ON h.id = g.content_object_id "  # noqa: S608
                f"LEFT JOIN {holders} w ON w.id = g.{holder} WHERE h.id IS NULL OR w.id IS NULL"
            )
            found += cursor.fetchone()[0]
    return found


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_made_and_erased_no_grant_is_left_over_and_nobody_inherits(seed):
    chance = random.Random(seed)
    village = makers.make_region()
    provider = makers.make_provider()
    carers = [makers.make_member(provider) for _ in range(3)]
    manager = makers.make_member(provider, "manager")
    living, now = [], timezone.now()
    for step in range(60):
        if not living or chance.random() < 0.5:
            living.append(makers.make_household(village))
            open_file(living[-1], cause=f"assignment:{step}", user=chance.choice(carers), at=now)
            open_file(living[-1], cause=f"task:{step}", team=provider.team, at=now)
        elif chance.random() < 0.4:
            close_file(cause=f"assignment:{step - 1}", at=now)
        else:
            gone = living.pop(chance.randrange(len(living)))
            key = gone.pk
            gone.persons.all().delete()
            gone.delete()
            # Who comes back under the same key is somebody else.
            again = makers.make_household(village, pk=key)
            assert not any(user.has_perm("services.view_household", again) for user in [*carers, manager])
            assert not Household.objects.visible_to(manager).filter(pk=key).exists()
    assert sum(model.objects.count() for model in GRANTS) > 1
    assert orphans() == 0


def test_the_database_itself_leaves_no_grant_behind():
    household = makers.make_household()
    open_file(household, cause="task:1", team=makers.make_provider().team, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM services_person WHERE household_id = %s", [household.pk])
        cursor.execute("DELETE FROM services_household WHERE id = %s", [household.pk])
        connection.check_constraints()


def test_the_count_sees_a_grant_of_nobody():
    # Keys are checked when a transaction ends, so inside one such a row can stand.
    open_file(makers.make_household(), cause="task:1", team=makers.make_provider().team, at=timezone.now())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE services_householdteamgrant SET content_object_id = 987654321")
        assert orphans() == 1
        transaction.set_rollback(True)
