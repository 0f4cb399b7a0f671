"""A rule in words, before anybody has answered anything: the same sentences as in the self-check, told once."""

from dataclasses import dataclass

from content.rules.conditions import ALREADY
from content.rules.eligibility import Rule
from content.rules.figures import Figures
from content.rules.logic import Condition, Every, Node, Not, Some, Worded


@dataclass(frozen=True)
class Told:
    """A piece in words. `how`: a line that must hold, something to ask, an exclusion, or a group of pieces.

    Of the group `all` everything must hold, of `any` one piece is enough.
    """

    how: str
    words: str = ""
    parts: tuple["Told", ...] = ()


def told(rule: Rule, figures: Figures) -> tuple[Told, ...]:
    """Who may ask: pieces that must all hold, each with its sentence."""
    return tuple(_tell(rule.condition, figures))


def lines(pieces: tuple[Told, ...]) -> list[str]:
    """The sentences alone, in order."""
    return [line for piece in pieces for line in ([piece.words] if piece.words else lines(piece.parts))]


def _tell(node: Node, figures: Figures) -> list[Told]:
    """What must hold together, flat."""
    if isinstance(node, Every):
        return list(dict.fromkeys(piece for part in node.parts for piece in _tell(part, figures)))
    if isinstance(node, Some):
        return _some(node, figures)
    if isinstance(node, Worded) and node.opens:
        return _tell(node.inner, figures)
    if isinstance(node, Condition | Worded):
        return _line(node, figures)
    if isinstance(node, Not):
        return []
    raise TypeError(f"a rule is not built of {type(node).__name__}")


def _line(node: Condition | Worded, figures: Figures) -> list[Told]:
    """The sentence for yes; what has none excludes or must be asked."""
    no = node.no if isinstance(node, Worded) else ""
    for how, words in (("line", node.yes), ("not", no), ("ask", node.unknown)):
        if words:
            return [Told(how, str(words) % figures.words())]
    return []


def _some(node: Some, figures: Figures) -> list[Told]:
    """One of the parts; that somebody already has the help is no way to it."""
    parts = [part for part in node.parts if part not in ALREADY] or list(node.parts)
    ways: list[Told] = []
    for group in (_tell(part, figures) for part in parts):
        if len(group) == 1:
            ways += group[0].parts if group[0].how == "any" else group
        elif group:
            ways.append(Told("all", parts=tuple(group)))
    ways = list(dict.fromkeys(ways))
    if len(ways) == 1:
        return list(ways[0].parts) if ways[0].how == "all" else ways
    return [Told("any", parts=tuple(ways))] if ways else []
