"""Carriers that carry nowhere: rows to read, and lines on the console."""

import re
import sys
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from portal.base.carriers.letters import Letter
from portal.base.carriers.models import SinkMessage
from portal.base.carriers.templates import hidden_words
from portal.base.privacy import mask_phone, mask_tail

KEPT = timedelta(days=7)


def masked(channel: str, to: str) -> str:
    """An address as rows and logs may show it."""
    if channel == "mail":
        name, _, host = to.partition("@")
        return f"{name[:1]}***@{host}"
    return mask_tail(to) if channel == "wechat" else mask_phone(to)


def _shown(letter: Letter) -> str:
    if settings.SINK_KEEPS_CODES:
        return letter.words
    return hidden_words(letter.template, letter.params)


class Sink:
    """Keeps each letter once as a row."""

    name = "sink"

    def send(self, letter: Letter) -> str:
        """Keep it; the same key again is the same row."""
        SinkMessage.objects.bulk_create(
            [
                SinkMessage(
                    channel=letter.channel,
                    to_masked=masked(letter.channel, letter.to),
                    template=letter.template,
                    words=_shown(letter),
                    key=letter.key,
                )
            ],
            ignore_conflicts=True,
        )
        return ""


class Console:
    """Prints each letter where the site runs."""

    name = "console"

    def send(self, letter: Letter) -> str:
        """Print it."""
        sys.stderr.write(f"{letter.channel} {masked(letter.channel, letter.to)} {_shown(letter)}\n")
        return ""


def last_words(to: str, channel: str = "sms") -> str:
    """The newest text the sink has for this address, or nothing."""
    rows = SinkMessage.objects.filter(channel=channel, to_masked=masked(channel, to))
    return rows.order_by("-created_at", "-pk").values_list("words", flat=True).first() or ""


def last_code(to: str, channel: str = "sms") -> str:
    """The newest code the sink has for this address, or nothing: what a person would read off the phone."""
    found = re.search(r"(?<!\d)\d{4,8}(?!\d)", last_words(to, channel).rpartition("】")[2])
    return found.group(0) if found else ""


def sweep_sink(*, at: datetime | None = None) -> int:
    """Remove what is older than a week; returns how many."""
    return SinkMessage.objects.filter(created_at__lt=(at or timezone.now()) - KEPT).delete()[0]
