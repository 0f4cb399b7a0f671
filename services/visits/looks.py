"""Masked fields on the desks' pages: what shows, what a logged click would show. And paging of lists."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.identifiers import format_phone
from portal.base.privacy import mask_name, mask_phone
from portal.base.refused import Refused
from services.recipients.fields import CLEAR, CLICK, GROUND, MASKED, shown_to
from services.recipients.models import Household, Unmasking
from services.recipients.unmasking import unmask
from services.visits.forms import LookForm

STAYS_OPEN = timedelta(minutes=15)
LABELS = {"name": _("姓名"), "address": _("门牌地址"), "phone": _("电话"), "health": _("健康和备注")}
ROWS = 50


def opened(user: Any, household: Household, fields: Iterable[str], now: datetime) -> list[dict[str, Any]]:
    """Each field with its label, value (as far as it shows) and whether a click, or a ground, would open it."""
    shown = shown_to(user, household, now)
    looked = set(
        Unmasking.objects.filter(user=user, household=household, at__gte=now - STAYS_OPEN).values_list(
            "field", flat=True
        )
    )
    rows = []
    for field in fields:
        mode = shown.mode(field)
        clear = mode == CLEAR or (mode in {CLICK, GROUND} and field in looked)
        if mode in {CLEAR, MASKED, CLICK, GROUND}:
            rows.append(
                {
                    "field": field,
                    "label": LABELS[field],
                    "value": _value(household, field, clear),
                    "clear": clear,
                    "offer": not clear and mode in {CLICK, GROUND},
                    "ground": mode == GROUND,
                }
            )
    return rows


def _value(household: Household, field: str, clear: bool) -> str:
    if field == "name":
        return household.name if clear else mask_name(household.name)
    if field == "phone":
        return format_phone(household.phone) if clear else mask_phone(household.phone)
    return household.address if field == "address" and clear else ""


def look(request: HttpRequest, household: Household, fields: Iterable[str]) -> None:
    """Lift one mask for a quarter of an hour; leaves a line. Tells when a ground is missing."""
    form = LookForm(request.POST)
    if not form.is_valid() or form.cleaned_data["field"] not in set(fields):
        raise Http404
    try:
        unmask(
            by=request.user,
            household=household,
            field=form.cleaned_data["field"],
            ground=form.cleaned_data["ground"],
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, refusal.message)


def page_of(request: HttpRequest, rows: QuerySet) -> Page:
    """The page asked for; a wrong number gives the nearest one."""
    return Paginator(rows, ROWS).get_page(request.GET.get("page"))
