"""Where somebody is logged in: what the list shows, and what ends a login elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.heads import heads_of
from portal.accounts.models import KeptForm, User
from portal.base.audit import record
from portal.base.outbox import post

Lost = Callable[[Any, Any, datetime], None]
_on_loss: list[Lost] = []

# Security.md 3.9, S7: so many logins of one person at a time; the oldest makes room.
MOST_DEVICES = 5


@dataclass(frozen=True)
class Device:
    """One login: the browser's own name of itself, the network address, since when, last seen, and whether it is this one."""

    pk: int
    agent: str
    ip: str
    since: datetime
    seen: datetime
    here: bool


def register_lost(follow: Lost) -> None:
    """Let an upper room shut what it gave a lost phone, in the same transaction: (user, by, at)."""
    if follow not in _on_loss:
        _on_loss.append(follow)


def _rows(user: Any) -> QuerySet[UserSession]:
    return UserSession.objects.filter(user=user)


def devices_of(user: Any, here: str | None, at: datetime) -> list[Device]:
    """The live logins of this person, this one first, then the last seen. `here` is this session's key."""
    rows = {row.session_key: row for row in _rows(user)}
    live = Session.objects.filter(session_key__in=list(rows), expire_date__gt=at)
    found = [
        Device(
            pk=rows[key].pk,
            agent=rows[key].user_agent,
            ip=rows[key].ip,
            since=rows[key].created_at,
            seen=_seen(session) or rows[key].last_seen_at,
            here=key == here,
        )
        for session in live
        for key in [session.session_key]
    ]
    return sorted(found, key=lambda device: (device.here, device.seen), reverse=True)


def _seen(session: Session) -> datetime | None:
    """The last move, which the session itself notes once a minute."""
    moment = session.get_decoded().get("seen")
    return datetime.fromtimestamp(moment, UTC) if isinstance(moment, int) else None


def end_sessions(user: Any, *, but: str | None = None) -> int:
    """End every session of `user` on any device, except the one with the key `but`; returns how many."""
    return _end(_rows(user).exclude(session_key=but or ""))


def _end(rows: QuerySet[UserSession]) -> int:
    """What is gone from the table of sessions is refused at the next request, in every process."""
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


@transaction.atomic
def end_device(*, user: User, pk: int, here: str | None) -> bool:
    """End one login elsewhere. False when this person has none of that number; this one stays."""
    rows = _rows(user).filter(pk=pk)
    if not rows.exists():
        return False
    ended = _end(rows.exclude(session_key=here or ""))
    record(user, "account.sessions_ended", user, count=ended)
    return True


@transaction.atomic
def end_others(*, user: User, here: str | None) -> int:
    """End every login elsewhere; returns how many."""
    ended = end_sessions(user, but=here)
    record(user, "account.sessions_ended", user, count=ended)
    return ended


@transaction.atomic
def lose_phone(*, user: User, here: str | None, by: User) -> int:
    """The phone is in strange hands: every login elsewhere ends at once; the person and who answers for them are told.

    Also what waits to be used with it: one-time links and forms kept for a browser. Returns how many logins ended.
    """
    at = timezone.now()
    ended = end_sessions(user, but=here)
    user.activations.filter(used_at__isnull=True, valid_to__gt=at).update(valid_to=at)
    KeptForm.objects.filter(user=user).delete()
    for follow in _on_loss:
        follow(user, by, at)
    record(by, "account.phone_lost", user, count=ended)
    tell(user, "phone_lost", at)
    return ended


def tell(user: User, topic: str, at: datetime) -> None:
    """One message about `user` to them, and one to each person who answers for them."""
    post(user, topic, user, urgent=True, dedupe=f"{topic}:{user.uid}:{at.isoformat()}:{user.pk}")
    for head in heads_of(user, at):
        post(
            head, f"{topic}_of", user, urgent=True, dedupe=f"{topic}_of:{user.uid}:{at.isoformat()}:{head.pk}"
        )


def keep_to_the_limit(user: User) -> None:
    """Beyond the limit the logins seen longest ago end. Demo accounts are shared by whoever tries them."""
    if user.is_demo:
        return
    live = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows = _rows(user).filter(session_key__in=live).order_by("-last_seen_at", "-pk")
    surplus = list(rows.values_list("pk", flat=True)[MOST_DEVICES:])
    if surplus:
        record(user, "account.sessions_ended", user, count=_end(_rows(user).filter(pk__in=surplus)))
