"""What messages say, where they lead and who may get them: a registry that upper rooms fill.

Rooms register their topics in their app's `ready`. Words hold no name and no address; they are made
when the message is read, in the reader's language. `%(no)s` stands for the record number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from portal.base.carriers.models import Kind
from portal.base.models import OutboxMessage


class UnknownTopic(LookupError):
    """A message of a topic that nobody registered."""


@dataclass(frozen=True)
class Topic:
    """The words (a lazy translation), the link and the right to receive of one kind of message."""

    words: str | Promise
    link: Callable[[OutboxMessage], str]
    may_receive: Callable[[Any, OutboxMessage], bool]
    kind: str = Kind.WORK


_topics: dict[str, Topic] = {}


def register(
    name: str,
    words: str | Promise,
    *,
    link: Callable[[OutboxMessage], str],
    may_receive: Callable[[Any, OutboxMessage], bool],
    kind: str = Kind.WORK,
) -> None:
    """Make a topic known. `may_receive(user, message)` is asked again just before delivery.

    `kind` is what the message is to its receiver: danger goes out at any hour.
    """
    if name in _topics:
        raise ValueError(f"topic {name!r} is registered twice")
    _topics[name] = Topic(words, link, may_receive, kind)


def known() -> frozenset[str]:
    """The names of all topics."""
    return frozenset(_topics)


def topic_of(message: OutboxMessage) -> Topic:
    """The topic of a message. Raises UnknownTopic."""
    try:
        return _topics[message.topic]
    except KeyError:
        raise UnknownTopic(message.topic) from None


def words_of(message: OutboxMessage) -> str:
    """What the message says, in the language of who reads it now."""
    return str(topic_of(message).words) % {"no": message.object_no}


def link_of(message: OutboxMessage) -> str:
    """Where the message leads."""
    return topic_of(message).link(message)


def may_receive(user: Any, message: OutboxMessage) -> bool:
    """Whether this person may be told this now; a deactivated person never may."""
    return bool(user.is_active) and topic_of(message).may_receive(user, message)
