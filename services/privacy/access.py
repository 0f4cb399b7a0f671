"""Who may handle a request: the office of the place where the person lives; a user's, the bureau and themselves."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from partners.network.queries import in_subtrees
from portal.permissions.hats import hats_with, places_for
from services.privacy.models import RequestState, SubjectRequest

TAKE, DECIDE = "services.take_request", "services.decide_erasure"


def requests_visible_to(user: Any) -> QuerySet[SubjectRequest]:
    """Requests of people in one's own area; those of users are the bureau's."""
    rows = SubjectRequest.objects.filter(
        in_subtrees(places_for(user, TAKE), "person__household__region__path")
    )
    if hats_with(user, DECIDE):
        rows = SubjectRequest.objects.filter(Q(pk__in=rows.values("pk")) | Q(user__isnull=False))
    return rows


def request_for(user: Any, no: str, *, to: str = "view") -> SubjectRequest:
    """The request with this number, if the person may do `to` with it; Http404 otherwise."""
    rows = requests_visible_to(user).select_related(
        "person__household__region", "user", "decided_by", "received_by"
    )
    row = rows.filter(no=no).first()
    if row is None or (to == "erase" and not hats_with(user, DECIDE)):
        raise Http404
    return row


def own_request_for(user: Any, no: str) -> SubjectRequest:
    """One's own request; Http404 otherwise."""
    row = SubjectRequest.objects.filter(user=user, no=no).first()
    if row is None:
        raise Http404
    return row


def downloadable(asked: SubjectRequest) -> bool:
    """Whether the copy can still be fetched."""
    return (
        asked.state == RequestState.DONE
        and asked.file is not None
        and bool(asked.file_until and asked.file_until > timezone.now())
    )
