"""The agency's or station's own standing, as those see it who ask it, and the number it gives the public."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.access import own_provider
from partners.network.forms import OfficePhoneForm
from partners.providers.actions import set_office_phone
from partners.providers.models import Provider
from partners.vetting.qualification import qualification_of
from portal.permissions.gate import needs

MANAGE = "partners.manage_team"


@needs(MANAGE, methods=("GET",))
def qualification(request: HttpRequest) -> HttpResponse:
    """Our own data, and our standing today with the reason for each requirement."""
    provider = own_provider(request.user)
    return _page(request, provider, OfficePhoneForm(initial={"office_phone": provider.office_phone}))


def _page(request: HttpRequest, provider: Provider, form: OfficePhoneForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "provider": provider,
        "organisation": getattr(provider, "organisation", None),
        "station": getattr(provider, "station", None),
        "found": qualification_of(provider, timezone.now()),
        "towns": [row.region for row in provider.townships.select_related("region")],
    }
    return render(request, "partners/vetting/qualification.html", context, status=status)


@needs(MANAGE, methods=("POST",))
def set_phone(request: HttpRequest) -> HttpResponse:
    """The office number that everybody may read in the directory."""
    provider = own_provider(request.user)
    form = OfficePhoneForm(request.POST)
    if form.is_valid():
        set_office_phone(provider=provider, phone=form.cleaned_data["office_phone"], by=request.user)
        messages.success(request, _("改好了"))
        return redirect("partners:qualification")
    return _page(request, provider, form, status=422)
