"""Opening care papers is a look at the file: noted, slowed, and shown by the fields of the table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.base.identifiers import format_phone
from portal.base.privacy import mask_name, mask_phone
from portal.base.refused import Refused
from services.recipients.access import explain, windows
from services.recipients.care_models import CareAgreement
from services.recipients.fields import CLEAR, Shown, shown
from services.recipients.looking import SPAN, note_opened
from services.recipients.models import Household, Person


def look(user: Any, household: Household) -> Shown:
    """Note that somebody opened papers of this file; how its fields show to them. Refused: too_fast."""
    now = timezone.now()
    reasons = explain(user, household)
    note_opened(by=user, household=household, reasons=reasons, at=now)
    return shown(reasons, windows(user, [household], now)[household.pk])


def slowed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers 429 where somebody reads one file after another."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            if refusal.code != "too_fast":
                raise
            context = {"words": refusal.message}
            page = render(request, "services/recipients/too_fast.html", context, status=429)
            page["Retry-After"] = str(int(SPAN.total_seconds()))
            return page

    return answer


@dataclass(frozen=True)
class CarerWords:
    """The carer of an agreement as one viewer may see them."""

    name: str
    phone: str
    address: str
    contact: str


def carer_words(row: CareAgreement, seen: Shown) -> CarerWords:
    """Clear for those who see the people around a household, masked for everybody else."""
    if seen.mode("circle") == CLEAR:
        return CarerWords(row.carer_name, format_phone(row.carer_phone), row.carer_address, row.carer_contact)
    person = row.carer_kind == "person"
    return CarerWords(
        mask_name(row.carer_name) if person else row.carer_name,
        mask_phone(row.carer_phone) if row.carer_phone else "",
        "",
        mask_name(row.carer_contact),
    )


def name_of(person: Person, seen: Shown) -> str:
    """A person's name: clear only where the table says so."""
    return person.name if seen.mode("name") == CLEAR else mask_name(person.name)


def place_of(household: Household) -> str:
    """石潭镇 古城村 三组."""
    region = household.region
    above = f"{region.parent} " if region.level == "group" else ""
    return f"{household.township} {above}{region}"
