"""The door: re-exports the models of the ground's rooms."""

from portal.accounts.models import (
    Activation,
    ActivationCause,
    CodePurpose,
    Identity,
    KeptForm,
    PhoneCode,
    User,
)
from portal.base.carriers.models import Carriage, MessageChoice, SinkMessage
from portal.base.documents.models import DocumentPage, StoredDocument
from portal.base.models import (
    AuditEvent,
    AuditSeal,
    AuditWords,
    CalendarDay,
    InboxItem,
    JobLease,
    KeyRotation,
    OutboxMessage,
    ProtectedFile,
    Tally,
)

__all__ = [
    "Activation",
    "ActivationCause",
    "AuditEvent",
    "AuditSeal",
    "AuditWords",
    "CalendarDay",
    "Carriage",
    "CodePurpose",
    "DocumentPage",
    "Identity",
    "InboxItem",
    "JobLease",
    "KeptForm",
    "KeyRotation",
    "MessageChoice",
    "OutboxMessage",
    "PhoneCode",
    "ProtectedFile",
    "SinkMessage",
    "StoredDocument",
    "Tally",
    "User",
]
