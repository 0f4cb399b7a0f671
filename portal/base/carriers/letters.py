"""What a carrier gets: the letter, and the two ways in which carrying fails."""

from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True)
class Letter:
    """One message to one address. `words` is the finished text; gateways take `template` and `params` instead.

    `key` is the same for each try of the same message: a carrier that knows it must not carry twice.
    """

    channel: str
    to: str
    template: str
    params: dict[str, str]
    subject: str
    words: str
    key: str


class Carrier(Protocol):
    """Somebody who carries letters of one channel."""

    name: str

    def send(self, letter: Letter) -> str:
        """Hand it over; returns the carrier's own number of it. Raises CarrierDown."""
