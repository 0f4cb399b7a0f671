"""Files stay small and named, actions plain, templates free of inline script and style."""

import ast
import re

import pytest

from tests.architecture.reading import ROOT, code, module_of, tracked

LIMIT = 400
NAMELESS = re.compile(r"^(utils?|helpers?|misc|common|.*_v\d+)$")
INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)(?![^>]*type=\"application/(?:ld\+)?json\")",
    re.I,
)
OUTSIDE = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.I)


def test_no_file_is_too_long():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix in {".py", ".html", ".js", ".css"}
        and "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > LIMIT
    }
    assert long == {}


def test_every_module_has_a_telling_name():
    names = {
        module_of(path).split(".")[-1] for path in code("portal", "partners", "content", "services", "tests")
    }
    assert {name for name in names if NAMELESS.match(name)} == set()
    assert NAMELESS.match("utils") and NAMELESS.match("form_helpers") is None and NAMELESS.match("helpers")


def celery_calls(source: str) -> list[int]:
    """Lines that hand work to the queue."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Attribute) and node.attr in {"delay", "apply_async", "delay_on_commit"})
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("celery", "portal.tasks")))
    ]


def test_nothing_below_the_roof_calls_the_queue():
    found = {
        module_of(path): lines
        for path in code("partners", "content", "services")
        if (lines := celery_calls(path.read_text()))
    }
    assert found == {}


def test_the_guard_sees_a_call_of_the_queue():
    assert celery_calls("def accept():\n    relay.delay(3)") == [2]
    assert celery_calls("from portal.tasks import relay") == [1]


def imports_signals(source: str) -> bool:
    """Whether a module takes anything of Django's signals."""
    return any(
        isinstance(node, ast.ImportFrom)
        and ((node.module or "").endswith("signals") or node.module == "django.dispatch")
        for node in ast.walk(ast.parse(source))
    )


def test_partners_and_services_have_no_signal_receivers():
    assert [
        module_of(path) for path in code("partners", "services") if imports_signals(path.read_text())
    ] == []


def test_the_guard_sees_a_signal_receiver():
    assert imports_signals("from django.db.models.signals import post_save")
    assert imports_signals("from django.dispatch import receiver")


def templates():
    """Every template of the site."""
    return [path for path in tracked() if path.suffix in {".html", ".txt"} and "templates" in path.parts]


def test_no_template_carries_inline_script_or_style_or_asks_another_host():
    found = {
        str(path.relative_to(ROOT)): hit.group(0)
        for path in templates()
        if (hit := INLINE.search(path.read_text()) or OUTSIDE.search(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>1</script>",
        '<a href="javascript:x()">',
        '<button onclick="x()">',
    ],
)
def test_the_guard_sees_inline_code(bad):
    assert INLINE.search(bad)


def test_the_guard_sees_another_host_and_allows_own_script():
    assert OUTSIDE.search('<script src="https://example.org/x.js">')
    assert not INLINE.search('<script src="/static/x.js" defer></script>')


def swallowed(source: str) -> list[int]:
    """Lines of bare or silent handlers of every exception."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
        and all(isinstance(inner, ast.Pass) for inner in node.body)
    ]


def test_no_exception_is_swallowed():
    found = {
        module_of(path): lines
        for path in code("portal", "partners", "content", "services")
        if (lines := swallowed(path.read_text()))
    }
    assert found == {}
    assert swallowed("try:\n    f()\nexcept Exception:\n    pass") == [3]


def undocumented(source: str) -> list[str]:
    """Public functions of a module without a docstring."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]


def test_every_action_and_rule_says_what_it_does():
    found = {
        module_of(path): names
        for path in code("portal", "partners", "content", "services")
        if "templatetags" not in path.parts and (names := undocumented(path.read_text()))
    }
    assert found == {}
    assert undocumented("def accept():\n    return 1") == ["accept"]
