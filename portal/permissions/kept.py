"""What was typed when the session ended is kept for that person: encrypted, half an hour, one browser.

It is never sent again by itself: the person sees it and presses the button, with a fresh token.
"""

import json
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.accounts.actions import digest_of
from portal.accounts.attempts import LAST_USER_SALT
from portal.accounts.models import KeptForm, User
from portal.base import worker

LIFE = timedelta(minutes=30)
LARGEST = 200_000
SECRET_FIELD = re.compile(r"password|secret|^code$", re.IGNORECASE)
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
PLUMBING = re.compile(r"version|uid|next|token|epoch|^_", re.IGNORECASE)


@dataclass(frozen=True)
class Typed:
    """A form as it was sent: the fields in order, and the names of files that must be chosen again."""

    path: str
    fields: list[tuple[str, str]]
    files: list[str]

    @property
    def readable(self) -> list[str]:
        """The values a person recognises."""
        return [value for name, value in self.fields if value.strip() and not PLUMBING.search(name)]


def typed_in(request: HttpRequest) -> Typed | None:
    """The form of this request; None when it is no form, empty, or holds a secret."""
    if request.method != "POST" or request.content_type not in FORM_TYPES:
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    if not fields or any(SECRET_FIELD.search(name) for name, _ in fields):
        return None
    return Typed(request.get_full_path(), fields, sorted(request.FILES))


def from_this_site(request: HttpRequest) -> bool:
    """Whether the browser says that a page of ours sent this request."""
    sent_by = request.headers.get("Origin") or request.headers.get("Referer", "")
    parts = urlsplit(sent_by)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


def last_user(request: HttpRequest) -> User | None:
    """Who logged in last on this browser, by its signed cookie."""
    try:
        uid = signing.loads(
            request.COOKIES.get(settings.LAST_USER_COOKIE, ""),
            salt=LAST_USER_SALT,
            max_age=settings.SESSION_COOKIE_AGE * 2,
        )
    except signing.BadSignature:
        return None
    return User.objects.filter(uid=uid, is_active=True).first()


def keep(typed: Typed, user: User, response: HttpResponse) -> bool:
    """Store the form for `user` and hand the browser its key. False when it is too large to keep."""
    body = json.dumps({"fields": typed.fields, "files": typed.files})
    if len(body) > LARGEST or len(typed.path) > 500:
        return False
    now = timezone.now()
    KeptForm.objects.filter(user=user).delete()
    secret = secrets.token_urlsafe(24)
    KeptForm.objects.create(
        user=user, digest=digest_of(secret), path=typed.path, body=body, valid_to=now + LIFE
    )
    response.set_cookie(
        settings.KEPT_COOKIE,
        secret,
        max_age=int(LIFE.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return True


def tidy_kept_forms() -> int:
    """Drop what nobody came back for; returns how many."""
    return _over().delete()[0]


def _over() -> QuerySet[KeptForm]:
    return KeptForm.objects.filter(valid_to__lte=timezone.now())


def register_job() -> None:
    """Called once by the app's `ready`."""
    worker.register(worker.Job("tidy_kept_forms", tidy_kept_forms, LIFE, has_work=lambda: _over().exists()))


def _row(request: HttpRequest) -> KeptForm | None:
    secret = request.COOKIES.get(settings.KEPT_COOKIE, "")
    if not secret or not request.user.is_authenticated:
        return None
    return KeptForm.objects.filter(
        user=request.user, digest=digest_of(secret), valid_to__gt=timezone.now()
    ).first()


def kept_for(request: HttpRequest) -> Typed | None:
    """What this person had typed on this browser."""
    row = _row(request)
    if row is None:
        return None
    body = json.loads(row.body)
    return Typed(row.path, [tuple(pair) for pair in body["fields"]], body["files"])


def forget(request: HttpRequest, response: HttpResponse, path: str | None = None) -> None:
    """Drop what was kept (only if it was for `path`, when one is named)."""
    row = _row(request)
    if row is not None and path in (None, row.path):
        row.delete()
        response.delete_cookie(settings.KEPT_COOKIE, samesite="Lax")
