"""Who answers for somebody: the people told when a phone is lost. Upper rooms register, the ground knows no teams."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from portal.accounts.models import User

HeadSource = Callable[[Any, datetime], Iterable[Any]]
_sources: list[HeadSource] = []


def register_heads(source: HeadSource) -> None:
    """Add `source(user, at)`, which gives people; called once by an app's `ready`."""
    if source not in _sources:
        _sources.append(source)


def heads_of(user: Any, at: datetime) -> list[User]:
    """Everybody who answers for this person at that moment, each once, never the person."""
    found = {head.pk: head for source in _sources for head in source(user, at)}
    found.pop(user.pk, None)
    return [found[pk] for pk in sorted(found)]
