"""Two people changed one record: both versions side by side, and for each field the second one chooses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Manager, Model, QuerySet
from django.utils.translation import gettext as _

from portal.base.forms import FenField
from portal.base.money import yuan_text

THEIRS, YOURS = "theirs", "yours"


@dataclass(frozen=True)
class Difference:
    """One field: what the record holds now, what was typed, and which of them is proposed."""

    name: str
    label: str
    theirs: str
    yours: str
    proposed: str


def plain(value: Any) -> str:
    """A value as a form sends it; nothing is empty, several choices count whatever their order."""
    if isinstance(value, Model):
        return str(getattr(value, "code", None) or getattr(value, "uid", value.pk))
    if _many(value):
        return ",".join(sorted(_plain_list(value)))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _many(value: Any) -> bool:
    return isinstance(value, (list, tuple, set, frozenset, QuerySet))


def _plain_list(value: Iterable[Any]) -> list[str]:
    return [plain(each) for each in value]


def held(form: forms.Form, row: Any) -> dict[str, Any]:
    """What a row holds of a form's fields."""
    found = {name: getattr(row, name) for name in form.fields if hasattr(row, name)}
    return {name: list(value.all()) if isinstance(value, Manager) else value for name, value in found.items()}


def differences(
    form: forms.Form, now: Mapping[str, Any], base: Mapping[str, Any], hidden: tuple[str, ...] = ()
) -> list[Difference]:
    """The fields in which a valid form differs from what stands `now`.

    What the second person never touched (it is as it stood at `base`) is proposed as the first left it.
    """
    found = []
    for name, field in form.fields.items():
        if name == "version" or name in hidden or name not in now:
            continue
        theirs, yours = now[name], form.cleaned_data.get(name)
        if isinstance(field, FenField) and isinstance(theirs, str):
            theirs = field.clean(theirs)
        if plain(theirs) != plain(yours):
            untouched = name in base and plain(base[name]) == plain(yours)
            found.append(
                Difference(
                    name,
                    _label(form, name),
                    _shown(field, theirs),
                    _shown(field, yours),
                    THEIRS if untouched else YOURS,
                )
            )
    return found


def _label(form: forms.Form, name: str) -> str:
    """The field's name; a form whose fields repeat says which one."""
    say = getattr(form, "label_of", None)
    return str(say(name) if say is not None else form.fields[name].label)


def _shown(field: forms.Field, value: Any) -> str:
    if _many(value):
        return _("、").join(_shown(field, each) for each in value)
    if isinstance(field, FenField) and isinstance(value, int):
        return yuan_text(value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        choices: Any = field.choices
        words: dict[Any, Any] = dict(choices)
        return str(words.get(plain(value), plain(value)))
    return "" if value is None else str(value)


def chosen(data: Any, now: Any) -> Any:
    """What was sent, with the record's own value wherever "theirs" was chosen. `now` is a row, or values by field."""
    if data is None or not any(name.startswith("pick_") for name in data):
        return data
    settled = data.copy()
    for name in [key.removeprefix("pick_") for key in data if key.startswith("pick_")]:
        known = name in now if isinstance(now, Mapping) else hasattr(now, name)
        if data.get(f"pick_{name}") != THEIRS or not known:
            continue
        value = now[name] if isinstance(now, Mapping) else getattr(now, name)
        if isinstance(value, date):
            settled[f"{name}_year"], settled[f"{name}_month"], settled[f"{name}_day"] = (
                str(value.year), str(value.month), str(value.day),
            )  # fmt: skip
        if _many(value):
            settled.setlist(name, _plain_list(value))
        else:
            settled[name] = plain(value)
    return settled


def on_top_of(form: forms.Form, version: int, **more: Any) -> Any:
    """The same typed values, now carrying the newest version, so that sending again is a decision."""
    posted: Any = form.data  # a QueryDict; the stubs know only a mapping
    data = posted.copy()
    data["version"] = str(version)
    return type(form)(data, initial=form.initial, **more)


def renew_version(form: forms.Form, row: Any, name: str = "version") -> None:
    """A step was refused because the row had changed: the form keeps its words and carries the newest version."""
    row.refresh_from_db(fields=["version"])
    posted: Any = form.data
    data = posted.copy()
    data[name] = str(row.version)
    form.data = data
