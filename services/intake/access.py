"""Who sees a report: the staff of its place, and who made it. It has no household at first."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from partners.models import Region
from partners.network.queries import in_subtrees, path_after
from portal.permissions.hats import places_for
from services.intake.models import Report
from services.recipients.door import reach
from services.recipients.listing import clear_paths

REPORT = "services.report_need"
VERIFY = "services.verify_need"


def reports_visible_to(user: Any) -> QuerySet[Report]:
    """The reports of the places where the person reports or verifies, and their own; of near kin only these."""
    places = sorted({*places_for(user, REPORT), *places_for(user, VERIFY)})
    if not places:
        return Report.objects.none()
    here = in_subtrees(places, "region__path") & _not_of_kin(user)
    return Report.objects.filter(here | Q(reported_by=user))


def reports_to_verify(user: Any) -> QuerySet[Report]:
    """The reports of the places where the person verifies."""
    return Report.objects.filter(in_subtrees(places_for(user, VERIFY), "region__path"), _not_of_kin(user))


def _not_of_kin(user: Any) -> Q:
    """A report tied to a household that is shut to its near kin is shut to them too."""
    shut = reach(user).shut
    return ~Q(household__in=shut) if shut else Q()


def report_for(user: Any, no: str, *, to: str = "view") -> Report:
    """The report with this number if the person may do `to` with it; Http404 otherwise, as for one that never was."""
    rows = reports_to_verify(user) if to in {"verify", "close"} else reports_visible_to(user)
    rows = rows.select_related("region__parent", "household", "reported_by", "handled_by")
    report = rows.filter(no=no).first()
    if report is None:
        raise Http404
    return report


def in_clear(user: Any, report: Report) -> bool:
    """Whether the person reads the name and words: their own township or village, or their own report."""
    own = any(path <= report.region.path < path_after(path) for path in clear_paths(user))
    return own or report.reported_by_id == user.pk


def places_to_report(user: Any) -> QuerySet[Region]:
    """The villages and groups a person may report from."""
    rows = Region.objects.filter(in_subtrees(places_for(user, REPORT)), level__in=["village", "group"])
    return rows.select_related("parent").order_by("path")


def may_report_in(user: Any, region: Region) -> bool:
    """Whether a place lies in the person's own area."""
    return any(path <= region.path < path_after(path) for path in places_for(user, REPORT))
