"""The one door: place, task and person open a household; nothing else does."""

from datetime import timedelta

import pytest
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from portal.models import User
from services.models import Household
from services.recipients.access import close_file, explain, open_file
from services.recipients.grants import NotByGuardian
from tests import makers

pytestmark = pytest.mark.django_db


def sees(user: User, household: Household) -> bool:
    """Both shapes of the rule, which must agree."""
    fresh = User.objects.get(pk=user.pk)
    listed = Household.objects.visible_to(fresh).filter(pk=household.pk).exists()
    assert fresh.has_perm("services.view_household", household) is listed
    assert bool(explain(fresh, household)) is listed
    return listed


def test_place_opens_the_subtree_and_nothing_beside_it():
    village = makers.make_region()
    household = makers.make_household(village)
    assert sees(makers.make_post("township_cadre", village.parent), household)
    assert sees(makers.make_post("bureau_staff", village.parent.parent), household)
    assert sees(makers.make_post("livelihood_officer", village), household)
    assert not sees(
        makers.make_post("livelihood_officer", makers.make_region(parent=village.parent)), household
    )
    assert not sees(
        makers.make_post("township_cadre", makers.make_region("township", village.parent.parent)), household
    )


@pytest.mark.parametrize("role", ["inspector", "finance", "editor", "sysadmin", "department_staff"])
def test_a_post_whose_role_has_no_sight_opens_nothing(role):
    household = makers.make_household()
    assert not sees(makers.make_post(role, household.township.parent), household)


def test_a_task_opens_the_household_to_managers_of_its_team_only():
    task = makers.make_task()
    household = task.need.household
    assert sees(makers.make_member(task.provider, "manager"), household)
    assert not sees(makers.make_member(task.provider, "worker"), household)
    assert not sees(makers.make_member(makers.make_provider(), "manager"), household)


def test_a_contract_alone_opens_nothing():
    household = makers.make_household()
    contract = makers.make_contract(townships=[household.township])
    assert not sees(makers.make_member(contract.provider, "manager"), household)


def test_an_assignment_opens_it_until_its_end_to_the_second_without_any_job():
    task = makers.make_task()
    worker = makers.make_member(task.provider)
    end = timezone.now() + timedelta(days=1)
    makers.make_assignment(task, worker, until=end)
    household = task.need.household
    assert sees(worker, household)
    assert Household.objects.visible_to(worker, end - timedelta(seconds=1)).filter(pk=household.pk).exists()
    assert not Household.objects.visible_to(worker, end).filter(pk=household.pk).exists()


def test_an_ended_file_can_be_opened_again_and_its_history_stays():
    task = makers.make_task()
    manager = makers.make_member(task.provider, "manager")
    household = task.need.household
    assert close_file(cause=f"task:{task.no}", at=timezone.now()) == 1
    assert not sees(manager, household)
    open_file(household, cause=f"task:{task.no}", team=task.provider.team, at=timezone.now())
    assert sees(manager, household)
    assert household.team_grants.count() == 2


def test_members_of_a_stopped_provider_see_nothing():
    task = makers.make_task()
    manager = makers.make_member(task.provider, "manager")
    assert sees(manager, task.need.household)
    task.provider.state = "suspended"
    task.provider.save()
    assert not sees(manager, task.need.household)


def test_guardians_undated_writers_are_shut():
    household = makers.make_household()
    user = makers.make_user()
    with pytest.raises(NotByGuardian):
        assign_perm("services.view_household", user, household)
    with pytest.raises(NotByGuardian):
        remove_perm("services.view_household", user, household)
    assert not sees(user, household)


def test_a_superuser_sees_no_household():
    household = makers.make_household()
    user = User.objects.create_superuser("root-for-test", password="a-long-password")
    assert not sees(user, household)


def test_an_inactive_person_sees_nothing():
    task = makers.make_task()
    manager = makers.make_member(task.provider, "manager")
    manager.is_active = False
    manager.save()
    assert not sees(manager, task.need.household)


def test_a_grant_that_has_not_begun_never_begins_after_its_cause_was_closed():
    task = makers.make_task()
    worker = makers.make_member(task.provider)
    now = timezone.now()
    household = task.need.household
    open_file(household, cause="assignment:later", user=worker, at=now + timedelta(days=2))
    assert Household.objects.visible_to(worker, now + timedelta(days=3)).filter(pk=household.pk).exists()
    assert close_file(cause="assignment:later", at=now) == 1
    assert not Household.objects.visible_to(worker, now + timedelta(days=3)).filter(pk=household.pk).exists()
