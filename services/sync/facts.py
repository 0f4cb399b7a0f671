"""Reads what decides for one visit; runs beyond the sender's sight, because it judges what they may no longer see."""

from datetime import datetime
from typing import Any

from partners.providers.models import ProviderState
from services.contracts.models import ChecklistItem
from services.recipients.models import Household, HouseholdState, Person, Relation
from services.sync.envelopes import Envelope, signed_by
from services.sync.judging import Facts
from services.sync.models import SyncDevice, SyncInbox, VisitTicket
from services.sync.payloads import Brought
from services.sync.tickets import Claim
from services.tasks.models import Assignment
from services.visits.access import STOPPED
from services.visits.models import PlannedState, PlannedVisit

# The name that an erasure leaves behind (services.privacy, a later room).
ERASED = "已删除"


def planned_visit(no: str) -> PlannedVisit | None:
    """The planned visit with this number, whoever asks."""
    rows = PlannedVisit.objects.select_related(
        "task__need__household__township",
        "task__need__household__region",
        "task__provider",
        "task__contract",
        "assignment",
    )
    return rows.filter(no=no).first()


def ticket_of(claim: Claim | None, device: SyncDevice | None, visit_no: str) -> VisitTicket | None:
    """The row of a ticket that is of this phone and this visit; None for every other."""
    if claim is None or device is None or claim.visit != visit_no or claim.device != device.uid:
        return None
    return (
        VisitTicket.objects.filter(uid=claim.ticket, device=device, planned__no=visit_no, epoch=claim.epoch)
        .select_related("user", "device")
        .first()
    )


def is_own(by: Any, author: Any, envelope: Envelope, device: SyncDevice | None) -> bool:
    """Whether the author is logged in, or the phone that the ticket was given to signed the envelope."""
    if author.pk == by.pk and device is not None and device.user_id == by.pk:
        return True
    return device is not None and device.user_id == author.pk and signed_by(envelope, device.public_key)


def facts_of(
    *,
    planned: PlannedVisit,
    ticket: VisitTicket | None,
    author: Any,
    own: bool,
    row: SyncInbox,
    brought: Brought,
    at: datetime,
) -> Facts:
    """Everything that `judge` reads."""
    household: Household = planned.task.need.household
    sent = _sent(planned, ticket, author)
    task = planned.task
    return Facts(
        genuine=ticket is not None,
        once_allowed=Assignment.objects.filter(user=author, task__need__household=household).exists(),
        own=own,
        phone_open=row.device is not None and row.device.shut_at > at,
        deposited=row.deposited,
        erased=household.name == ERASED,
        recipient_gone=household.state == HouseholdState.CLOSED or not _head_lives(household),
        valid_from=ticket.not_before if ticket else at,
        valid_to=ticket.not_after if ticket else at,
        sent_from=sent.valid_from if sent else None,
        sent_to=sent.valid_to if sent else None,
        assigned_now=sent is not None and sent.valid_from <= at < sent.valid_to,
        same_epoch=ticket is not None and planned.epoch == task.epoch == ticket.epoch,
        task_stopped=task.state in STOPPED,
        provider_live=task.provider.state == ProviderState.LIVE,
        author_active=author.is_active,
        recorded=planned.state == PlannedState.RECORDED,
        cancelled_at=planned.updated_at if planned.state == PlannedState.CANCELLED else None,
        known_items=_known(brought, task.need.service),
    )


def _sent(planned: PlannedVisit, ticket: VisitTicket | None, author: Any) -> Assignment | None:
    """The author's assignment under the ticket's epoch."""
    if ticket is None:
        return None
    rows = Assignment.objects.filter(task=planned.task_id, user=author, epoch=ticket.epoch, part="lead")
    return rows.order_by("-valid_from").first()


def _head_lives(household: Household) -> bool:
    heads = Person.objects.filter(household=household, relation=Relation.SELF)
    return heads.filter(died_on__isnull=True).exists()


def _known(brought: Brought, service: str) -> bool:
    """Retired lines are known: an old phone fills in the checklist that it was given."""
    codes = set(brought.report.answers) | set(brought.report.item_notes)
    return not codes - set(ChecklistItem.objects.filter(service=service).values_list("code", flat=True))
