"""Whose exports these are: the asker's, and those of others that wait for one's word."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from partners.models import Region
from partners.network.queries import in_subtree, in_subtrees
from portal.permissions.hats import hats
from services.exports.kinds import list_kind, list_kinds
from services.exports.models import ExportList, ExportState, RegisterExport


def may_export(user: Any, region: Region, at: datetime, what: str = ExportList.HOUSEHOLDS) -> bool:
    """Whether this person may take this list of this place out at that moment."""
    needed = list_kind(what).permissions
    return user.is_active and any(
        needed <= hat.rules.permissions and hat.region_path and region.path.startswith(hat.region_path)
        for hat in hats(user, at)
    )


def _paths(user: Any, what: str) -> list[str]:
    """The places whose list of this kind the person may take out."""
    needed = list_kind(what).permissions
    return sorted(
        {hat.region_path for hat in hats(user) if hat.region_path and needed <= hat.rules.permissions}
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
    mine = Q(pk__in=[])
    for what in list_kinds():
        mine |= Q(what=what) & in_subtrees(_paths(user, what), "region__path")
    waiting = RegisterExport.objects.filter(mine, state=ExportState.WAITING).exclude(asked_by=user)
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
        and may_export(user, row.region, now, row.what)
    )


def places_to_export(user: Any, what: str = ExportList.HOUSEHOLDS) -> list[Region]:
    """The person's places and, for a county, its townships."""
    found = list(Region.objects.filter(path__in=_paths(user, what)).order_by("path"))
    for place in [each for each in found if each.level == "county"]:
        found += list(Region.objects.filter(in_subtree(place.path), level="township").order_by("path"))
    return list(dict.fromkeys(found))
