"""What a carrier gets: the letter, and the two ways in which carrying fails."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

CHANNELS = ("sms", "voice", "mail", "wechat")


class CarrierDown(Exception):
    """Nobody carries this now. `code` is the carrier's own word for why; it never holds a number or a name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Undeliverable(CarrierDown):
    """This address cannot be reached by anybody: no second carrier is asked, no second try is made."""


class Unanswered(CarrierDown):
    """The carrier took the request and gave no answer: it may have been carried."""


class AlreadyTaken(CarrierDown):
    """The carrier knows this very request from before: what became of it, only a receipt tells."""


@dataclass(frozen=True)
class Receipt:
    """What a carrier says of a message it took: `open`, `delivered` or `failed`, and its own word for why."""

    state: str
    code: str


@dataclass(frozen=True)
class Letter:
    """One message to one address. `words` is the finished text; gateways take `template` and `params` instead.

    `key` is the same for each try of the same message: a carrier that knows it must not carry twice.
    `refusals` counts the tries that were answered with a clear no: after one, the next is a new request.
    """

    channel: str
    to: str
    template: str
    params: dict[str, str]
    subject: str
    words: str
    key: str
    refusals: int = 0


class Carrier(Protocol):
    """Somebody who carries letters of one channel."""

    name: str

    def send(self, letter: Letter) -> str:
        """Hand it over; returns the carrier's own number of it. Raises CarrierDown."""


@runtime_checkable
class TellsReceipts(Carrier, Protocol):
    """A carrier that can be asked what became of a letter."""

    def receipt(self, to: str, reference: str, handed_at: datetime) -> Receipt:
        """What became of the letter of this number of theirs. Raises CarrierDown."""
