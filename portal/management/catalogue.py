"""The catalogues of translations without gettext's tools: read, compile, and find what is missing.

Source strings are Chinese and stand in the code; `portal/locale/<lang>/LC_MESSAGES/django.po` is kept in
the repository, the compiled `.mo` is made from it at start.
"""

import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

CALLS = {
    "_": (0,),
    "gettext": (0,),
    "gettext_lazy": (0,),
    "gettext_noop": (0,),
    "ngettext": (0, 1),
    "ngettext_lazy": (0, 1),
    "pgettext": (1,),
    "pgettext_lazy": (1,),
    "npgettext": (1, 2),
}
APPS = ("portal", "partners", "services", "content")


@dataclass(frozen=True)
class Key:
    """What a message is known by."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass
class Entry:
    """One message of a catalogue."""

    key: Key
    forms: list[str] = field(default_factory=list)
    fuzzy: bool = False

    @property
    def complete(self) -> bool:
        """Whether every form has words and none is a guess."""
        return not self.fuzzy and bool(self.forms) and all(self.forms)


def _messages_in(tree: ast.AST) -> Iterator[Key]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in CALLS:
            continue
        words = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        places = CALLS[name]
        if len(words) <= places[-1]:
            continue
        yield Key(
            words[places[0]],
            words[places[1]] if len(places) == 2 else "",
            words[0] if name.lstrip("n").startswith("pgettext") else "",
        )


def messages_of_python(source: str) -> set[Key]:
    """Every message that Python code asks for."""
    return set(_messages_in(ast.parse(source)))


_CALL = re.compile(r"(?<![\w.])(?:_|gettext|ngettext|pgettext|npgettext)\(")


def messages_of_template(source: str) -> set[Key]:
    """Every message that a template asks for, read off Django's own translation of it to code."""
    code = templatize(source)
    found: set[Key] = set()
    for match in _CALL.finditer(code):
        for end in (hit.end() for hit in re.finditer(r"\)", code[match.start() :])):
            try:
                tree = ast.parse(code[match.start() : match.start() + end].strip(), mode="eval")
            except SyntaxError:
                continue
            found.update(_messages_in(tree))
            break
    return found


def messages_of_code(root: Path) -> dict[Key, str]:
    """Every message of the site's own code and templates, with one place it stands in."""
    found: dict[Key, str] = {}
    for app in APPS:
        for path in sorted((root / app).rglob("*")):
            if "migrations" in path.parts or path.suffix not in {".py", ".html", ".txt"}:
                continue
            if path.suffix == ".txt" and "templates" not in path.parts:
                continue
            reader = messages_of_python if path.suffix == ".py" else messages_of_template
            for key in reader(path.read_text()):
                if key.text:
                    found.setdefault(key, str(path.relative_to(root)))
    return found


def read_catalogue(path: Path) -> dict[Key, Entry]:
    """The entries of a `.po` file; obsolete ones are left out."""
    entries: dict[Key, Entry] = {}
    for block in re.split(r"\n\s*\n", path.read_text() if path.exists() else ""):
        parts: dict[str, str] = {}
        current = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            keyword = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+"', line)
            if keyword:
                current = keyword.group(1)
                parts[current] = ""
                line = line[keyword.end() - 1 :]
            if current and line.startswith('"'):
                parts[current] += ast.literal_eval(line.strip())
        if "msgid" not in parts:
            continue
        key = Key(parts["msgid"], parts.get("msgid_plural", ""), parts.get("msgctxt", ""))
        forms = [text for name, text in sorted(parts.items()) if name.startswith("msgstr")]
        entries[key] = Entry(key, forms, any(x.startswith("#,") and "fuzzy" in x for x in block.splitlines()))
    return entries


def compile_catalogue(path: Path) -> bytes:
    """The `.mo` of a `.po` (GNU gettext's format, little-endian, sorted, without a hash table)."""
    pairs = []
    for entry in read_catalogue(path).values():
        if entry.key.text and not entry.complete:
            continue
        known = (f"{entry.key.context}\x04" if entry.key.context else "") + entry.key.text
        known += f"\0{entry.key.plural}" if entry.key.plural else ""
        pairs.append((known.encode(), "\0".join(entry.forms).encode()))
    pairs.sort()
    count = len(pairs)
    start = 28 + 16 * count
    ids = b"".join(known + b"\0" for known, _ in pairs)
    table, offset = b"", start
    for known, _ in pairs:
        table += struct.pack("<II", len(known), offset)
        offset += len(known) + 1
    for _, words in pairs:
        table += struct.pack("<II", len(words), offset)
        offset += len(words) + 1
    words = b"".join(words + b"\0" for _, words in pairs)
    return struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, start) + table + ids + words


def compile_catalogues() -> None:
    """Make every `.mo` that is missing or older than its `.po`."""
    for folder in settings.LOCALE_PATHS:
        for source in Path(folder).glob("*/LC_MESSAGES/django.po"):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                fresh = target.with_suffix(".mo.tmp")
                fresh.write_bytes(compile_catalogue(source))
                fresh.replace(target)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


HEADER = """msgid ""
msgstr ""
"Project-Id-Version: shouwang\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


def write_catalogue(path: Path, wanted: dict[Key, str]) -> tuple[int, int]:
    """Rewrite a `.po` with exactly the wanted messages, keeping known words. Returns (new, dropped)."""
    known = {key: entry for key, entry in read_catalogue(path).items() if key.text}
    blocks = [HEADER]
    for key, place in sorted(wanted.items(), key=lambda item: (item[1], item[0].text, item[0].context)):
        entry = known.get(key) or Entry(key, ["", ""] if key.plural else [""])
        lines = [f"#: {place}"] + (["#, fuzzy"] if entry.fuzzy else [])
        if key.context:
            lines.append(f"msgctxt {_quoted(key.context)}")
        lines.append(f"msgid {_quoted(key.text)}")
        if key.plural:
            lines.append(f"msgid_plural {_quoted(key.plural)}")
            lines += [f"msgstr[{n}] {_quoted(form)}" for n, form in enumerate(entry.forms)]
        else:
            lines.append(f"msgstr {_quoted(entry.forms[0])}")
        blocks.append("\n".join(lines) + "\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(blocks))
    return len(wanted.keys() - known.keys()), len(known.keys() - wanted.keys())
