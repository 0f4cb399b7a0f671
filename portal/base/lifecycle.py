"""States as an explicit table of moves."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.base.refused import Refused


@dataclass(frozen=True)
class Move:
    """One verb: from which states it may be done and the state it leads to."""

    sources: frozenset[str]
    target: str


class Lifecycle:
    """The table of moves of one kind of thing."""

    def __init__(self, **moves: Move) -> None:
        self.moves = moves

    def allows(self, state: str, verb: str) -> bool:
        """Whether `verb` may be done in `state`; an unknown verb never may."""
        move = self.moves.get(verb)
        return move is not None and state in move.sources

    def step(self, state: str, verb: str) -> str:
        """The state after `verb`. Raises Refused("wrong_state") when the table has no such move."""
        if not self.allows(state, verb):
            raise Refused("wrong_state", _("这一步现在不能做，情况可能刚刚有变化。请刷新页面再看。"))
        return self.moves[verb].target

    def sources(self, verb: str) -> frozenset[str]:
        """The states in which `verb` may be done, for conditional updates."""
        return self.moves[verb].sources
