"""More planted faults: near kin, draws, break-glass, masks, rights of roles, desks and files."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.db.models import Q

from portal.permissions.roles import ROLES
from services.models import Report, SightCase, Task
from services.recipients import door, fields
from services.recipients.access import Window
from tests.matrix.engine import Matrix
from tests.matrix.test_faults import any_household, everything, no_expiry, open_table, rows
from tests.matrix.world import build

pytestmark = [pytest.mark.matrix, pytest.mark.django_db, pytest.mark.only("sqlite")]

R = "services:recipients:"
TRUE_REACH = door.reach


@pytest.fixture(scope="module")
def matrix(django_db_setup, django_db_blocker):
    """One world for the whole module; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Matrix(build())
        transaction.set_rollback(True)


def forgets_kin(*given):
    """A door that lets near kin in."""
    return replace(TRUE_REACH(*given), shut=frozenset())


def grants_of_anybody(user, at=None):
    """A door that reads the grants of everybody."""
    return Q(user_grants__isnull=False)


def same(text, *args):
    """A mask that hides nothing."""
    return text


def always_open(user, households, at):
    """Every carer stands at the door all day."""
    return {row.pk: Window(True, True) for row in households}


def every_case(*args):
    """The break-glasses of everybody."""
    return SightCase.objects.filter(kind="emergency").select_related("household")


def every_case_listed(*args):
    """The same as a list."""
    return list(every_case())


def role(name, **more):
    """The table of roles with one row changed."""
    changed = more.pop("also", ())
    return {**ROLES, name: replace(ROLES[name], permissions=ROLES[name].permissions | set(changed), **more)}


# where, what it becomes, which rows of the matrix are touched
FAULTS = {
    "near kin let in": (door, "reach", forgets_kin, [R + "detail"], ["village-luohan"]),
    "near kin let in to the reasons": (door, "reach", forgets_kin, [R + "why"], ["village-luohan"]),
    "a break-glass without an end": (door, "live", no_expiry, [R + "detail"], ["township-huashi"]),
    "grants of everybody": (door, "visible_condition", grants_of_anybody, [R + "detail"], ["volunteer-wu"]),
    "any break-glass may be ended": ("services.recipients.sight_access", "own_emergencies", every_case, [R + "emergency_end"], ["sysadmin"]),
    "the break-glasses of others on one's page": ("services.recipients.review_views", "own_emergencies", every_case, [R + "emergency"], ["township-huashi"]),
    "the break-glass of another across the page": ("portal.navigation", "running", every_case_listed, ["services:casework:desk"], ["inspector"]),
    "who looked, by number alone": ("services.recipients.sight_views", "household_for", any_household, [R + "looked"], ["township-huashi"]),
    "the printed list, by number alone": ("services.recipients.sight_views", "household_for", any_household, [R + "looked_print"], ["township-huashi"]),
    "the reasons of others, by number alone": ("services.recipients.sight_views", "household_for", any_household, [R + "explain"], ["township-huashi"]),
    "kin, by number alone": ("services.recipients.sight_views", "household_for", any_household, [R + "kin"], ["township-huashi"]),
    "editing by number alone": ("services.recipients.edit_views", "household_for", any_household, [R + "edit"], ["township-huashi"]),
    "assessing by number alone": ("services.recipients.people_views", "household_for", any_household, [R + "assess"], ["township-huashi"]),
    "a phone behind a click for carers": (fields, "TABLE", open_table("carer", "phone", "D"), [R + "unmask"], ["worker-tonghe"]),
    "a phone for departments": (fields, "TABLE", open_table("department", "phone"), [R + "detail"], ["department-yibao"]),
    "full names under break-glass": (fields, "TABLE", open_table("emergency", "name"), [R + "detail"], ["sysadmin"]),
    "phones for inspectors without a click": (fields, "TABLE", open_table("inspector", "phone"), [R + "detail"], ["inspector"]),
    "an ID number in full": ("services.recipients.presenting", "mask_tail", same, [R + "detail"], ["village-gucheng"]),
    "a mask of names that hides nothing": ("services.recipients.presenting", "mask_name", same, [R + "detail"], ["bureau"]),
    "a mask of phones that hides nothing": ("services.recipients.presenting", "mask_phone", same, [R + "detail"], ["bureau"]),
    "full names on the desk's records": ("services.visits.looks", "mask_name", same, ["services:visits:desk_record"], ["bureau"]),
    "reports of everywhere": ("services.intake.access", "reports_to_verify", rows(Report), ["services:casework:report"], ["township-huashi"]),
    "what other villages reported": ("services.intake.access", "reports_visible_to", rows(Report), ["services:intake:received"], ["village-luohan"]),
    "tasks of everybody on the list": ("services.tasks.access", "tasks_of", rows(Task), ["services:tasks:detail"], ["station-huashi"]),
    "a companion who checks in": ("services.visits.access", "held_by", everything, ["services:visits:check_in"], ["volunteer-liu"]),
}  # fmt: skip
GROWN = {
    "a system administrator who sees places": (role("sysadmin", sees_place=True), [R + "detail"], ["sysadmin"]),
    "an inspector who sees places": (role("inspector", sees_place=True), [R + "detail"], ["inspector"]),
    "finance that sees places": (
        role("finance", sees_place=True, also=["services.view_household"]), [R + "detail"], ["finance"],
    ),
    "a village officer who reads who looked": (
        role("livelihood_officer", also=["services.see_looks"]), [R + "looked"], ["village-gucheng"],
    ),
    "a township that reviews sight": (role("township_cadre", also=["services.review_sight"]), [R + "sight"], ["township-shitan"]),
    "finance that breaks glass": (role("finance", also=["services.ask_emergency"]), [R + "emergency"], ["finance"]),
    "an agency that searches by number": (role("manager", also=["services.find_by_number"]), [R + "find"], ["manager-tonghe"]),
}  # fmt: skip


def clean(matrix, routes, personas):
    """No fault before the fault is planted."""
    return matrix.run(routes, personas, ("GET", "POST")).faults == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(matrix, monkeypatch, name):
    module, attribute, fault, routes, personas = FAULTS[name]
    assert clean(matrix, routes, personas)
    where = f"{module}.{attribute}" if isinstance(module, str) else f"{module.__name__}.{attribute}"
    monkeypatch.setattr(where, fault)
    assert not clean(matrix, routes, personas)


@pytest.mark.parametrize("name", GROWN)
def test_a_role_that_grew_is_caught(matrix, monkeypatch, name):
    table, routes, personas = GROWN[name]
    assert clean(matrix, routes, personas)
    for key, row in table.items():
        monkeypatch.setitem(ROLES, key, row)
    assert not clean(matrix, routes, personas)


def test_a_door_that_is_always_open_is_caught(matrix, monkeypatch):
    routes, personas = ["services:visits:door"], ["worker-tonghe"]
    assert clean(matrix, routes, personas)
    for room in ("unmasking", "fields"):
        monkeypatch.setattr(f"services.recipients.{room}.windows", always_open)
    assert not clean(matrix, routes, personas)


def test_a_gate_that_lets_everybody_in_is_caught(matrix, monkeypatch):
    routes, personas = [R + "sight"], ["finance"]
    assert clean(matrix, routes, personas)
    monkeypatch.setattr("portal.permissions.gate.may_enter", lambda user, rule: True)
    assert not clean(matrix, routes, personas)


def test_at_least_forty_faults_are_planted_in_all():
    from tests.matrix import test_faults

    planted = len(FAULTS) + len(GROWN) + 2 + len(test_faults.FAULTS) + 5
    assert planted >= 40
