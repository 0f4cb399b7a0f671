"""Default deny: every route has a rule, every permission asked for exists and is somebody's."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command, get_commands
from django.test import RequestFactory
from django.urls import URLPattern

from portal.permissions.gate import Rule, needs
from portal.permissions.policy import THIRD_PARTY, Route, _walk, routes
from portal.permissions.roles import ROLES
from tests.architecture.reading import code

METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}


def undeclared(all_routes: list[Route]) -> list[str]:
    """Paths of routes that nobody wrote a rule for; own routes need a rule of their own."""
    return [
        route.path
        for route in all_routes
        if route.rule is None or (route.own and any(route.rule is rule for rule in THIRD_PARTY.values()))
    ]


def asked() -> set[str]:
    """Every permission that a route or a role names."""
    of_routes = {permission for route in routes() if route.rule for permission in route.rule.permissions}
    return of_routes | {permission for role in ROLES.values() for permission in role.permissions}


def in_code() -> set[str]:
    """Every string in the code that looks like a permission of ours."""
    pattern = re.compile(r'"((?:services|partners|content|portal|wagtailadmin)\.[a-z]+_[a-z_]+)"')
    found: set[str] = set()
    for path in code("portal", "partners", "services", "content"):
        if path.name in {
            "access.py",
            "views.py",
            "roles.py",
            "gate.py",
            "policy.py",
            "hats.py",
            "queries.py",
        }:
            found.update(pattern.findall(path.read_text()))
    return found


def existing() -> set[str]:
    """Every permission that the database knows."""
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def test_every_route_has_a_rule():
    found = list(routes())
    assert len(found) > 20
    assert undeclared(found) == []


def test_the_guard_sees_a_route_without_a_rule():
    def naked(request):
        return None

    naked.__module__ = "services.tasks.views"
    bare = list(_walk([URLPattern(_Pattern("tasks/naked/"), naked, name="naked")], "", ""))
    assert undeclared(bare) == ["tasks/naked/"]


class _Pattern:
    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


@pytest.mark.django_db
def test_every_permission_exists():
    assert asked() - existing() == set()
    assert in_code() - existing() == set()


@pytest.mark.django_db
def test_the_guard_sees_a_misspelt_permission():
    rule = needs("services.confrim_visit")(lambda request: None).rule
    assert set(rule.permissions) - existing() == {"services.confrim_visit"}


def test_every_permission_of_a_route_is_held_by_somebody():
    held = {permission for role in ROLES.values() for permission in role.permissions}
    of_routes = {permission for route in routes() if route.rule for permission in route.rule.permissions}
    assert of_routes - held == set()


def test_rules_name_real_methods():
    for route in routes():
        assert isinstance(route.rule, Rule)
        assert set(route.rule.methods) <= METHODS


def test_a_route_that_carries_a_number_says_what_it_takes():
    """Without `takes_object` the gate would answer 403 where it must answer 404."""
    found = [
        route.path
        for route in routes()
        if route.own
        and route.rule
        and route.rule.audience == "needs"
        and re.search(r"<(?:str|uuid|slug|int):(?:no|uid|pk|code)>", route.path)
        and not route.rule.takes_object
    ]
    assert found == []


def test_the_policy_can_be_printed():
    assert "routes" in get_commands()
    out = StringIO()
    call_command("routes", "--json", stdout=out)
    assert '"path"' in out.getvalue() or '"route"' in out.getvalue()


def test_an_unknown_route_is_refused_even_if_its_view_exists(rf: RequestFactory):
    from django.http import Http404

    from portal.permissions.gate import GateMiddleware

    request = rf.get("/nowhere/")
    request.resolver_match = type("Match", (), {"route": "nowhere/"})()
    with pytest.raises(Http404):
        GateMiddleware(lambda request: None).process_view(request, lambda request: None, (), {})
