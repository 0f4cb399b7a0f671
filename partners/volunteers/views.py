"""A volunteer's own pages: the badge to show at the door, and what they state of themselves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.volunteers.badges import needs_company, valid_today
from partners.volunteers.forms import WishesForm, wishes_stated
from partners.volunteers.models import Volunteer
from partners.volunteers.profile import change_profile, own_profile, standing_wishes
from portal.accounts.qr import qr_data_uri
from portal.base.conflicts import chosen, differences, on_top_of
from portal.base.forms import blame
from portal.base.refused import Refused
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
        "two": needs_company(row, timezone.localdate()),
        "url": url,
        "qr": qr_data_uri(url),
    }
    return render(request, "partners/volunteers/badge.html", context)


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Where, when and what I help with, how I get there, what I do not do; when it was changed elsewhere, both."""
    row = own_profile(request.user)
    if row is None:
        raise Http404
    form = WishesForm(
        chosen(request.POST or None, standing_wishes(row)),
        initial=wishes_stated(row) | {"version": row.version},
    )
    context: dict[str, Any] = {"volunteer": row}
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            change_profile(
                row=row, version=form.cleaned_data["version"] or 0, wishes=form.wishes(), by=request.user
            )
        except Refused as refusal:
            status = 422
            if refusal.code == "stale":
                status = 409
                row.refresh_from_db()
                context |= {
                    "conflict": refusal.message,
                    "both": differences(form, standing_wishes(row), {}),
                }
                form = on_top_of(form, row.version)
            else:
                blame(form, refusal)
        else:
            messages.success(request, _("改好了"))
            return redirect("partners:profile")
    return render(request, "partners/volunteers/profile.html", context | {"form": form}, status=status)
