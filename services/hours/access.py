"""Whose hours these are, who keeps them at the office, who answers and who certifies."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from partners.network.queries import in_subtrees
from partners.volunteers.models import Volunteer
from portal.permissions.hats import places_for
from services.hours.certificate_models import HourCertificate
from services.hours.models import HourCorrection, HourEntry
from services.hours.request_models import CertificateRequest

KEEP = "services.keep_hours"
ISSUE = "services.issue_certificate"
STARS = "services.set_stars"


def own_entries(user: Any) -> QuerySet[HourEntry]:
    """One's own lines, newest first."""
    return HourEntry.objects.filter(user=user)


def own_corrections(user: Any) -> QuerySet[HourCorrection]:
    """What one asked to be put right."""
    return HourCorrection.objects.filter(volunteer__user=user).order_by("-asked_at", "-pk")


def own_certificates(user: Any) -> QuerySet[HourCertificate]:
    """One's own certificates."""
    return HourCertificate.objects.filter(volunteer__user=user).exclude(payload="")


def own_requests(user: Any) -> QuerySet[CertificateRequest]:
    """The certificates one asked for, newest first."""
    mine = CertificateRequest.objects.filter(volunteer__user=user)
    return mine.select_related("certificate", "volunteer__home", "volunteer__user").order_by(
        "-asked_at", "-pk"
    )


def requests_for(user: Any) -> QuerySet[CertificateRequest]:
    """What was asked of this office, what is due first in front; without one's own."""
    rows = CertificateRequest.objects.filter(in_subtrees(places_for(user, ISSUE), "volunteer__home__path"))
    return rows.exclude(_mine(user)).select_related("volunteer__user", "volunteer__home", "certificate")


def request_for(user: Any, no: str) -> CertificateRequest:
    """A request that this person may answer; Http404 otherwise."""
    row = requests_for(user).filter(no=no).first()
    if row is None:
        raise Http404
    return row


def kept_by(user: Any) -> QuerySet[Volunteer]:
    """The volunteers who live in the places whose hours this person keeps."""
    return Volunteer.objects.filter(in_subtrees(places_for(user, KEEP), "home__path")).exclude(provider=None)


def volunteer_for(user: Any, no: str, *, to: str = "keep") -> Volunteer:
    """A volunteer of one's place by number; `to` may be `issue`. Http404 otherwise."""
    rows = kept_by(user).select_related("user", "home")
    if to == "issue":
        rows = rows.filter(in_subtrees(places_for(user, ISSUE), "home__path"))
    row = rows.filter(no=no).first()
    if row is None:
        raise Http404
    return row


def corrections_for(user: Any) -> QuerySet[HourCorrection]:
    """What waits at the office, without one's own."""
    rows = HourCorrection.objects.filter(in_subtrees(places_for(user, KEEP), "volunteer__home__path"))
    return rows.exclude(_mine(user)).select_related("volunteer__user", "entry")


def correction_for(user: Any, no: str) -> HourCorrection:
    """A correction that this person may answer; Http404 otherwise."""
    row = corrections_for(user).filter(no=no).first()
    if row is None:
        raise Http404
    return row


def _mine(user: Any) -> Q:
    """What is about this human, under any account."""
    own = Q(volunteer__user=user)
    return own | Q(volunteer__user__identity=user.identity_id) if user.identity_id else own


def certificate_for(user: Any, no: str, *, to: str = "see") -> HourCertificate:
    """A certificate: one's own, or of a volunteer of one's place; `to` may be `revoke`. Http404 otherwise."""
    rows = HourCertificate.objects.exclude(payload="").select_related("volunteer__user", "issued_by")
    office = in_subtrees(places_for(user, ISSUE if to == "revoke" else KEEP), "volunteer__home__path")
    row = rows.filter(office if to == "revoke" else office | Q(volunteer__user=user)).filter(no=no).first()
    if row is None:
        raise Http404
    return row
