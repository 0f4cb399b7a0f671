"""Calls every cell of the matrix, judges the answer by the expectations, and looks for planted secrets."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone

from portal.models import AuditEvent, OutboxMessage
from portal.permissions import hats
from tests import makers
from tests.matrix.expectations import LINES
from tests.matrix.never import NEVER, never
from tests.matrix.secrets_met import CLICK, CLICKS, OPEN
from tests.matrix.standing import DESK, LEFT_OPEN, OFFERED, PUBLIC, SEES, SIGNED, Line
from tests.matrix.world import ANONYMOUS, World, every_secret

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
OUTSIDE = {ANONYMOUS, "worker-left"}
OWN = {"portal", "partners", "services", "content"}
SECRETS = every_secret()
_SECRET = re.compile("|".join(re.escape(text) for text in sorted(SECRETS, key=len, reverse=True)))
_HINT = re.compile("Zq|1390731|43032119400")
_SPACED = re.compile(r"(?<=\d)[ -](?=\d)")  # telephone numbers are shown in groups
_NUMBER = re.compile(r"\b[A-Z]-\d{8,10}\b")
_CHANGING = re.compile(
    r'nonce="[^"]*"|nonce-[\w+/=-]+|name="csrfmiddlewaretoken" value="[^"]*"|csrfmiddlewaretoken=[^&"]*|Content-Length: \d+'
)


@dataclass(frozen=True)
class OwnRoute:
    """A route of the site: its name and the parameters of its path."""

    name: str
    parameters: tuple[tuple[str, str], ...]


def own_routes() -> Iterator[OwnRoute]:
    """Every own route, read from the resolver."""
    yield from _own(get_resolver().url_patterns, "")


def _own(patterns: Iterable[Any], namespace: str) -> Iterator[OwnRoute]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _own(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.callback.__module__.split(".")[0] in OWN:
            if hasattr(pattern.pattern, "converters") and pattern.pattern.converters:
                given = {
                    n: type(c).__name__.removesuffix("Converter").lower()
                    for n, c in pattern.pattern.converters.items()
                }
            else:
                given = dict.fromkeys(pattern.pattern.regex.groupindex, "string")
            yield OwnRoute(f"{namespace}{pattern.name or pattern.pattern}", tuple(given.items()))


def parameters(world: World, kind: str, label: str) -> dict[str, Any]:
    """What the path of an object of this kind is made of."""
    if kind in world.rows:
        row = world.rows[kind][label]
        return {
            "contract": lambda: {"no": row.no, "verb": "suspend"},
            **dict.fromkeys(("impact", "standard"), lambda: {"no": row.no}),
            "application": lambda: {"no": row.no},
            "paper": lambda: {"no": row.no, "number": 1},
            "papers_of": lambda: {"no": row.no, "code": "health"},
            "partner": lambda: {"no": row.no, "code": "premises"},
            "requirement": lambda: {"no": row.no},
            **dict.fromkeys(("membership", "invitation", "provider"), lambda: {"no": row.no}),
            "region": lambda: {"code": row.code},
            "question": lambda: {"name": row.step},
            "hours": lambda: {"uid": row.uid},
            **dict.fromkeys(
                ("volunteer", "correction", "certificate", "asked_certificate"), lambda: {"no": row.no}
            ),
            "course": lambda: {"code": row.code, "position": 1},
            **dict.fromkeys(("post", "post_offer", "home"), lambda: {"uid": row.uid}),
            "user": lambda: {"username": row.username},
            "sightcase": lambda: {"no": row.no},
            "sightreport": lambda: {"day": row.day.isoformat()},
            **dict.fromkeys(("import", "likeness", "export", "run"), lambda: {"no": row.no}),
        }[kind]()
    rows = world.files[label].rows
    if kind == "tie":
        return {"no": rows["household"].no, "uid": rows["tie"].uid}
    row = rows[kind]
    more = {
        "household": {"uid": rows["person"].uid}
        | {"circle_uid": rows["circle"].uid}
        | {name: rows[name].uid for name in ("category", "risk", "handover", "ending")},
        "task": {"visit_no": rows["planned"].no},
        "before": {"alert_no": rows["alert"].no},
    }.get(kind, {})
    return {"uid": row.file.uid} if kind == "photo" else {"no": row.no, **more}


@dataclass
class Findings:
    """What a run of the matrix found."""

    cells: int = 0
    deviations: list[str] = field(default_factory=list)
    leaks: set[str] = field(default_factory=set)
    met: set[tuple[str, str]] = field(default_factory=set)

    @property
    def faults(self) -> list[str]:
        """Everything that is not as it must be."""
        return self.deviations + sorted(self.leaks)


def _remember_hats(world: World) -> None:
    """What a process remembers between requests; inside the one transaction of a world it would read all anew.

    A cell that changes somebody's hats changes their stamp, and reads them from the rows.
    """
    now = timezone.now()
    for user in get_user_model().objects.filter(pk__in=[user.pk for user in world.people.values() if user]):
        if user.hats_stamp:
            hats._known[user.pk, user.language] = (user.hats_stamp, hats._read(user, now))


class Matrix:
    """Clients of all personas in one world; `run` calls cells and judges."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients = {name: self._client(user) for name, user in world.people.items()}
        _remember_hats(world)
        self.cookies = {name: client.cookies.output() for name, client in self.clients.items()}
        self.numbers = self._numbers()
        self.found = Findings()

    def _numbers(self) -> dict[str, tuple[str, set[str]]]:
        kinds = ("household", "need", "placed", "unmatched", "task", "planned", "before", "record", "alert")
        found = {
            file.rows[kind].no: (letter, SEES[letter])
            for letter, file in self.world.files.items()
            for kind in kinds
        }
        for letter, file in self.world.files.items():
            found[file.rows["offer"].no] = (letter, OFFERED[letter] | DESK[letter])
            found[file.rows["record"].no] = (letter, SEES[letter] | LEFT_OPEN[letter])
        return found

    def _client(self, user: Any) -> Client:
        client = Client(raise_request_exception=False)
        if user is not None:
            makers.sign_in(client, user)
            client.get("/healthz")
        return client

    def run(self, names: Iterable[str] | None = None, personas: Iterable[str] | None = None,
            methods: Iterable[str] = METHODS) -> Findings:  # fmt: skip
        """Every cell of these routes (all, without `names`)."""
        self.found = Findings()
        wanted = None if names is None else set(names)
        for route in own_routes():
            if wanted is not None and route.name not in wanted:
                continue
            line = LINES.get(route.name)
            if line is None:
                self.found.deviations.append(f"{route.name}: no line in the expectations")
                continue
            for persona in personas or self.clients:
                for method in methods:
                    self._cells(route, line, persona, method)
        return self.found

    def _cells(self, route: OwnRoute, line: Line, persona: str, method: str) -> None:
        none = {name: never(name, kind) for name, kind in route.parameters}
        if not line.kind:
            self._judge(route, line, persona, method, "", self._call(route, line, persona, method, none))
            return
        blank = self._call(route, line, persona, method, none)
        self._judge(route, line, persona, method, NEVER, blank)
        for label in self._labels(line, method):
            values = {**none, **parameters(self.world, line.kind, label)}
            given = {name: values[name] for name in none}
            answer = self._call(route, line, persona, method, given)
            self._judge(route, line, persona, method, label, answer)
            if answer.status_code == 404 and self._plain(answer, given) != self._plain(blank, none):
                self._deviates(
                    route, persona, method, label, "404 differs from that of a number that never was"
                )

    def _labels(self, line: Line, method: str) -> list[str]:
        """Every label; in the short form one for HEAD, and none for a method that the route does not take.

        Such a method is refused before any object is looked for: the number that never was stands for all.
        """
        every = list(line.may)
        if os.environ.get("LONG"):
            return every
        if {"GET": "G", "HEAD": "G", "POST": "P"}.get(method, "-") not in line.methods:
            return []
        return every[:1] if method == "HEAD" else every

    def _call(self, route: OwnRoute, line: Line, persona: str, method: str, given: dict[str, Any]) -> Any:
        client = self.clients[persona]
        url = reverse(route.name, kwargs=given) if ":" in route.name or given else reverse(route.name)
        self.found.cells += 1
        with transaction.atomic():
            before = AuditEvent.objects.count() if method == "POST" else 0
            data = line.body if method == "POST" else None
            response = getattr(client, method.lower())(url, **({"data": data} if data else {}))
            response.sight = self._body(response)
            if method == "POST" and AuditEvent.objects.count() > before:
                rows = AuditEvent.objects.order_by("-pk")[: AuditEvent.objects.count() - before]
                written = " ".join(f"{row.detail} {row.verb}" for row in rows)
                written += " ".join(f"{m.dedupe_key} {m.object_no}" for m in OutboxMessage.objects.all())
                if found := _SECRET.search(written):
                    self.found.leaks.add(f"{route.name} {persona}: {found.group(0)} in audit or outbox")
            transaction.set_rollback(True)
        if response.cookies:
            client.cookies = SimpleCookie()
            for header in self.cookies[persona].splitlines():
                client.cookies.load(header.removeprefix("Set-Cookie: "))
        return response

    def _body(self, response: Any) -> str:
        content = b"".join(response.streaming_content) if response.streaming else response.content
        kind = response.get("Content-Type", "")
        text = content.decode("utf-8" if "text" in kind or "json" in kind else "latin-1", "replace")
        return text + "\n" + "\n".join(f"{name}: {value}" for name, value in response.items())

    def _plain(self, response: Any, given: dict[str, Any]) -> str:
        text = _CHANGING.sub("", response.sight)
        for value in given.values():
            text = text.replace(str(value), "#")
        return f"{response.status_code}\n{text}"

    def _deviates(self, route: OwnRoute, persona: str, method: str, label: str, what: str) -> None:
        self.found.deviations.append(f"{route.name} {persona} {method} {label}: {what}")

    def _judge(self, route: OwnRoute, line: Line, persona: str, method: str, label: str, answer: Any) -> None:
        wanted = expected(line, persona, method, label)
        status = answer.status_code
        if status not in wanted:
            self._deviates(route, persona, method, label, f"{status}, expected {sorted(wanted)}")
        if (
            status == 302
            and persona in OUTSIDE
            and wanted == {302}
            and "/accounts/login/" not in answer["Location"]
        ):
            self._deviates(route, persona, method, label, f"led to {answer['Location']}")
        sight = _SPACED.sub("", answer.sight)
        if _HINT.search(sight):
            self._look(route, persona, sight)
        if not line.kind:
            self._count(route, persona, sight)

    def _count(self, route: OwnRoute, persona: str, text: str) -> None:
        """No list may name a record of a household that this person does not see, not even by number."""
        for no in set(_NUMBER.findall(text)) & self.numbers.keys():
            letter, open_to = self.numbers[no]
            if persona not in open_to:
                self.found.leaks.add(f"{route.name} {persona}: {no} of household {letter}")

    def _look(self, route: OwnRoute, persona: str, text: str) -> None:
        for hit in set(_SECRET.findall(text)):
            letter, name = SECRETS[hit]
            open_to = OPEN[name].get(letter, set())
            if route.name in CLICKS:
                open_to = open_to | CLICK.get(name, {}).get(letter, set())
            if persona in open_to:
                self.found.met.add((name, persona))
            else:
                self.found.leaks.add(f"{route.name} {persona}: {name} of household {letter}")


def expected(line: Line, persona: str, method: str, label: str) -> set[int]:
    """The answers that are right for one cell."""
    right = {200, 302, 409} if method in {"GET", "HEAD"} else {200, 302, 400, 409, 422}
    if method not in {"GET": "G", "HEAD": "G"} and {"POST": "P"}.get(method, "-") not in line.methods:
        return {405}
    if method in {"GET", "HEAD"} and "G" not in line.methods:
        return {405}
    if line.who == PUBLIC:
        return right | {204} | line.also
    if persona in OUTSIDE:
        return {302}
    if line.kind:
        may = line.post if method == "POST" and line.post is not None else line.may
        return right | line.also if persona in may.get(label, set()) else {404}
    return right | line.also if line.who == SIGNED or persona in line.who else {403}
