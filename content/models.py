"""The door: re-exports the models of the rooms."""

from content.pages.models import (
    ClauseUnit,
    HomePage,
    PolicyClause,
    PolicyIndexPage,
    PolicyPage,
    TextCorrection,
    Validity,
)
from content.rules.models import Standard, StandardKind

__all__ = [
    "ClauseUnit",
    "HomePage",
    "PolicyClause",
    "PolicyIndexPage",
    "PolicyPage",
    "Standard",
    "StandardKind",
    "TextCorrection",
    "Validity",
]
