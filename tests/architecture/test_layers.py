"""Imports go down only: between the layers, and between the rooms of an app."""

import pytest

from tests.architecture.reading import APPS, Import, all_imports, imports_of

# The house from the ground up; the longest fitting prefix counts. Everything else in portal is the roof.
LAYERS = [
    ["portal.base"],
    ["portal.accounts"],
    ["portal.permissions", "portal.models"],
    ["partners"],
    ["content"],
    ["services"],
    ["portal"],
]
ROOMS = {
    "partners": [
        "network",
        "providers",
        "organisations",
        "stations",
        "memberships",
        "volunteers",
        "training",
        "vetting",
    ],
    "content": ["pages", "rules", "guides", "search", "sharing"],
    "services": [
        "recipients",
        "consents",
        "imports",
        "exports",
        "intake",
        "assistance",
        "contracts",
        "tasks",
        "matching",
        "visits",
        "sync",
        "hours",
        "settlement",
        "inspection",
        "casework",
        "discovery",
        "privacy",
        "reports",
    ],
}
# What an upper layer may read of the one beside or below it, where not everything.
ONLY = {"services": {"content": "content.rules.queries"}}


def layer(module: str) -> int:
    """How high a module stands."""
    fits = [
        (len(prefix), height)
        for height, prefixes in enumerate(LAYERS)
        for prefix in prefixes
        if module == prefix or module.startswith(prefix + ".")
    ]
    return max(fits)[1]


def room(module: str) -> int | None:
    """The place of a module's room in its app; None for the app's own files."""
    top, _, rest = module.partition(".")
    name = rest.split(".")[0]
    return ROOMS[top].index(name) if top in ROOMS and name in ROOMS[top] else None


def fault(found: Import) -> str:
    """What is wrong with an import, or nothing."""
    if found.imported.startswith("."):
        return "relative"
    top = found.imported.split(".")[0]
    if top == "tests":
        return "tests"
    if top not in APPS:
        return ""
    if layer(found.imported) > layer(found.importer):
        return "upward"
    own = found.importer.split(".")[0]
    narrowed = ONLY.get(own, {}).get(top)
    if narrowed and not found.imported.startswith(narrowed):
        return "past the reading room"
    if own != top or own == "portal":
        return ""
    mine, theirs = room(found.importer), room(found.imported)
    if mine is None:
        return ""
    if theirs is None:
        return "" if found.imported.startswith(f"{own}.apps") else "through the own door"
    return "later room" if theirs > mine else ""


def test_every_import_goes_down():
    assert [f"{i.importer}:{i.line} {fault(i)} {i.imported}" for i in all_imports(*APPS) if fault(i)] == []


def test_every_folder_of_an_app_has_its_place_in_the_order():
    from tests.architecture.reading import ROOT

    beside = {
        "management",
        "migrations",
        "templates",
        "static",
        "locale",
        "data",
        "templatetags",
        "__pycache__",
    }
    for app, rooms in ROOMS.items():
        folders = {path.name for path in (ROOT / app).iterdir() if (path / "__init__.py").exists()}
        assert folders - beside <= set(rooms)


@pytest.mark.parametrize(
    ("module", "line", "expected"),
    [
        ("partners.network.queries", "from services.models import Task", "upward"),
        ("portal.base.audit", "from portal.accounts.models import User", "upward"),
        ("portal.permissions.gate", "from partners.models import Post", "upward"),
        ("services.tasks.views", "from portal.views import me", "upward"),
        ("content.pages.views", "from services.models import Household", "upward"),
        ("services.tasks.queries", "from services.visits.models import Alert", "later room"),
        ("services.tasks.queries", "from services.models import Task", "through the own door"),
        ("services.visits.queries", "from content.pages.models import HomePage", "past the reading room"),
        ("services.visits.queries", "def f():\n    from services.reports import queries", "later room"),
        ("services.visits.queries", "from . import models", "relative"),
        ("services.visits.queries", "from tests.makers import make_task", "tests"),
    ],
)
def test_the_guard_sees_a_wrong_import(module, line, expected):
    assert [fault(found) for found in imports_of(module, line)] == [expected]
