"""A person's phones: enrolled, seen, shut. A shut phone gets nothing any more and forgets what it had."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.actions import digest_of
from portal.accounts.devices import MOST_DEVICES
from portal.base.audit import record
from portal.base.models import OPEN_END
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.sync.envelopes import is_point
from services.sync.models import ShutCause, SyncDevice, VisitTicket

DEPOSITS_FOR = timedelta(days=30)
MOST_DEPOSITS = 200


def live_phones(user: Any) -> QuerySet[SyncDevice]:
    """The phones of this person that are not shut, the last seen first."""
    return SyncDevice.objects.filter(user=user, shut_at=OPEN_END).order_by("-seen_at", "-pk")


@transaction.atomic
def enrol(*, user: Any, name: str, public_key: str, at: datetime | None = None) -> tuple[SyncDevice, str]:
    """Take a phone in; returns it with its deposit secret. Beyond five the one seen longest ago is shut. Refused: bad_key.

    The same key again is the same phone with a new secret: an answer that got lost enrols nothing twice.
    """
    at = at or timezone.now()
    if not is_point(public_key):
        raise Refused("bad_key", _("这部手机的密钥不对，请更新浏览器再试"))
    known = live_phones(user).filter(public_key=public_key).first()
    secret = secrets.token_urlsafe(32)
    digest = digest_of(secret)
    if known is not None:
        SyncDevice.objects.filter(pk=known.pk).update(deposit_digest=digest, seen_at=at, updated_at=at)
        return known, secret
    row = SyncDevice.objects.create(
        user=user,
        name=name.strip()[:60] or _("手机"),
        public_key=public_key,
        deposit_digest=digest,
        enrolled_at=at,
        seen_at=at,
    )
    record(user, "phone.enrolled", row)
    surplus = list(live_phones(user).values_list("pk", flat=True)[MOST_DEVICES:])
    _shut(SyncDevice.objects.filter(pk__in=surplus), user, ShutCause.LIMIT, at)
    return row, secret


def depositing(secret: str, at: datetime) -> SyncDevice | None:
    """The phone with this deposit secret: shut or not, its person deactivated or not, thirty days after its last call.

    Refused: too_fast, beyond two hundred items.
    """
    row = (
        SyncDevice.objects.filter(deposit_digest=digest_of(secret), seen_at__gt=at - DEPOSITS_FOR)
        .select_related("user")
        .first()
    )
    if row is None:
        return None
    with transaction.atomic(), beyond("sync"):  # nobody is logged in, and the limit holds all the same
        deposited = row.items.filter(deposited=True, received_at__gt=row.seen_at).count()
    if deposited >= MOST_DEPOSITS:
        raise Refused("too_fast", _("没登录交来的太多了，请登录后再传"))
    return row


@transaction.atomic
def shut_phone(*, user: Any, uid: Any, at: datetime | None = None) -> bool:
    """Shut one's own phone. False where it is none of this person's, or shut already."""
    return bool(_shut(live_phones(user).filter(uid=uid), user, ShutCause.OWN, at or timezone.now()))


def lose_phones(user: Any, by: Any, at: datetime) -> None:
    """The phone is in strange hands, and nobody says which: all of this person's are shut; who has theirs enrols anew."""
    _shut(live_phones(user), by, ShutCause.LOST, at)


def _shut(rows: QuerySet[SyncDevice], by: Any, cause: str, at: datetime) -> int:
    keys = list(rows.values_list("pk", flat=True))
    shut = SyncDevice.objects.filter(pk__in=keys, shut_at=OPEN_END).update(
        shut_at=at, shut_cause=cause, updated_at=at
    )
    for row in SyncDevice.objects.filter(pk__in=keys):
        record(by, "phone.shut", row, cause=str(cause))
    return shut


def phone_of(user: Any, uid: Any) -> SyncDevice | None:
    """The phone of this person with this id, shut or not."""
    return SyncDevice.objects.filter(user=user, uid=uid).select_related("user").first()


def missing_items(rows: QuerySet[SyncDevice]) -> dict[int, int]:
    """How many items each phone has written and never brought, by the gaps in its own count (from 1 on)."""
    counted = (
        rows.filter(items__seq__gte=1)
        .annotate(top=Max("items__seq"), came=Count("items__seq", distinct=True))
        .annotate(gap=F("top") - F("came"))
    )
    return dict(counted.filter(gap__gt=0).values_list("pk", "gap"))


def given_to(device: SyncDevice) -> QuerySet[VisitTicket]:
    """What this phone was given: for a notice after a theft."""
    return VisitTicket.objects.filter(device=device).select_related("planned").order_by("-issued_at")
