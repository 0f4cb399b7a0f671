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

__all__ = [
    "ClauseUnit",
    "HomePage",
    "PolicyClause",
    "PolicyIndexPage",
    "PolicyPage",
    "TextCorrection",
    "Validity",
]
