"""Whose exports these are: the asker's, and those of others that wait for one's word."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from partners.models import Region
from partners.network.queries import in_subtree, in_subtrees
from portal.permissions.hats import hats, places_for
from services.exports.models import ExportState, RegisterExport

EXPORT = "services.export_household"


def may_export(user: Any, region: Region, at: datetime) -> bool:
    """Whether this person may take the register of this place out at that moment."""
    return user.is_active and any(
        EXPORT in hat.rules.permissions and hat.region_path and region.path.startswith(hat.region_path)
        for hat in hats(user, at)
    )


def own_exports(user: Any) -> QuerySet[RegisterExport]:
    """What the person asked for, newest first."""
    return (
        RegisterExport.objects.filter(asked_by=user)
        .select_related("region", "agreed_by")
        .order_by("-created_at", "-pk")
    )


def to_agree(user: Any) -> QuerySet[RegisterExport]:
    """Exports of others in the person's places that wait for a second person."""
    area = in_subtrees(places_for(user, EXPORT), "region__path")
    waiting = RegisterExport.objects.filter(area, state=ExportState.WAITING).exclude(asked_by=user)
    return waiting.select_related("region", "asked_by").order_by("created_at", "pk")


def export_for(user: Any, no: str, *, to: str = "see") -> RegisterExport:
    """The export with this number: to see, for its asker and for who may agree; to agree, for the latter; to
    download, for its asker while it lasts and the right stands. Http404 otherwise."""
    if to == "agree":
        row = to_agree(user).filter(no=no).first()
    else:
        row = own_exports(user).filter(no=no).first()
        if row is None and to == "see":
            row = to_agree(user).filter(no=no).first()
    if row is None or (to == "download" and not _downloadable(user, row)):
        raise Http404
    return row


def _downloadable(user: Any, row: RegisterExport) -> bool:
    now = timezone.now()
    return (
        row.state == ExportState.READY
        and row.expires_at is not None
        and row.expires_at > now
        and may_export(user, row.region, now)
    )


def places_to_export(user: Any) -> list[Region]:
    """The person's places and, for a county, its townships."""
    found = list(Region.objects.filter(path__in=places_for(user, EXPORT)).order_by("path"))
    for place in [each for each in found if each.level == "county"]:
        found += list(Region.objects.filter(in_subtree(place.path), level="township").order_by("path"))
    return list(dict.fromkeys(found))
