"""Who reaches a case of sight, a tie of kin or a night's report; invisible and missing both answer 404."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.dateparse import parse_date

from services.recipients.emergency import ASK
from services.recipients.models import Household
from services.recipients.reviewers import REVIEW
from services.recipients.sight import KinTie, SightCase, SightKind, SightReport


def cases_to_review(user: Any) -> QuerySet[SightCase]:
    """Every case whose household the reviewer sees; one's own stay readable but are another's to judge."""
    seen = Q(household__isnull=True) | Q(household__in=Household.objects.visible_to(user).values("pk"))
    rows = SightCase.objects.select_related(
        "user", "reviewed_by", "household__region__parent", "household__township"
    )
    return rows.filter(seen) if user.has_perm(REVIEW) else rows.none()


def own_emergencies(user: Any) -> QuerySet[SightCase]:
    """What this person asked for, newest first."""
    rows = SightCase.objects.filter(user=user, kind=SightKind.EMERGENCY).select_related("household")
    return rows.order_by("-valid_from") if user.has_perm(ASK) else rows.none()


def case_for(user: Any, no: str, *, to: str = "review") -> SightCase:
    """The case with this number, to review it or (one's own) to end it."""
    rows = cases_to_review(user) if to == "review" else own_emergencies(user)
    row = rows.filter(no=no).first()
    if row is None:
        raise Http404
    return row


def tie_of(household: Household, uid: Any) -> KinTie:
    """The tie of kin of this household with this uid."""
    row = household.kin_ties.select_related("user", "household").filter(uid=uid).first()
    if row is None:
        raise Http404
    return row


def report_for(user: Any, day: str) -> SightReport:
    """The report of one night."""
    row = SightReport.objects.filter(day=day).first() if user.has_perm(REVIEW) and _is_day(day) else None
    if row is None:
        raise Http404
    return row


def _is_day(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False
