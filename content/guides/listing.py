"""Guides as lists show them: under their topics, each with its first sentence."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.query import QuerySet
from django.utils.translation import get_language


@dataclass(frozen=True)
class Listed:
    """A guide in a list; `lang` is the language in which it stands there."""

    page: Any
    title: str
    line: str
    lang: str


def listed(page: Any, line: str, line_en: str) -> Listed:
    """In English only where both the title and the sentence are."""
    if get_language() == "en" and page.title_en and line_en:
        return Listed(page, page.title_en, line_en, "en")
    return Listed(page, page.title, line, "zh-Hans")


def by_topic(guides: QuerySet, topics: Any) -> list[dict[str, Any]]:
    """The topics that have guides, each with its guides in the order of the tree: one query."""
    statements = guides.model._meta.get_field("statements").related_model
    first = statements.objects.filter(page=OuterRef("pk"), section="summary").order_by("sort_order", "pk")
    rows = guides.order_by("path").annotate(
        line=Subquery(first.values("words")[:1]), line_en=Subquery(first.values("words_en")[:1])
    )
    under: dict[str, list[Listed]] = {topic: [] for topic in topics.values}
    for row in rows:
        under[row.topic].append(listed(row, row.line or "", row.line_en or ""))
    return [
        {"code": code, "label": topics(code).label, "guides": found} for code, found in under.items() if found
    ]
