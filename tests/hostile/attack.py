"""What is thrown at a form, and how its answer is judged."""

import itertools
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from zlib import crc32

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import transaction
from django.utils.html import escape

from tests.hostile.forms import Form, forms_of

_WHY = re.compile(r'<span class="why"[^>]*>(.*?)</span>', re.S)

NASTY = {
    "overlong": "长x" * 50_000,
    "nul": "a\x00b",
    "huge number": "9" * 400,
    "emoji": "好😀👩‍👧",
    "negative": "-1",
    "no such day": "2026-02-30",
    "far day": "99999-99-99",
    "not a number": "NaN",
    "exponent": "1e999",
    "other digits": "٣٤",
    "bidi": "\u202eabc\u2066d",
    "markup": "<script>'\"&amp;",
    "blank": " \u3000\t",
}
ALWAYS = ("overlong", "nul")
# Wrong values of what is chosen, not typed, and of hidden fields.
WRONG = {"no such choice": "no-such", "nul": "\x00", "huge number": "9" * 40, "negative": "-1"}
RIGHT = {302, 400, 403, 404, 409, 410, 413, 422, 429}
TOKEN = {"csrfmiddlewaretoken": "x"}  # a browser always sends it, so that no body is empty
URLENCODED = "application/x-www-form-urlencoded"
BROKEN = (
    ("words that are no UTF-8", b"reason=%ED%A0%80%FF%00&version=%FF", URLENCODED),
    ("another charset", b"reason=a&version=1", f"{URLENCODED}; charset=utf-99"),
    ("a charset of two bytes", "reason=a".encode("utf-16"), f"{URLENCODED}; charset=utf-16"),
    ("multipart without boundary", b"--x\r\n", "multipart/form-data"),
    ("multipart cut off", b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\nb', "multipart/form-data; boundary=x"),
    ("two thousand fields", b"&".join(b"f%d=1" % n for n in range(2000)), URLENCODED),
)  # fmt: skip


@dataclass(frozen=True)
class Blow:
    """One hostile request: what to call it, its body and, for a raw body, its kind."""

    name: str
    data: Any
    content_type: str = ""


def some(route: str, names: Iterable[str], count: int) -> list[str]:
    """A share of the names, another for each route; in the long form all of them."""
    rows = list(names)
    if not rows or os.environ.get("LONG"):
        return rows
    first = crc32(route.encode()) % len(rows)
    return [rows[(first + step) % len(rows)] for step in range(min(count, len(rows)))]


def blows(route: str, form: Form) -> Iterator[Blow]:
    """Everything that is sent to one form."""
    good = form.filled()
    typed = [name for name, one in form.fields.items() if one.typed]
    chosen = [name for name in form.fields if name not in typed]
    yield Blow("nothing", {})
    rest = [label for label in NASTY if label not in ALWAYS]
    for label in [*ALWAYS, *some(route, rest, 2)] if typed else []:
        yield Blow(f"{label} everywhere", {**good, **dict.fromkeys(typed, [NASTY[label]])})
    for label in some(route, WRONG, 1) if chosen else []:
        yield Blow(f"{label} chosen", {**good, **dict.fromkeys(chosen, [WRONG[label]])})
    turns = itertools.cycle(some(route, NASTY, len(NASTY)))
    for name in some(route, form.fields, 8):
        for label in list(NASTY) if os.environ.get("LONG") else [next(turns)]:
            yield Blow(f"{label} in {name}", {**good, name: [NASTY[label]]})
    if form.fields:
        yield Blow("everything twice", {name: [*values, "zz"] for name, values in good.items()})
        files = {name: SimpleUploadedFile("x.jpg", b"\xff\xd8broken", "image/jpeg") for name in good}
        yield Blow("files for words", files)
    wanted = some(route, [name for name, _body, _kind in BROKEN], 1)
    yield from (Blow(name, body, kind) for name, body, kind in BROKEN if name in wanted)


class Attack:
    """Sends blows with one client and judges the answers; nothing that they change stays."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.cookies = client.cookies.output(header="", sep=";")
        self.faults: list[str] = []
        self.problem = ""
        self.sent = 0

    def on(self, route: str, form: Form, *, shows: bool = False) -> list[str]:
        """Every blow against one form; what was found. `shows`: success is a page, not a way on."""
        self.faults = []
        for blow in blows(route, form):
            answer = self.strike(form.url, blow)
            if answer.status_code == 200 and "attachment" in answer.get("Content-Disposition", ""):
                continue  # a button that hands out a file
            if answer.status_code not in RIGHT | ({200} if shows else set()):
                self._fault(route, blow, f"{answer.status_code}{self.problem}")
            elif answer.status_code == 422:
                self._explained(route, form, blow, answer)
        return self.faults

    def strike(self, url: str, blow: Blow) -> Any:
        """Send one request and undo what it did."""
        self.problem, self.sent = "", self.sent + 1
        cache.clear()  # or the limits of tries would answer instead
        got_request_exception.connect(self._note)
        try:
            with transaction.atomic():
                if blow.content_type:
                    answer = self.client.generic("POST", url, blow.data, blow.content_type)
                else:
                    answer = self.client.post(url, blow.data | TOKEN)
                transaction.set_rollback(True)
        finally:
            got_request_exception.disconnect(self._note)
        if answer.cookies:
            self.client.cookies = SimpleCookie(self.cookies)
        return answer

    def _note(self, sender: Any, **more: Any) -> None:
        kind, problem, _trace = sys.exc_info()
        self.problem = f" {kind.__name__ if kind else ''}: {str(problem)[:150]}"

    def _fault(self, route: str, blow: Blow, what: str) -> None:
        self.faults.append(f"{route}: {blow.name}: {what}")

    def _explained(self, route: str, form: Form, blow: Blow, answer: Any) -> None:
        page = answer.content.decode()
        if 'role="alert"' not in page:
            self._fault(route, blow, "no summary of what is wrong")
        for bound in _bound_forms(answer.context):
            beside = _WHY.findall(page)
            for field in [bound[name] for name in bound.errors if name in bound.fields]:
                offered = not field.is_hidden and f'name="{field.html_name}' in page
                said = any(escape(words) in why for words in field.errors for why in beside)
                if offered and not said and f'id="{field.auto_id}_error"' not in page:
                    self._fault(route, blow, f"no message beside {field.html_name}")
        if not blow.content_type:
            self._kept(route, form, blow, page)

    def _kept(self, route: str, form: Form, blow: Blow, page: str) -> None:
        """What a person typed and could see stands in the form again."""
        back = [one for one in forms_of(form.url, page) if one.method == "post"]
        for name, field in form.fields.items():
            sent = blow.data.get(name)
            if not field.typed or field.kind == "password" or not isinstance(sent, list):
                continue
            if not sent or "\x00" in sent[-1] or not sent[-1].strip():
                continue
            if not any(name in one.fields and one.fields[name].values == [sent[-1]] for one in back):
                self._fault(route, blow, f"lost what was typed in {name}")


def _bound_forms(context: Any) -> list[Any]:
    """The forms with data that the page was made of."""
    found = {}
    for layer in context or []:
        for values in getattr(layer, "dicts", [layer]):
            for one in values.values() if isinstance(values, dict) else []:
                if getattr(one, "is_bound", False) and hasattr(one, "fields"):
                    found[id(one)] = one
    return list(found.values())
