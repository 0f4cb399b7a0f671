"""Changing a standard: proposed by one of the bureau, published by another, never by an editor."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from content.rules.lifecycle import CHANGE
from content.rules.models import FOREVER, ChangeState, Standard, StandardChange
from partners.network.access import office_holders
from partners.network.queries import county
from partners.vetting.access import same_human
from portal.base import public_stamp
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.refused import Refused

SET = "content.set_standard"


@transaction.atomic
def propose_standard(
    *, kind: str, area: str, amount: int, document: str, anchor: str, source: str, starts_on: date, by: Any,
    at: datetime | None = None,
) -> StandardChange:  # fmt: skip
    """Propose a number from a day on; the others of the bureau are told. Amounts in fen a month, ages in years.

    Refused: not_yours, already_proposed, day_taken.
    """
    at = at or timezone.now()
    _may(by)
    if StandardChange.objects.filter(kind=kind, area=area, state=ChangeState.PROPOSED).exists():
        raise Refused("already_proposed", _("这项标准已有一个修改在等同意。先办完那一个"), "kind")
    _free_day(kind, area, starts_on)
    row = StandardChange.objects.create(
        no=record_number("ST"), kind=kind, area=area, amount=amount, document=document, anchor=anchor, source=source,
        starts_on=starts_on, proposed_by=by, proposed_at=at,
    )  # fmt: skip
    record(by, "standard.proposed", row, kind=kind, area=area, amount=amount)
    place = county()
    for person in office_holders(SET, place, at).exclude(pk=by.pk) if place is not None else ():
        post(person, "standard_to_decide", row, dedupe=f"standard_to_decide:{row.no}:{person.pk}")
    return row


@transaction.atomic
def publish_standard(*, row: StandardChange, version: int, by: Any, at: datetime | None = None) -> Standard:
    """A second person of the bureau publishes it: the row of before ends on its day, the new one begins.

    Refused: not_yours, own_proposal, wrong_state, not_counted, stale, day_taken.
    """
    at = at or timezone.now()
    _second(row, by)
    if row.counted_at is None:
        raise Refused("not_counted", _("还在数会影响多少户，请等一会再看"))
    _move(row, "publish", version, by, at)
    _free_day(row.kind, row.area, row.starts_on)
    rows = Standard.objects.filter(kind=row.kind, area=row.area)
    later = rows.filter(valid_from__gt=row.starts_on).order_by("valid_from").first()
    rows.filter(valid_from__lt=row.starts_on, valid_to__gt=row.starts_on).update(
        valid_to=row.starts_on, updated_at=at
    )
    made = Standard.objects.create(
        kind=row.kind, area=row.area, amount=row.amount, document=row.document, anchor=row.anchor,
        source=row.source, valid_from=row.starts_on, valid_to=later.valid_from if later else FOREVER,
    )  # fmt: skip
    # What other proposals would change has changed with it.
    StandardChange.objects.filter(state=ChangeState.PROPOSED).update(
        households=None, counted_at=None, version=F("version") + 1
    )
    public_stamp.bump()
    post(row.proposed_by, "standard_answered", row, dedupe=f"standard_answered:{row.no}")
    return made


@transaction.atomic
def refuse_standard(
    *, row: StandardChange, version: int, reason: str, by: Any, at: datetime | None = None
) -> None:
    """The second person says no, and why. Refused: not_yours, own_proposal, wrong_state, stale."""
    _second(row, by)
    _move(row, "refuse", version, by, at or timezone.now(), reason)
    post(row.proposed_by, "standard_answered", row, dedupe=f"standard_answered:{row.no}")


@transaction.atomic
def withdraw_standard(*, row: StandardChange, version: int, by: Any, at: datetime | None = None) -> None:
    """Whoever proposed it takes it back. Refused: not_yours, wrong_state, stale."""
    _may(by)
    if not same_human(by, row.proposed_by):
        raise Refused("not_yours", _("只有提出的人能撤回"))
    _move(row, "withdraw", version, by, at or timezone.now())


def _may(by: Any) -> None:
    if not by.has_perm(SET):
        raise Refused("not_yours", _("救助标准由县民政局救助股提出和同意"))


def _second(row: StandardChange, by: Any) -> None:
    _may(by)
    if same_human(by, row.proposed_by):
        raise Refused("own_proposal", _("这是您自己提出的，要由别人来同意"))


def _free_day(kind: str, area: str, day: date) -> None:
    if Standard.objects.filter(kind=kind, area=area, valid_from=day).exists():
        raise Refused("day_taken", _("这项标准已有从这一天起的数额，请另选日期"), "starts_on")


def _move(row: StandardChange, verb: str, version: int, by: Any, at: datetime, reason: str = "") -> None:
    target = CHANGE.step(row.state, verb)
    won = StandardChange.objects.filter(
        pk=row.pk, version=version, state__in=CHANGE.sources(verb)
    ).update(
        state=target, decided_by=by, decided_at=at, decision=reason, version=F("version") + 1, updated_at=at
    )  # fmt: skip
    if not won:
        raise Refused("stale", _("刚刚有变化。请看最新情况再办。"))
    row.refresh_from_db()
    record(by, f"standard.{verb}", row, kind=row.kind, area=row.area, amount=row.amount)
