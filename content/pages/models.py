"""The models of this room, each in the file of its subject."""

from content.pages.clauses import ClauseUnit, PolicyClause, TextCorrection
from content.pages.home_page import HomePage
from content.pages.library_page import PolicyIndexPage
from content.pages.policy_page import PolicyPage
from content.pages.public_page import PublicPage
from content.pages.succession import HelpTopic, PolicySuccession, PolicyTopic
from content.pages.validity import Validity

__all__ = [
    "ClauseUnit",
    "HelpTopic",
    "HomePage",
    "PolicyClause",
    "PolicyIndexPage",
    "PolicyPage",
    "PolicySuccession",
    "PolicyTopic",
    "PublicPage",
    "TextCorrection",
    "Validity",
]
