"""Where somebody stands beside their own rows: in exports, in brought files, in reasons and forms that staff typed.

Traces are taken before the first row is emptied; afterwards nobody would know what to look for.
"""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Q

from portal.base.models import AuditWords
from portal.models import KeptForm, User
from services.exports.actions import take_back
from services.exports.models import ExportState, RegisterExport
from services.imports.forgetting import forget_rows
from services.imports.models import ImportBatch
from services.recipients.models import Household
from services.tasks.models import Assignment

GONE = "已删除"
_BLANK = re.compile(r"[\s\-‐–—]")
# A name of two characters is found inside too many others.
_LONG_NAME = 3


def _plain(text: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).upper()


@dataclass(frozen=True)
class Traces:
    """What somebody is known by: names; numbers of papers, phones and files; places, and until when a register had them."""

    names: frozenset[str]
    numbers: frozenset[str]
    files: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    listed_until: Any = None
    objects: frozenset[str] = field(default_factory=frozenset)

    def named_in(self, text: str) -> bool:
        """Whether a text that somebody typed names them."""
        plain = _plain(text)
        return any(known in plain for known in self.names | self.numbers)

    def in_row(self, cells: list[str], *, near: bool) -> bool:
        """Whether a row of a register is about them. A name alone counts only in a file of their own place (`near`)."""
        plain = [_plain(cell) for cell in cells]
        whole = "\n".join(plain)
        if any(number in whole for number in self.numbers):
            return True
        return near and any(
            name in plain or (len(name) >= _LONG_NAME and name in whole) for name in self.names
        )

    def covered_by(self, path: str) -> bool:
        """Whether they live, or lived, below this place."""
        return any(place.startswith(path) for place in self.places)


def _known(*values: str) -> frozenset[str]:
    return frozenset(plain for value in values if len(plain := _plain(value.removeprefix("+86"))) > 1)


def numbers_of(household: Household) -> list[str]:
    """The household's number and those it had before."""
    return [household.no, *household.old_numbers.values_list("old_no", flat=True)]


def traces_of_household(household: Household) -> Traces:
    """What the people of a household are known by."""
    people, circle = list(household.persons.all()), list(household.circle.all())
    cards = [person.id_number for person in people] + [row.id_number for row in circle]
    files = numbers_of(household)
    before = household.moves.values_list("from_region__path", flat=True)
    return Traces(
        names=_known(household.name, *(person.name for person in people)) - {GONE},
        numbers=_known(household.phone, *files, *cards, *(row.phone for row in circle)),
        files=tuple(files),
        places=(household.region.path, *before),
        listed_until=household.updated_at,
    )


def traces_of_user(user: User) -> Traces:
    """What somebody of the work is known by."""
    human = user.identity
    rows = [user, getattr(user, "volunteer", None), *user.applications.all()]
    return Traces(
        names=_known(user.name, human.name if human else "") - {GONE},
        numbers=_known(user.phone, human.id_number if human else ""),
        objects=frozenset(str(getattr(row, "no", "") or row.uid) for row in rows if row is not None),
    )


def erase_beside(*, by: Any, traces: Traces, user: User | None = None) -> dict[str, Any]:
    """Take somebody out of everything that is not a row of their own; returns what was touched."""
    return {
        "words": _erase_words(traces, user),
        "exports": _erase_exports(by, traces),
        "files": _erase_brought(by, traces) if user is None else 0,
        "forms": _erase_forms(traces),
    }


def _erase_words(traces: Traces, user: User | None) -> int:
    """Reasons about them, and reasons elsewhere that name them; the audit rows themselves stay whole."""
    homes = (
        Assignment.objects.filter(user=user).values("task__need__household__no") if user is not None else []
    )
    about = Q(event__household_no__in=traces.files) | Q(event__object_no__in=traces.objects)
    searched = AuditWords.objects.filter(Q(event__household_no="") | Q(event__household_no__in=homes))
    keys = set(AuditWords.objects.filter(about).values_list("pk", flat=True))
    keys |= {words.pk for words in searched.iterator(chunk_size=500) if traces.named_in(words.text)}
    return AuditWords.objects.filter(pk__in=keys).delete()[0]


def _erase_exports(by: Any, traces: Traces) -> int:
    """Lists of their place that were made while they stood in the register, and reasons that name them."""
    gone = 0
    for export in RegisterExport.objects.select_related("region", "file").order_by("pk"):
        named = traces.named_in(f"{export.purpose} {export.answer}")
        if named:
            RegisterExport.objects.filter(pk=export.pk).update(purpose=GONE, answer="")
        listed = (
            traces.covered_by(export.region.path) and export.made_at and export.made_at <= traces.listed_until
        )
        if export.state == ExportState.READY and (named or listed):
            gone += take_back(by=by, export=export, why="erasure")
    return gone


def _erase_brought(by: Any, traces: Traces) -> int:
    """Their rows in the files that offices brought and that are not forgotten yet."""
    gone = 0
    for batch in ImportBatch.objects.filter(file__size__gt=0).select_related("file", "office").order_by("pk"):
        theirs = partial(traces.in_row, near=traces.covered_by(batch.office.path))
        gone += bool(forget_rows(by=by, batch=batch, theirs=theirs))
    return gone


def _erase_forms(traces: Traces) -> int:
    """Forms typed when a session ended, kept for half an hour."""
    keys = [row.pk for row in KeptForm.objects.all() if traces.named_in(f"{row.path} {_typed(row)}")]
    return KeptForm.objects.filter(pk__in=keys).delete()[0]


def _typed(row: KeptForm) -> str:
    """What was typed into a kept form, as it was typed."""
    return "\n".join(value for _name, value in json.loads(row.body)["fields"])
