"""Faults planted one at a time: the matrix or the search for secrets must catch each of them."""

import pytest
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseForbidden

from partners.memberships import access as membership_access
from partners.models import Application, Membership
from partners.vetting import access as vetting_access
from portal.permissions.gate import GateMiddleware
from services.contracts import access as contract_access
from services.matching import access as matching_access
from services.models import Alert, Household, Need, Offer, PlannedVisit, Task, VisitRecord
from services.recipients import door, fields, township_list
from services.tasks import access as task_access
from services.visits import access as visit_access
from services.visits import photos
from tests.matrix.engine import Matrix
from tests.matrix.world import build

pytestmark = [pytest.mark.matrix, pytest.mark.django_db, pytest.mark.only("sqlite")]

DETAIL, LIST, WHY = "services:recipients:detail", "services:recipients:list", "services:recipients:why"


@pytest.fixture(scope="module")
def matrix(django_db_setup, django_db_blocker):
    """One world for the whole module; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Matrix(build())
        transaction.set_rollback(True)


def everything(*args, **kwargs):
    """A filter that was taken out."""
    return Q()


def rows(model):
    """A function that forgot whom it was asked for."""
    return lambda *args, **kwargs: model.objects.all()


def no_expiry(at):
    """A grant that never ends."""
    return Q(valid_from__lte=at)


def all_listed(user, households, clear_paths):
    """A list that names everybody in full."""
    return {row.pk: row.name for row in households}


def open_table(column: str, field: str, mode: str = "C") -> dict:
    """The table of fields with one cell opened."""
    return {**fields.TABLE, column: {**fields.TABLE[column], field: mode}}


def any_household(user, no, permission=""):
    """A detail page that looks up by number alone."""
    return Household.objects.get(no=no)


def every_source(user, township, at):
    """The fast list's sources, not asking who looks or where."""
    return [("SELECT p.name_key, p.id FROM services_household p WHERE p.id > %s", "p.id", [0])]


FAULTS = {
    "the door stands open": (door, "visible_condition", everything, [DETAIL], ["manager-nuanlin"]),
    "a list without its filter": (township_list, "_sources", every_source, [LIST], ["township-huashi"]),
    "a detail page by number alone": ("services.recipients.views", "household_for", any_household, [DETAIL], ["volunteer-wu"]),
    "grants without an end": (door, "live", no_expiry, [DETAIL], ["volunteer-chen", "manager-tonghe"]),
    "tasks of everybody": (task_access, "tasks_of", rows(Task), ["services:tasks:detail"], ["manager-nuanlin"]),
    "needs of everywhere": (task_access, "needs_at_place", rows(Need), ["services:tasks:volunteer"], ["township-huashi"]),
    "offers of everybody": (matching_access, "offers_of", rows(Offer), ["services:matching:accept"], ["manager-nuanlin"]),
    "contracts of everybody": (
        contract_access, "own_contracts", everything, ["services:contracts:agency_detail"], ["manager-nuanlin"],
    ),
    "visits of everybody": (visit_access, "carried_visits", rows(PlannedVisit), ["services:visits:visit"], ["worker-nuanlin"]),
    "records of everybody": (visit_access, "records_read_by", rows(VisitRecord), ["services:visits:desk_record"], ["township-huashi"]),
    "alerts of everybody": (visit_access, "alerts_received_by", rows(Alert), ["services:visits:desk_alert"], ["township-huashi"]),
    "own records, ended or not": (
        visit_access, "own_record_for",
        lambda user, no: VisitRecord.objects.get(planned__no=no), ["services:visits:receipt"], ["worker-tonghe"],
    ),
    "teams of everybody": (
        membership_access, "members_visible_to", rows(Membership), ["services:handover:member"], ["manager-nuanlin"],
    ),
    "applications of everywhere": (
        vetting_access, "visible_to", rows(Application), ["partners:vetting_detail"], ["township-huashi"],
    ),
    "lists with full names": (
        "services.recipients.listing", "listed_names", all_listed, [LIST], ["bureau"],
    ),
    "health shown to carers": (fields, "TABLE", open_table("carer", "health"), [DETAIL], ["worker-tonghe"]),
    "phone shown to agencies": (fields, "TABLE", open_table("agency", "phone"), [DETAIL], ["manager-tonghe"]),
    "full names for the county": (fields, "TABLE", open_table("county", "name"), [DETAIL], ["bureau"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(matrix, monkeypatch, name):
    module, attribute, fault, routes, personas = FAULTS[name]
    assert matrix.run(routes, personas, ("GET", "POST")).faults == []
    if isinstance(module, str):
        monkeypatch.setattr(f"{module}.{attribute}", fault)
    else:
        monkeypatch.setattr(module, attribute, fault)
    assert matrix.run(routes, personas, ("GET", "POST")).faults != []


def test_a_photo_for_everybody_is_caught(matrix, monkeypatch):
    from portal.base.models import ProtectedFile

    routes, personas = ["services:visits:photo"], ["volunteer-wu", "village-gucheng"]
    assert matrix.run(routes, personas, ("GET",)).faults == []
    monkeypatch.setattr(photos, "photo_for", lambda user, uid: ProtectedFile.objects.get(uid=uid))
    assert matrix.run(routes, personas, ("GET",)).faults != []


def test_a_403_where_a_404_belongs_is_caught(matrix, monkeypatch):
    truth = GateMiddleware._refusal

    def telling(self, request, rule):
        no = request.resolver_match.kwargs.get("no", "")
        seen = Household.objects.visible_to(request.user).filter(no=no).exists()
        if Household.objects.filter(no=no).exists() and not seen:
            return HttpResponseForbidden()
        return truth(self, request, rule)

    assert matrix.run([WHY], ["volunteer-wu"], ("GET",)).faults == []
    monkeypatch.setattr(GateMiddleware, "_refusal", telling)
    assert matrix.run([WHY], ["volunteer-wu"], ("GET",)).faults != []


def test_a_route_without_a_line_is_caught(matrix, monkeypatch):
    from tests.matrix import engine

    monkeypatch.delitem(engine.LINES, "portal:me")
    assert matrix.run(["portal:me"], ["bureau"], ("GET",)).faults != []


def test_a_secret_in_the_audit_is_caught(matrix, monkeypatch):
    from services.recipients import unmasking

    truth = unmasking.record

    def chatty(by, verb, obj=None, *, household=None, **detail):
        return truth(by, verb, obj, household=household, name=household.name, **detail)

    routes, personas = ["services:recipients:unmask"], ["bureau"]
    assert matrix.run(routes, personas, ("POST",)).faults == []
    monkeypatch.setattr(unmasking, "record", chatty)
    assert matrix.run(routes, personas, ("POST",)).faults != []
