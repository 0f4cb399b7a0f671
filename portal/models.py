"""The door: re-exports the models of the ground's rooms."""

from portal.accounts.models import Activation, Identity, User
from portal.base.models import (
    AuditEvent,
    AuditSeal,
    CalendarDay,
    InboxItem,
    JobLease,
    OutboxMessage,
    ProtectedFile,
)

__all__ = [
    "Activation",
    "AuditEvent",
    "AuditSeal",
    "CalendarDay",
    "Identity",
    "InboxItem",
    "JobLease",
    "OutboxMessage",
    "ProtectedFile",
    "User",
]
