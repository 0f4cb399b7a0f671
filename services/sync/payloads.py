"""What stands inside an envelope, read strictly: anything odd keeps the item held, it never loses it."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from services.sync.clock import Told
from services.visits.rules import AnswerState, Fix, VisitReport

FORMS = frozenset({1})
MOST_PHOTOS = 20
_STATES = frozenset(AnswerState.values)
_AMENDABLE = frozenset({"answers", "item_notes", "note"})


class Unreadable(ValueError):
    """The content cannot be processed as it is; `code` is invalid or unknown_form."""

    def __init__(self, code: str = "invalid") -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Item:
    """The few facts that every content has."""

    kind: str
    item: uuid.UUID
    visit: uuid.UUID
    said: dict[str, Any]


@dataclass(frozen=True)
class Brought:
    """A visit as the phone tells it."""

    visit_no: str
    ticket: str
    told: Told
    report: VisitReport
    arrived: Fix | None
    ground: str
    company_ground: str
    photos: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """An amendment: which fields of a visit's record it changes, seen from which version."""

    base: int
    answers: dict[str, str] = field(default_factory=dict)
    item_notes: dict[str, str] = field(default_factory=dict)
    note: str = ""
    reason: str = ""
    withdrawn: bool = False

    @property
    def fields(self) -> set[str]:
        """The fields it touches: each line of the checklist is one, its words another, the note a third."""
        touched = {f"answer:{code}" for code in self.answers} | {f"words:{code}" for code in self.item_notes}
        return touched | ({"note"} if self.note else set())


def read_item(plain: bytes) -> Item:
    """The ids and the kind. Unreadable where there are none: such an envelope holds nothing that could be found again."""
    try:
        said = json.loads(plain)
        kind = said["kind"]
        visit = uuid.UUID(said["visit_id"])
        item = uuid.UUID(said["amendment_id"]) if kind == "amendment" else visit
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable from None
    if kind not in ("visit", "amendment"):
        raise Unreadable
    return Item(kind, item, visit, said)


def read_visit(said: dict[str, Any]) -> Brought:
    """A visit. Unreadable: invalid, unknown_form."""
    if said.get("form") not in FORMS:
        raise Unreadable("unknown_form")
    try:
        answers = _answers(said["answers"])
        report = VisitReport(
            answers={code: each["state"] for code, each in answers.items()},
            item_notes={
                code: note for code, each in answers.items() if (note := _text(each.get("note"), 200))
            },
            note=_text(said.get("note"), 1000),
            next_day=date.fromisoformat(said["next_day"]) if said.get("next_day") else None,
            out=_fix(said.get("out")),
        )
        return Brought(
            visit_no=_text(said["visit"], 20),
            ticket=said.get("ticket") or "",
            told=_told(said),
            report=report,
            arrived=_fix(said.get("in")),
            ground=_text(said.get("ground"), 200),
            company_ground=_text(said.get("company_ground"), 200),
            photos=_photos(said.get("photos") or []),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise Unreadable from None


def read_change(said: dict[str, Any]) -> Change:
    """An amendment. Unreadable: invalid, unknown_form."""
    if said.get("form") not in FORMS:
        raise Unreadable("unknown_form")
    try:
        fields, base = said["fields"], said["base_version"]
        if not isinstance(base, int) or not 1 <= base < 10_000 or set(fields) - _AMENDABLE - {"withdrawn"}:
            raise Unreadable
        answers = {str(code)[:8]: _state(state) for code, state in (fields.get("answers") or {}).items()}
        notes = {str(code)[:8]: _text(words, 200) for code, words in (fields.get("item_notes") or {}).items()}
        change = Change(
            base,
            answers,
            notes,
            note=_text(fields.get("note"), 1000),
            reason=_text(said.get("reason"), 300),
            withdrawn=fields.get("withdrawn") is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unreadable from None
    if not change.fields and not change.withdrawn:
        raise Unreadable
    return change


def _told(said: dict[str, Any]) -> Told:
    mono = said.get("mono_elapsed_ms")
    if mono is not None and (isinstance(mono, bool) or not isinstance(mono, int) or not 0 <= mono < 10**12):
        raise Unreadable
    return Told(
        started_wall=_moment(said["started_wall"]),
        ended_wall=_moment(said["ended_wall"]),
        last_server=_moment(said["last_server_time"]) if said.get("last_server_time") else None,
        last_wall=_moment(said["last_wall"]) if said.get("last_wall") else None,
        mono=None if mono is None else timedelta(milliseconds=mono),
    )


def _moment(text: str) -> datetime:
    """A moment with its zone: a phone's clock without one says nothing."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise Unreadable
    return moment


def _answers(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {
        str(code)[:8]: {"state": _state(each["state"]), "note": each.get("note")}
        for code, each in said.items()
    }
    if len(found) > 100 or not any(each["state"] != AnswerState.UNSEEN for each in found.values()):
        raise Unreadable
    return found


def _state(state: Any) -> str:
    if state not in _STATES:
        raise Unreadable
    return str(state)


def _text(words: Any, most: int) -> str:
    words = "" if words is None else words
    if not isinstance(words, str) or len(words) > most or "\x00" in words:
        raise Unreadable
    words.encode()  # a lone surrogate is no text
    return words.strip()


def _fix(place: Any) -> Fix | None:
    if place is None:
        return None
    lat, lng, accuracy = float(place["lat"]), float(place["lng"]), place.get("accuracy")
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        raise Unreadable
    if accuracy is not None and not 0 <= float(accuracy) <= 1_000_000:
        raise Unreadable
    return Fix(lat, lng, None if accuracy is None else round(float(accuracy)))


def _photos(said: Any) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(str(each).lower() for each in said))
    wrong = [each for each in found if len(each) != 64 or set(each) - set("0123456789abcdef")]
    if len(found) > MOST_PHOTOS or wrong:
        raise Unreadable
    return found
