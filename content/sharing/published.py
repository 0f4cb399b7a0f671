"""Which pages may be passed on: live, not run out, and neither they nor anything above them private."""

from datetime import datetime

from django.db.models import Q, QuerySet
from wagtail.models import Page, PageQuerySet

from content.pages.models import PolicyPage
from content.pages.published import for_everybody


def open_to_all(rows: PageQuerySet, at: datetime) -> QuerySet:
    """Of these pages, those that everybody may read now."""
    return for_everybody(rows).filter(Q(expire_at=None) | Q(expire_at__gt=at))


def documents(at: datetime) -> QuerySet[PolicyPage]:
    """The documents of the library that everybody may read, the newest first."""
    return open_to_all(PolicyPage.objects.defer_heavy(), at).order_by("-written_on", "-pk")


def pages(at: datetime) -> QuerySet[Page]:
    """Every page below the root that everybody may read, in the order of the tree."""
    return open_to_all(Page.objects.filter(depth__gt=1), at).order_by("path")
