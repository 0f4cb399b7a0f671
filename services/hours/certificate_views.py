"""A certificate for its holder and the office; and the public check of certificates and badges."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from partners.volunteers.badges import needs_company, valid_today
from portal.base.privacy import mask_name
from portal.base.refused import Refused
from portal.permissions.gate import public, signed_in
from portal.permissions.hats import places_for
from services.hours import access, paper, queries
from services.hours.certificate_models import HourCertificate
from services.hours.rules import hours_words
from services.hours.signing import public_keys


@signed_in(takes_object="services.HourCertificate", methods=("GET",))
def certificate(request: HttpRequest, no: str) -> HttpResponse:
    """The certificate as a page that can be printed."""
    row = access.certificate_for(request.user, no)
    context = paper.sheet(request, row) | {
        "lacking": paper.lacking(),
        "printed_at": timezone.now(),
        "mine": row.volunteer.user_id == request.user.pk,
        "may_revoke": bool(places_for(request.user, access.ISSUE)) and row.state == "issued",
    }
    return render(request, "services/hours/certificate.html", context)


@signed_in(takes_object="services.HourCertificate", methods=("GET",))
def certificate_pdf(request: HttpRequest, no: str) -> HttpResponse:
    """The certificate as PDF; where this machine cannot make one, the page says why."""
    row = access.certificate_for(request.user, no)
    try:
        raw = paper.pdf_of(request, row)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("services:hours:certificate", no)
    return HttpResponse(
        raw,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{row.no}.pdf"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@public
def verify(request: HttpRequest, no: str) -> HttpResponse:
    """Whether a certificate or badge is true: a masked name and no more than the paper already says."""
    row = HourCertificate.objects.filter(no=no).select_related("volunteer__user").first()
    wearer = queries.badge(no) if row is None else None
    if row is not None:
        facts = paper.facts_of(row)
        context = {
            "certificate": row,
            "facts": facts,
            "name": mask_name(facts.get("name", "*")),
            "total": hours_words(row.minutes),
        }
        return _fresh(render(request, "services/hours/verify_certificate.html", context))
    if wearer is None:
        raise Http404
    context = {
        "no": wearer.badge_no,
        "name": mask_name(wearer.user.get_full_name()),
        "valid": valid_today(wearer),
        "today": timezone.localdate(),
        "two": bool(needs_company(wearer, timezone.localdate())),
    }
    return _fresh(render(request, "services/hours/verify_badge.html", context))


def _fresh(response: HttpResponse) -> HttpResponse:
    """What was true a minute ago is no answer at a door."""
    response["Cache-Control"] = "no-store"
    return response


@public
def verify_key(request: HttpRequest) -> HttpResponse:
    """The published keys as plain text: id and Ed25519 key in hexadecimal, one a line."""
    lines = [f"{key_id} {key}" for key_id, key in public_keys().items()]
    return _plain(["# Ed25519 (RFC 8032), SWZM1.<id>.<payload base64url>.<signature base64url>", *lines])


@public
def verify_revoked(request: HttpRequest) -> HttpResponse:
    """The numbers that count no more and since when, one a line."""
    return _plain([f"{row.no} {row.revoked_on.isoformat()}" for row in queries.revoked() if row.revoked_on])


def _plain(lines: list[str]) -> HttpResponse:
    return _fresh(HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8"))
