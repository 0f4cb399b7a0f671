"""The port: send one message now, by the first carrier that takes it."""

import logging

from portal.base.carriers.letters import CHANNELS, CarrierDown, Letter, Undeliverable
from portal.base.carriers.registry import carriers_of
from portal.base.carriers.templates import words_of

logger = logging.getLogger(__name__)


def letter_of(channel: str, to: str, template: str, params: dict[str, str], key: str) -> Letter:
    """A letter with its finished words. Raises LookupError, ValueError for what no template takes."""
    if channel not in CHANNELS:
        raise ValueError(f"no channel {channel!r}")
    words = words_of(template, params)
    subject, _, _ = words.partition("。")
    return Letter(channel, to, template, params, subject, words, key)


def send_now(channel: str, to: str, template: str, params: dict[str, str], key: str) -> None:
    """Hand one message to the first carrier that takes it, the second when the first is down.

    `to` is +86…, a mail address or a WeChat openid; `key` names the message, so that one sent again is not
    carried twice. It goes over the network: never call it inside a transaction. Raises CarrierDown when
    nobody took it, Undeliverable (one of them) when the address cannot be reached at all.
    """
    letter = letter_of(channel, to, template, params, key)
    reasons = []
    for carrier in carriers_of(channel):
        try:
            carrier.send(letter)
            return
        except Undeliverable:
            raise
        except CarrierDown as down:
            logger.warning("%s did not take a %s: %s", carrier.name, channel, down.code)
            reasons.append(f"{carrier.name}:{down.code}")
    raise CarrierDown(" ".join(reasons) or "not_connected")
