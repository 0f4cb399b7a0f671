"""The page of what was done: for the system administrator alone, itself recorded."""

import pytest
from django.test import Client

from portal.base.audit import record
from portal.code_words import VERBS
from portal.models import AuditEvent, User
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def watcher() -> Client:
    return makers.sign_in(Client(), makers.make_post("sysadmin", makers.make_region("county")))


@pytest.mark.parametrize("role", ["bureau_staff", "township_cadre", "inspector", "editor"])
def test_only_those_who_may_read_it_get_in(watcher, role):
    assert watcher.get("/desk/audit/").status_code == 200
    other = makers.sign_in(Client(), makers.make_post(role, makers.make_region("county")))
    assert other.get("/desk/audit/").status_code == 403


def test_it_is_filtered_exactly_and_looking_is_recorded(watcher):
    somebody = makers.make_user(username="somebody")
    household = makers.make_household()
    record(somebody, "test.done", household, household=household)
    record(None, "test.other")
    page = watcher.get("/desk/audit/", {"actor": "somebody", "household": household.no}).context["page"]
    assert [event.verb for event in page.object_list] == ["test.done"]
    assert household.name not in watcher.get("/desk/audit/").content.decode()
    assert AuditEvent.objects.filter(verb="audit.read").count() == 2
    assert User.objects.filter(username="somebody").exists()


@pytest.mark.parametrize(
    "query", [{"actor": "x" * 999}, {"page": "9" * 40}, {"verb": "a\x00b"}, {"object": "' OR 1"}]
)
def test_strange_filters_are_no_error_page(watcher, query):
    assert watcher.get("/desk/audit/", query).status_code == 200


def test_it_costs_the_same_for_many_lines(watcher, queries_of):
    watcher.get("/me/")
    record(None, "test.first")
    few = queries_of(watcher, "/desk/audit/")
    for n in range(60):
        record(makers.make_user(), f"test.{n}")
    assert queries_of(watcher, "/desk/audit/") == few <= 20


def test_what_was_done_stands_in_words_with_its_code(watcher):
    record(None, "offer.sent")
    record(None, "test.unnamed")
    page = watcher.get("/desk/audit/").content.decode()
    assert "发出派单" in page and "offer.sent" in page and "test.unnamed" in page
    assert all("." in verb and words for verb, words in VERBS.items())
