"""The forms of a page as a browser reads them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

TYPED = {"text", "textarea", "search", "tel", "password", "number", "date", "time", "email", "url", "month"}


@dataclass
class Field:
    """One name of a form: what kind of control, what it holds, what it offers."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)

    @property
    def typed(self) -> bool:
        """Whether a person types here."""
        return self.kind in TYPED


@dataclass
class Form:
    """A form: where it goes and what it sends."""

    url: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)
    plain: bool = False  # it has a button without a name: those with one are other ways to send it

    def filled(self) -> dict[str, list[str]]:
        """What the browser would send if the person chose the first of everything and typed a word."""
        return {name: one.values or one.offered[:1] or _word(one) for name, one in self.fields.items()}


def _word(one: Field) -> list[str]:
    words = {"date": "2027-03-04", "time": "09:30", "number": "3", "tel": "13900000000"}
    return [words.get(one.kind, "试着写一句")] if one.typed else []


def _target(page: str, action: str | None) -> str:
    url = urlsplit(urljoin(page, action or page))
    return f"{url.path}?{url.query}".rstrip("?")


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found = page, []
        self.form: Form | None = None
        self.select: Field | None = None
        self.area: Field | None = None

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in given}
        if tag == "form":
            self.form = Form(_target(self.page, held.get("action")), held.get("method", "get").lower())
            self.found.append(self.form)
        elif self.form is None:
            return
        elif held.get("formaction"):
            # The same fields, sent somewhere else by this button.
            self.found.append(
                Form(_target(self.page, held["formaction"]), self.form.method, self.form.fields)
            )
        elif not (held.get("name") or tag == "option"):
            self.form.plain |= tag == "button" and held.get("type", "submit") == "submit"
            return
        elif tag in {"input", "button"}:
            self._control(held, tag)
        elif tag == "select":
            self.select = self._field(held["name"], "select")
        elif tag == "option" and self.select is not None:
            self.select.offered.append(held.get("value", ""))
            if "selected" in held and held.get("value"):
                self.select.values.append(held["value"])
        elif tag == "textarea":
            self.area = self._field(held["name"], "textarea")
            self.area.values.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select" and self.select is not None:
            self.select.offered.sort(key=lambda value: value == "")
            self.select = None
        elif tag == "textarea" and self.area is not None:
            typed = self.area.values.pop().removeprefix("\n")
            self.area.values += [typed] if typed else []
            self.area = None

    def handle_data(self, text: str) -> None:
        if self.area is not None:
            self.area.values[-1] += text

    def _field(self, name: str, kind: str) -> Field:
        assert self.form is not None
        return self.form.fields.setdefault(name, Field(name, kind))

    def _control(self, held: dict[str, str], tag: str) -> None:
        assert self.form is not None
        kind = held.get("type", "submit" if tag == "button" else "text")
        one = self._field(held["name"], kind)
        if kind in {"radio", "checkbox", "submit"}:
            one.offered.append(held.get("value", "on"))
            if "checked" in held:
                one.values.append(held.get("value", "on"))
        elif kind != "file" and held.get("value"):
            one.values.append(held["value"])


def forms_of(page: str, html: str) -> Iterator[Form]:
    """Every form of the page at this address, without the token's field."""
    reader = _Reader(page)
    reader.feed(html)
    for form in reader.found:
        form.fields.pop("csrfmiddlewaretoken", None)
        for name in [one.name for one in form.fields.values() if form.plain and one.kind == "submit"]:
            del form.fields[name]
        yield form
