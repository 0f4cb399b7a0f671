"""The door: re-exports the models of the rooms."""

from content.guides.models import (
    GuideIndexPage,
    GuidePage,
    GuideSection,
    GuideStatement,
    GuideTopic,
    LoadedGuide,
)
from content.pages.models import (
    ClauseUnit,
    HelpTopic,
    HomePage,
    PolicyClause,
    PolicyIndexPage,
    PolicyPage,
    PolicySuccession,
    PolicyTopic,
    TextCorrection,
    Validity,
)
from content.rules.models import ChangeState, Standard, StandardChange, StandardKind
from content.search.models import SearchPassage, SynonymGroup

__all__ = [
    "ChangeState",
    "ClauseUnit",
    "GuideIndexPage",
    "GuidePage",
    "GuideSection",
    "GuideStatement",
    "GuideTopic",
    "HelpTopic",
    "HomePage",
    "LoadedGuide",
    "PolicyClause",
    "PolicyIndexPage",
    "PolicyPage",
    "PolicySuccession",
    "PolicyTopic",
    "SearchPassage",
    "Standard",
    "StandardChange",
    "StandardKind",
    "SynonymGroup",
    "TextCorrection",
    "Validity",
]
