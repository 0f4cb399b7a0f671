"""The record of what was done, for those who watch over it; looking at it is recorded too."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from portal.base.audit import record
from portal.base.models import AuditEvent
from portal.permissions.gate import needs

LINES_A_PAGE = 50


class AuditFilter(forms.Form):
    """What to look for; each field exactly."""

    actor = forms.CharField(label=_("谁（登录名）"), max_length=150, required=False)
    household = forms.CharField(label=_("住户编号"), max_length=32, required=False)
    object = forms.CharField(label=_("单据编号"), max_length=64, required=False)
    verb = forms.CharField(label=_("做了什么（代号）"), max_length=64, required=False)

    LOOKUPS = {"actor": "actor__username", "household": "household_no", "object": "object_no", "verb": "verb"}

    def clean(self) -> dict[str, str]:
        """No character that a database refuses."""
        data = super().clean() or self.cleaned_data
        return {name: value.replace("\x00", "") for name, value in data.items()}

    def conditions(self) -> dict[str, str]:
        """The filled fields as conditions of a query."""
        return {
            lookup: self.cleaned_data[name]
            for name, lookup in self.LOOKUPS.items()
            if self.cleaned_data.get(name)
        }


@needs("portal.read_audit", methods=("GET",))
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what to which record, newest first. Names of recipients never stand in it."""
    form = AuditFilter(request.GET or None)
    conditions = form.conditions() if form.is_valid() else {}
    rows = AuditEvent.objects.filter(**conditions).select_related("actor", "words").order_by("-pk")
    page = Paginator(rows, LINES_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)  # before this look adds a line of its own
    record(request.user, "audit.read", asked=sorted(conditions), page=page.number)
    return render(request, "portal/audit.html", {"form": form, "page": page, "filtered": bool(conditions)})
