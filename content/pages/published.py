"""Which pages a public list may name: live ones, of which neither they nor anything above them is private."""

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from wagtail.models import PageQuerySet, PageViewRestriction


def for_everybody(rows: PageQuerySet) -> PageQuerySet:
    """Of these pages those that everybody may read, within their one statement (`public()` would ask another)."""
    above = PageViewRestriction.objects.annotate(
        below=ExpressionWrapper(OuterRef("path"), output_field=CharField())
    ).filter(below__startswith=F("page__path"))
    return rows.live().filter(~Exists(above))
