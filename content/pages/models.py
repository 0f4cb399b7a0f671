"""The models of this room, each in the file of its subject."""

from content.pages.clauses import ClauseUnit, PolicyClause, TextCorrection
from content.pages.home_page import HomePage
from content.pages.policy_page import PolicyIndexPage, PolicyPage, Validity
from content.pages.public_page import PublicPage

__all__ = [
    "ClauseUnit",
    "HomePage",
    "PolicyClause",
    "PolicyIndexPage",
    "PolicyPage",
    "PublicPage",
    "TextCorrection",
    "Validity",
]
