"""What the repository may not contain: other people's machines, registry hosts, unpinned packages."""

import re

import pytest

from tests.architecture.reading import ROOT, tracked

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "machine path": re.compile(r"(?<![\w.])/(?:work|root|home/\w+|" + r"Users/\w+|tmp/h)" + r"/[\w.]+"),
    "registry host": re.compile(
        r"(?:pypi|pythonhosted|npmjs|debian|githubusercontent)" + r"\.(?:org|com|io)\b", re.I
    ),
    "secret": re.compile("-----BEGIN " + r"[A-Z ]*PRIVATE KEY-----"),
    "unfinished": re.compile(r"\b(?:TO" + "DO|FIX" + r"ME|XX" + r"X)\b"),
    "left from a merge": re.compile(r"^(?:<{7}|>{7}|={7})(?: |$)", re.M),
}
BINARY = {".png", ".jpg", ".jpeg", ".webp", ".ico", ".woff2", ".mo", ".gz"}


def faults(text: str) -> list[str]:
    """Names of what a text may not contain."""
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


def test_the_repository_speaks_of_the_project_alone():
    found = {
        str(path.relative_to(ROOT)): names
        for path in tracked()
        if path.suffix not in BINARY and path.name != "LICENSE" and (names := faults(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("see /ro" + "ot/x/y.py", "machine path"),
        ("https://files.python" + "hosted.org/x", "registry host"),
        ("# TO" + "DO later", "unfinished"),
        ("<" * 7 + " HEAD", "left from a merge"),
    ],
)
def test_the_guard_sees_what_may_not_be_there(text, fault):
    assert faults(text) == [fault]


def loose(lock: str) -> list[str]:
    """Lines of a lock that pin nothing, or name an address."""
    entries = re.sub(r"\\\n\s*", " ", lock).splitlines()
    wanted = [line for line in entries if line.strip() and not line.startswith("#")]
    return [line for line in wanted if "--hash=sha256:" not in line or "==" not in line or "://" in line]


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock"]
)
def test_every_package_is_pinned_by_hash_without_an_address(name):
    assert loose((ROOT / name).read_text()) == []


def test_the_guard_sees_a_loose_package():
    assert loose("django>=5") == ["django>=5"]
    assert loose("--index-url https://example.org/simple") == ["--index-url https://example.org/simple"]
    assert loose("a==1 \\\n    --hash=sha256:ab") == []


def test_no_other_lock_and_no_big_file_is_kept():
    names = {path.name for path in tracked()}
    assert not names & {"uv.lock", "package-lock.json", "poetry.lock"}
    assert {str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > 1_500_000} == set()


def test_the_papers_of_the_house_are_there():
    for name in [
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "docs/decisions.md",
        "docs/architecture.md",
        "docs/access.md",
    ]:
        assert (ROOT / name).stat().st_size > 200, name
