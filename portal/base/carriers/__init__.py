"""Sending words out of the house: one port for SMS, voice, mail and WeChat, whoever carries them."""

from portal.base.carriers.letters import CarrierDown, Undeliverable
from portal.base.carriers.port import send_now

__all__ = ["CarrierDown", "Undeliverable", "send_now"]
