"""How a record is judged: confirmed (which draws the money), sent back, or flagged."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.contracts.actions import draw
from services.contracts.pricing import unit_on
from services.recipients.duties import Duty, refuse_third_duty
from services.visits.access import judged_visits
from services.visits.doubts import unsettled
from services.visits.lifecycle import VERDICT
from services.visits.models import PlannedVisit, VisitDecision, VisitRecord

Follower = Callable[[VisitRecord, Any, datetime], None]
_followers: list[Follower] = []
TOPICS = {"confirm": "visit_confirmed", "send_back": "visit_returned", "flag": "visit_flagged"}


def register_follower(follower: Follower) -> None:
    """Let a later room write what follows from each word on a record, in the same transaction: (record, by, at)."""
    if follower not in _followers:
        _followers.append(follower)


@transaction.atomic
def confirm_visit(*, row: VisitRecord, by: Any, at: datetime | None = None) -> VisitRecord:
    """The agency stands for the visit. Its price is drawn from the contract in the same transaction."""
    at = at or timezone.now()
    _judge(row, "confirm", by, at)
    refuse_third_duty(by, row.planned.task.need.household, Duty.SETTLE)
    fen = _draw_price(row, by)
    _tell(row, "confirm", by, at, fen=fen)
    return row


@transaction.atomic
def return_visit(*, row: VisitRecord, by: Any, reason: str, at: datetime | None = None) -> VisitRecord:
    """Ask the author to complete the record; the reason is shown to them."""
    at = at or timezone.now()
    _judge(row, "send_back", by, at)
    if not reason.strip():
        raise Refused("reason_needed", _("请写明要补充什么"), "reason")
    _tell(row, "send_back", by, at, reason=reason)
    return row


@transaction.atomic
def flag_visit(*, row: VisitRecord, by: Any, reason: str, at: datetime | None = None) -> VisitRecord:
    """Mark a record that needs a closer look before it is confirmed."""
    at = at or timezone.now()
    _judge(row, "flag", by, at)
    if not reason.strip():
        raise Refused("reason_needed", _("请写明哪里有情况"), "reason")
    _tell(row, "flag", by, at, reason=reason)
    return row


def _judge(row: VisitRecord, verb: str, by: Any, at: datetime) -> None:
    """The step itself, with the right checked in the same statement: theirs to judge, and not one's own visit."""
    theirs = PlannedVisit.objects.filter(judged_visits(by, at), pk=OuterRef("planned_id"))
    own = Q(author=by)
    if by.identity_id is not None:
        own |= Q(author__in=type(by).objects.filter(identity_id=by.identity_id).values("pk"))
    open_to = VisitRecord.objects.filter(~own, Exists(theirs), pk=row.pk, verdict__in=VERDICT.sources(verb))
    won = (open_to.exclude(unsettled()) if verb == "confirm" else open_to).update(
        verdict=VERDICT.moves[verb].target, updated_at=at
    )
    if won:
        row.verdict, row.updated_at = VERDICT.moves[verb].target, at
        return
    if row.author_id == by.pk or (by.identity_id is not None and row.author.identity_id == by.identity_id):
        raise Refused("own_visit", _("自己做的上门，请本机构另一位负责人来看"))
    if open_to.exists():
        raise Refused("doubt_open", _("这次上门要县民政局先认可，才能确认"))
    raise Refused("wrong_state", _("这份记录刚被别人看过，请刷新再看"))


def _draw_price(row: VisitRecord, by: Any) -> int | None:
    contract = row.planned.task.contract
    if contract is None:
        return None
    fen = unit_on(contract.prices.all(), row.planned.task.need.service, row.planned.day)
    if fen is None:
        raise Refused("price_unknown", _("合同里没有这一天的单价，请找县民政局核对合同"))
    draw(contract=contract, amount_fen=fen, reference=f"visit:{row.no}", by=by)
    return fen


def _tell(
    row: VisitRecord, verb: str, by: Any, at: datetime, reason: str = "", fen: int | None = None
) -> None:
    household = row.planned.task.need.household
    with beyond("ending"):
        decision = VisitDecision.objects.create(
            record=row, verdict=row.verdict, by=by, reason=reason.strip()[:300], at=at
        )
    record(by, f"visit.{row.verdict}", row, household=household, amount_fen=fen)
    post(row.author, TOPICS[verb], row, household=household, dedupe=f"{TOPICS[verb]}:{decision.uid}")
    for follow in _followers:
        follow(row, by, at)
