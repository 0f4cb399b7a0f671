"""Two people changed one record: both versions side by side, and for each field the second one chooses."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from partners.models import Region
from services.recipients.changes import stood_at
from services.recipients.models import Household, Person

THEIRS, YOURS = "theirs", "yours"


@dataclass(frozen=True)
class Difference:
    """One field: what the register holds now, what was typed, and which of them is proposed."""

    name: str
    label: str
    theirs: str
    yours: str
    proposed: str


def _word(value: Any) -> str:
    return "" if value is None else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Region):
        return value.code
    return value.isoformat() if isinstance(value, date) else value


def differences(
    form: forms.Form, row: Household | Person, version: int, hidden: tuple[str, ...] = ()
) -> list[Difference]:
    """The fields in which a valid form differs from the row as it stands now.

    What the second person never touched (it is as it stood at `version`) is proposed as the first left it.
    """
    base = stood_at(row, version)
    found = []
    for name, field in form.fields.items():
        if name == "version" or name in hidden or not hasattr(row, name):
            continue
        theirs, yours = getattr(row, name), form.cleaned_data.get(name)
        if (theirs or "") != (yours or ""):
            untouched = name in base and (base[name] or "") == (_plain(yours) or "")
            found.append(
                Difference(
                    name,
                    str(field.label),
                    _shown(row, name, theirs),
                    _shown(row, name, yours),
                    THEIRS if untouched else YOURS,
                )
            )
    return found


def _shown(row: Household | Person, name: str, value: Any) -> str:
    choices = dict(getattr(row._meta.get_field(name), "flatchoices", None) or [])
    return _word(choices.get(value, value))


def chosen(data: Any, row: Household | Person) -> Any:
    """What was sent, with the register's own value wherever "theirs" was chosen."""
    if data is None or not any(name.startswith("pick_") for name in data):
        return data
    settled = data.copy()
    for name in [key.removeprefix("pick_") for key in data if key.startswith("pick_")]:
        if data.get(f"pick_{name}") != THEIRS or not hasattr(row, name):
            continue
        value = getattr(row, name)
        if isinstance(value, date):
            settled[f"{name}_year"], settled[f"{name}_month"], settled[f"{name}_day"] = (
                str(value.year), str(value.month), str(value.day),
            )  # fmt: skip
        settled[name] = _word(_plain(value))
    return settled


def on_top_of(form: forms.Form, row: Household | Person, paths: list[str] | None = None) -> Any:
    """The same typed values, now carrying the newest version, so that sending again is a decision."""
    posted: Any = form.data  # a QueryDict; the stubs know only a mapping
    data = posted.copy()
    data["version"] = str(row.version)
    more: dict[str, Any] = {} if paths is None else {"paths": paths}
    return type(form)(data, initial=form.initial, **more)
