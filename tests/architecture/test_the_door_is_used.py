"""Views, APIs, forms and lists reach protected rows only through the door (security A6)."""

import ast

from tests.architecture.reading import code, module_of

PROTECTED = {
    "Household", "Person", "Assessment", "TekunStatus", "Need", "Task", "Assignment", "PlannedVisit", "VisitRecord",
    "VisitPhoto", "Alert", "Report", "Unmasking",
}  # fmt: skip
EDGES = ("views", "api", "forms", "listing", "desk", "cards", "presenting")
# module: why it may
ALLOWED = {"services.visits.phone_views": "a visit that `planned_for` gave, and one's own looks"}


def around_the_door(source: str) -> list[int]:
    """Lines that take `Model.objects.<anything but visible_to>` of a protected model."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and node.attr not in {"visible_to", "none"}
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in {"objects", "_base_manager", "_default_manager"}
        and isinstance(node.value.value, ast.Name)
        and node.value.value.id in PROTECTED
    ]


def test_pages_reach_protected_rows_through_the_door_alone():
    found = {
        module: lines
        for path in code("services", "portal", "content", "partners")
        if (module := module_of(path)).split(".")[-1].endswith(EDGES)
        and module not in ALLOWED
        and not module.startswith("portal.management")
        and (lines := around_the_door(path.read_text()))
    }
    assert found == {}


def test_the_guard_sees_a_way_around_the_door():
    assert around_the_door("row = Household.objects.get(no=no)") == [1]
    assert around_the_door("rows = Household.objects.visible_to(user).filter(no=no)") == []
    assert around_the_door("rows = Contract.objects.filter(no=no)") == []
