"""Two people changed one record: both versions side by side, and the second form on top of the first."""

from dataclasses import dataclass
from typing import Any

from django import forms

from services.recipients.models import Household, Person


@dataclass(frozen=True)
class Difference:
    """One field: what the register holds now, and what was typed."""

    label: str
    theirs: str
    yours: str


def _word(value: Any) -> str:
    return "" if value is None else str(value)


def differences(form: forms.Form, row: Household | Person, hidden: tuple[str, ...] = ()) -> list[Difference]:
    """The fields in which a valid form differs from the row as it stands now."""
    found = []
    for name, field in form.fields.items():
        if name == "version" or name in hidden:
            continue
        theirs, yours = getattr(row, name), form.cleaned_data.get(name)
        if (theirs or "") != (yours or ""):
            found.append(Difference(str(field.label), _shown(row, name, theirs), _shown(row, name, yours)))
    return found


def _shown(row: Household | Person, name: str, value: Any) -> str:
    choices = dict(getattr(row._meta.get_field(name), "flatchoices", None) or [])
    return _word(choices.get(value, value))


def on_top_of(form: forms.Form, row: Household | Person, paths: list[str] | None = None) -> Any:
    """The same typed values, now carrying the newest version, so that sending again is a decision."""
    posted: Any = form.data  # a QueryDict; the stubs know only a mapping
    data = posted.copy()
    data["version"] = str(row.version)
    more: dict[str, Any] = {} if paths is None else {"paths": paths}
    return type(form)(data, initial=form.initial, **more)
