"""Reading the repository as text and as syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("portal", "partners", "content", "services")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository that is not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return tuple(path for name in listed if (path := ROOT / name).is_file())


def code(*tops: str) -> Iterator[Path]:
    """Python files of these top-level packages, without migrations."""
    for path in tracked():
        parts = path.relative_to(ROOT).parts
        if path.suffix == ".py" and parts[0] in tops and "migrations" not in parts:
            yield path


def module_of(path: Path) -> str:
    """The dotted name of a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@dataclass(frozen=True)
class Import:
    """`importer` imports `imported` in line `line`."""

    importer: str
    imported: str
    line: int


def imports_of(importer: str, source: str) -> Iterator[Import]:
    """Every import of a module, also those inside functions; `from a import b` counts as `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(importer, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(importer, f"{'.' * node.level}{node.module or ''}.{alias.name}", node.lineno)


def all_imports(*tops: str) -> Iterator[Import]:
    """Every import in these packages."""
    for path in code(*tops):
        yield from imports_of(module_of(path), path.read_text())
