"""What somebody typed into a registration and has not handed in: kept for two weeks, encrypted, for them alone.

Passwords, ID numbers, the consent and the hidden version are never kept. Who has no account is known again by a cookie.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from partners.vetting.models import JoinDraft

COOKIE = "join_draft"
KEPT = timedelta(days=14)
NEVER = frozenset(
    {"password", "password_again", "id_number", "consent", "version", "csrfmiddlewaretoken", "save"}
)
MOST = 20_000


def typed_before(request: HttpRequest, kind: str, form_class: type[forms.Form]) -> dict[str, Any]:
    """What was kept for this person, as the first values of the form; empty without a draft."""
    row = _rows(request).filter(kind=kind).order_by("-updated_at").first()
    return first_values(json.loads(row.typed), form_class) if row is not None else {}


def first_values(typed: Mapping[str, list[str]], form_class: type[forms.Form]) -> dict[str, Any]:
    """What was typed, as a form shows it first: several choices as a list, all else the last value."""
    fields = form_class.base_fields  # type: ignore[attr-defined]
    return {
        name: values if isinstance(fields[name].widget, forms.CheckboxSelectMultiple) else values[-1]
        for name, values in typed.items()
        if name in fields and values
    }


def keep(request: HttpRequest, kind: str, data: QueryDict) -> str:
    """Keep what was typed, in place of what was kept before; returns the token for the cookie, if one is needed."""
    typed = worth_keeping(data)
    text = json.dumps(typed, ensure_ascii=False)[:MOST]
    if len(text) >= MOST:
        return ""
    if request.user.is_authenticated:
        JoinDraft.objects.update_or_create(user=request.user, kind=kind, defaults={"typed": text})
        return ""
    token = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(32)
    JoinDraft.objects.update_or_create(mark=mark_of(token), kind=kind, defaults={"typed": text})
    return token


def worth_keeping(data: QueryDict) -> dict[str, list[str]]:
    """What was typed, without what is never kept."""
    return {name: data.getlist(name) for name in data if name not in NEVER}


def remember(response: HttpResponse, token: str) -> HttpResponse:
    """Give the browser the token by which it gets its draft back."""
    if token:
        response.set_cookie(
            COOKIE,
            token,
            max_age=KEPT,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def forget(request: HttpRequest, kind: str) -> None:
    """Handed in: nothing of it stays behind."""
    _rows(request).filter(kind=kind).delete()


def forget_old(at: datetime | None = None) -> int:
    """The job: drafts that nobody touched for two weeks go."""
    gone, _kinds = JoinDraft.objects.filter(updated_at__lt=(at or timezone.now()) - KEPT).delete()
    return gone


def mark_of(token: str) -> str:
    """What is kept of a token: nobody who reads the table can open a draft with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _rows(request: HttpRequest) -> Any:
    if request.user.is_authenticated:
        return JoinDraft.objects.filter(user=request.user)
    token = request.COOKIES.get(COOKIE, "")
    return JoinDraft.objects.filter(mark=mark_of(token)) if token else JoinDraft.objects.none()
