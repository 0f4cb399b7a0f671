"""By which channels a person is told of what, and when not: their own choice, else the defaults. Pure decisions."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from portal.base.carriers.models import Kind, MessageChoice, Pace
from portal.base.carriers.registry import carries

# Channels a person may choose among; a voice call is for codes alone.
CHOSEN_AMONG = ("sms", "mail")
QUIET_FROM, QUIET_TO = time(21), time(7, 30)
DIGEST_AT = time(18)
_DEFAULT = {Kind.DANGER: ["sms"], Kind.WORK: ["sms"], Kind.ANSWER: [], Kind.ACCOUNT: []}


def choice_of(user: Any) -> MessageChoice:
    """What this person chose; unsaved defaults for who chose nothing."""
    found = MessageChoice.objects.filter(user=user).first()
    return found or MessageChoice(user=user, quiet_from=QUIET_FROM, quiet_to=QUIET_TO)


def channels_for(choice: MessageChoice, kind: str) -> list[str]:
    """The channels for this kind; danger always takes the phone, whatever was chosen."""
    wanted = choice.channels.get(kind, _DEFAULT[Kind(kind)])
    if kind == Kind.DANGER:
        wanted = ["sms", *wanted]
    return [channel for channel in CHOSEN_AMONG if channel in wanted and carries(channel)]


def address_of(user: Any, channel: str) -> str:
    """Where this person is reached by this channel; empty when nowhere."""
    return str({"sms": user.phone, "mail": user.email}[channel])


def waits_until(choice: MessageChoice, kind: str, at: datetime) -> datetime:
    """The moment from which a message of this kind may go out: `at` itself, or the end of the quiet hours."""
    local = timezone.localtime(at)
    quiet_from, quiet_to = choice.quiet_from, choice.quiet_to
    if kind == Kind.DANGER or quiet_from == quiet_to:
        return at
    overnight = quiet_from > quiet_to
    now = local.time()
    quiet = (now >= quiet_from or now < quiet_to) if overnight else quiet_from <= now < quiet_to
    if not quiet:
        return at
    day = local.date() + timedelta(days=1 if overnight and now >= quiet_from else 0)
    return datetime.combine(day, quiet_to, tzinfo=local.tzinfo)


def comes_at_once(choice: MessageChoice, kind: str) -> bool:
    """Whether a message of this kind goes out by itself, not in the evening's digest."""
    return kind == Kind.DANGER or choice.pace == Pace.EACH


def digest_time(at: datetime) -> datetime:
    """The next evening's moment of digests."""
    local = timezone.localtime(at)
    day = local.date() + timedelta(days=1 if local.time() >= DIGEST_AT else 0)
    return datetime.combine(day, DIGEST_AT, tzinfo=local.tzinfo)
