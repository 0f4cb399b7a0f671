"""A volunteer's badge, to show at the door."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partners.volunteers.badges import valid_today
from partners.volunteers.models import Volunteer
from portal.accounts.qr import qr_data_uri
from portal.permissions.gate import signed_in


@signed_in(methods=("GET",))
def badge(request: HttpRequest) -> HttpResponse:
    """One's own badge with its code; whoever scans it sees whether it is valid today."""
    row = (
        Volunteer.objects.filter(user=request.user)
        .exclude(badge_no="")
        .select_related("user", "provider")
        .first()
    )
    if row is None:
        raise Http404
    url = request.build_absolute_uri(reverse("verify", args=[row.badge_no]))
    context = {
        "volunteer": row,
        "valid": valid_today(row),
        "today": timezone.localdate(),
        "url": url,
        "qr": qr_data_uri(url),
    }
    return render(request, "partners/volunteers/badge.html", context)
