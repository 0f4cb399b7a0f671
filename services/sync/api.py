"""POST /api/v1/sync/…: enrolling a phone, handing visits in, pulling slips, depositing. `docs/sync.md` is the protocol."""

import json
import zlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.security import HttpBearer

from portal.base.models import OPEN_END
from portal.base.refused import Refused
from services.sync.devices import depositing, enrol, phone_of
from services.sync.envelopes import handed_out
from services.sync.intake import MOST_ITEMS, Result, take_in
from services.sync.pulling import pull
from services.visits.api import ProblemOut, api, problem

MOST_BODY = 1_000_000
NO_NUL = r"^[^\x00]*$"
router = Router(tags=["sync"])

__all__ = ["api"]


class PhoneIn(Schema):
    """A phone's name for its owner's list, and its signing key (P-256, uncompressed point in base64url)."""

    name: str = Field("", max_length=200, pattern=NO_NUL)
    public_key: str = Field(max_length=100, pattern=r"^[A-Za-z0-9_-]+$")


class PhoneOut(Schema):
    """The phone's id, its deposit secret, and the key to which it seals."""

    device: UUID
    deposit_secret: str
    kid: str
    seal_key: str
    server_time: datetime


class HeldSlip(Schema):
    """A slip that the phone holds."""

    visit: str = Field(max_length=20, pattern=r"^[\w-]+$")
    version: str = Field(max_length=40, pattern=NO_NUL)


class PullIn(Schema):
    """What the phone holds; `state_hash` is what it was told last, to notice a damaged store."""

    device: UUID
    have: list[HeldSlip] = Field(default=[], max_length=500)
    state_hash: str = Field("", max_length=64, pattern=r"^[0-9a-f]*$")


class PullOut(Schema):
    """Changed slips, what to forget now, and until when the phone may show anything."""

    slips: list[dict[str, Any]]
    wipe: list[str]
    lease_until: datetime
    state_hash: str
    full: bool
    kid: str
    seal_key: str
    server_time: datetime


class ResultOut(Schema):
    """What became of one item."""

    result: str
    receipt: str
    code: str
    retry_after: int
    item: str


class PushOut(Schema):
    """One result an item, in the order of the request."""

    results: list[ResultOut]
    server_time: datetime


class Deposit(HttpBearer):
    """The secret of a phone whose person cannot log in: it may hand in, and read nothing but receipts."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return depositing(token, timezone.now())


@router.post("/devices", response={200: PhoneOut, 409: ProblemOut, 422: ProblemOut}, summary="Enrol a phone")
def enrol_phone(request: HttpRequest, phone: PhoneIn) -> Any:
    """The same key again is the same phone. Beyond five phones the one seen longest ago is shut."""
    row, secret = enrol(user=request.user, name=phone.name, public_key=phone.public_key)
    kid, key = handed_out()
    return {
        "device": row.uid,
        "deposit_secret": secret,
        "kid": kid,
        "seal_key": key,
        "server_time": timezone.now(),
    }


@router.post(
    "/pull", response={200: PullOut, 401: ProblemOut, 422: ProblemOut}, summary="Slips for three days"
)
def pull_slips(request: HttpRequest, asked: PullIn) -> Any:
    """What changed, what to forget. 401 device_blocked: the phone was shut, or is none of this person's: wipe."""
    device = phone_of(request.user, asked.device)
    if device is None or device.shut_at < OPEN_END:
        return problem(request, 401, "device_blocked", _("这部手机停用了，存的资料要清掉"))
    have = {slip.visit: slip.version for slip in asked.have}
    found = pull(device=device, have=have, held_hash=asked.state_hash)
    kid, key = handed_out()
    return {
        "slips": found.slips,
        "wipe": found.wipe,
        "lease_until": found.lease_until,
        "state_hash": found.state_hash,
        "full": found.full,
        "kid": kid,
        "seal_key": key,
        "server_time": timezone.now(),
    }


@router.post(
    "/visits", response={200: PushOut, 400: ProblemOut, 413: ProblemOut}, summary="Hand in sealed visits"
)
def push(request: HttpRequest) -> Any:
    """At most 50 sealed envelopes in 1 MB of JSON `{"items": […]}`, gzipped or not. One result an item."""
    return _push(request, request.user)


@router.post(
    "/deposit",
    auth=Deposit(),
    response={200: PushOut, 400: ProblemOut, 401: ProblemOut, 413: ProblemOut, 429: ProblemOut},
    summary="Hand in sealed visits without a login",
)
def deposit(request: HttpRequest) -> Any:
    """The same with the phone's own secret: everything waits for a person."""
    device = request.auth  # type: ignore[attr-defined]  # what `Deposit` found
    return _push(request, device.user, deposited=True)


def _push(request: HttpRequest, by: Any, *, deposited: bool = False) -> HttpResponse | dict[str, Any]:
    try:
        items = read_items(request)
    except Refused as refusal:
        status = 413 if refusal.code in {"too_large", "too_many"} else 400
        return problem(request, status, refusal.code, refusal.message)
    results = take_in(items, by=by, deposited=deposited)
    return {"results": [_line(result) for result in results], "server_time": timezone.now()}


def read_items(request: HttpRequest) -> list[Any]:
    """The items of a request, unzipped within the limit. Refused: malformed, too_large, too_many."""
    body = request.body
    if request.headers.get("Content-Encoding", "").lower() == "gzip":
        body = _unzipped(body)
    if len(body) > MOST_BODY:
        raise Refused("too_large", _("一次传得太多，请分开传"))
    try:
        items = json.loads(body)["items"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused("malformed", _("传来的内容读不出来")) from None
    if not isinstance(items, list):
        raise Refused("malformed", _("传来的内容读不出来"))
    if len(items) > MOST_ITEMS:
        raise Refused("too_many", _("一次最多传 %(n)s 份，请分开传") % {"n": MOST_ITEMS})
    return items


def _unzipped(body: bytes) -> bytes:
    """Never more than a little over the limit, whatever a bomb would grow to."""
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MOST_BODY + 1)
    except zlib.error:
        raise Refused("malformed", _("传来的内容读不出来")) from None


def _line(result: Result) -> dict[str, Any]:
    return {
        "result": result.result,
        "receipt": result.receipt,
        "code": result.code,
        "retry_after": result.retry_after,
        "item": result.item,
    }


api.add_router("/sync", router)
