"""Who reports a change, who proposes and who decides: through the door of the household."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from partners.network.queries import in_subtrees
from portal.permissions.hats import places_for
from services.assistance.lifecycle import REVIEW
from services.assistance.models import Review

READ = "services.verify_need"
REPORT_CHANGE = "services.report_change"
PROPOSE, DECIDE = "services.propose_review", "services.decide_review"
SET_RULES = "services.set_care_rules"
VERBS = {"propose": PROPOSE, "withdraw": PROPOSE, "decide": DECIDE, "send_back": DECIDE}


def reviews_of(user: Any, permission: str = READ) -> QuerySet[Review]:
    """The reviews of the places where the person holds a permission."""
    places = places_for(user, permission)
    return Review.objects.visible_to(user).filter(in_subtrees(places, "household__region__path"))


def own_reports(user: Any) -> QuerySet[Review]:
    """The changes this person reported, of households still in their sight."""
    return Review.objects.visible_to(user).filter(reported_by=user, cause="change")


def review_for(user: Any, no: str, *, to: str = "view") -> Review:
    """The review with this number if the person may do `to` with it; Http404 otherwise, as for one that never was."""
    found: QuerySet[Review]
    if to == "follow":
        found = Review.objects.visible_to(user).filter(
            Q(pk__in=own_reports(user).values("pk")) | Q(pk__in=reviews_of(user).values("pk"))
        )
    else:
        found = reviews_of(user, VERBS.get(to, READ))
    row = (
        found.select_related(
            "household__region__parent",
            "household__township",
            "person",
            "reported_by",
            "proposed_by",
            "decided_by",
        )
        .filter(no=no)
        .first()
    )
    if row is None:
        raise Http404
    return row


def review_verbs(user: Any, row: Review) -> list[str]:
    """The verbs whose forms this person sees; nobody decides what they proposed."""
    verbs = []
    for verb in REVIEW.moves:
        if not REVIEW.allows(row.state, verb) or (
            verb in {"decide", "send_back"} and row.proposed_by_id == user.pk
        ):
            continue
        if reviews_of(user, VERBS[verb]).filter(pk=row.pk).exists():
            verbs.append(verb)
    return verbs
