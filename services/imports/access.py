"""Whose files these are: an office's for those who import there; the cells of a file for its bringer alone."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from partners.models import Region
from partners.network.queries import in_subtrees
from portal.permissions.hats import places_for
from services.imports.models import ImportBatch, Likeness
from services.imports.running import IMPORT, may_import


def batches_visible_to(user: Any) -> QuerySet[ImportBatch]:
    """The files of the places where the person may import, newest first."""
    area = in_subtrees(places_for(user, IMPORT), "office__path")
    return ImportBatch.objects.filter(area).select_related("office", "made_by").order_by("-created_at", "-pk")


def batch_for(user: Any, no: str, *, to: str = "see") -> ImportBatch:
    """The file with this number, for one who may see it; to act on it or read its cells, its bringer. Http404 otherwise."""
    batch = batches_visible_to(user).select_related("file").filter(no=no).first()
    if batch is None or (to != "see" and batch.made_by_id != user.pk):
        raise Http404
    return batch


def offices_of(user: Any) -> list[Region]:
    """The places for which the person may bring files."""
    found = list(Region.objects.filter(path__in=places_for(user, IMPORT)).order_by("path"))
    return [place for place in found if may_import(user, place, timezone.now())]


def likenesses_of(user: Any) -> QuerySet[Likeness]:
    """The pairs of people of whom the person sees both files."""
    people = ("one__household__region__parent", "other__household__region__parent")
    return Likeness.objects.visible_to(user).select_related(
        *people, "one__household__township", "other__household__township"
    )


def likeness_for(user: Any, no: str) -> Likeness:
    """The pair with this number, in the area where the person keeps the register. Http404 otherwise."""
    row = likenesses_of(user).filter(no=no).first()
    places = places_for(user, IMPORT)
    if row is None or not all(
        any(person.household.region.path.startswith(path) for path in places)
        for person in (row.one, row.other)
    ):
        raise Http404
    return row
