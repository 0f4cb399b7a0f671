"""The API of this version: its errors, and POST /api/v1/visits, the same visit as the form hands in."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.security import django_auth

from portal.base.refused import Refused
from services.recipients.api import router as households
from services.recipients.looking import SPAN
from services.recipients.probing import typed_nothing
from services.visits import access, actions, queries
from services.visits.finishing import to_finish
from services.visits.forms import RecordForm
from services.visits.photos import usable_files
from services.visits.rules import PHOTOS_AT_MOST, Fix, VisitReport

api = NinjaAPI(
    title="Shouwang",
    version="1",
    urls_namespace="api-1",
    auth=django_auth,
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("/households", households)
PROBLEM = "application/problem+json"
TOO_FAST = "too_fast"


class PlaceIn(Schema):
    """A position (WGS-84)."""

    lat: float = Field(ge=-90, le=90)
    lng: float = Field(ge=-180, le=180)
    accuracy: float | None = Field(None, ge=0, le=1_000_000)


class AnswerIn(Schema):
    """How one line of the checklist was found."""

    state: Literal["normal", "watch", "abnormal", "unseen"]
    note: str = Field("", max_length=200)


class VisitIn(Schema):
    """A finished visit. `uid` is made by the client once and sent again with every try."""

    uid: UUID
    visit: str = Field(max_length=20, pattern=r"^[\w-]+$")
    answers: dict[str, AnswerIn] = Field(max_length=100)
    note: str = Field("", max_length=1000)
    next_day: date | None = None
    out: PlaceIn | None = None
    photos: list[UUID] = Field(default=[], max_length=PHOTOS_AT_MOST)


class ReceiptOut(Schema):
    """Proof that the server holds the visit."""

    result: Literal["created", "duplicate"]
    no: str
    receipt: str
    received_at: datetime


class ProblemOut(Schema):
    """What went wrong (RFC 9457): `code` for machines, `detail` for people, `errors` by field."""

    title: str
    status: int
    code: str
    detail: str
    errors: dict[str, list[str]] = {}


def problem(request: HttpRequest, status: int, code: str, detail: str, **errors: list[str]) -> HttpResponse:
    """An error as problem+json."""
    body = {"title": code, "status": status, "code": code, "detail": detail, "errors": errors}
    response = api.create_response(request, body, status=status)
    response["Content-Type"] = PROBLEM
    return response


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    if refusal.code != TOO_FAST:
        return problem(request, 409, refusal.code, refusal.message)
    response = problem(request, 429, refusal.code, refusal.message)
    response["Retry-After"] = str(int(SPAN.total_seconds()))
    return response


@api.exception_handler(Http404)
def _missing(request: HttpRequest, missing: Http404) -> HttpResponse:
    return problem(request, 404, "not_found", _("没有这一条，或不归您"))


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, f"http_{error.status_code}", str(error))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for row in invalid.errors:
        errors.setdefault(".".join(str(step) for step in row["loc"][2:]) or "body", []).append(row["msg"])
    return problem(request, 422, "invalid", _("有些内容不对，请看每一项的说明"), **errors)


@api.post(
    "/visits",
    response={201: ReceiptOut, 200: ReceiptOut, 404: ProblemOut, 409: ProblemOut, 422: ProblemOut},
    summary="Hand in a visit, once",
)
def hand_in_visit(request: HttpRequest, visit: VisitIn) -> Any:
    """The same uid again answers the same receipt; another uid for a recorded visit is refused."""
    try:
        ending = to_finish(request.user, visit.visit)
        planned = ending[0] if ending else access.planned_for(request.user, visit.visit, to="log")
    except Http404:
        typed_nothing(request, visit.visit)
        raise
    items = queries.checklist(planned.task.need.service)
    unknown = sorted(set(visit.answers) - {item.code for item in items})
    if unknown:
        return problem(
            request, 422, "unknown_item", _("清单里没有这些项目"), answers=[code[:20] for code in unknown]
        )
    form = RecordForm(_as_form(visit), items=items)
    if not form.is_valid():
        errors = {name: [str(word) for word in words] for name, words in form.errors.items()}
        return problem(request, 422, "invalid", _("有些内容不对，请看每一项的说明"), **errors)
    files = usable_files(request.user, visit.uid, visit.photos)
    if len(files) < len(set(visit.photos)):
        return problem(request, 422, "unknown_photo", _("有照片没收到，请重新传"))
    report = VisitReport(
        answers=form.answers(),
        item_notes=form.item_notes(),
        note=form.cleaned_data["note"],
        next_day=form.cleaned_data["next_day"],
        out=_fix(visit.out),
        photos=tuple(files[uid] for uid in dict.fromkeys(visit.photos)),
    )
    handed = actions.record_visit(planned=planned, by=request.user, uid=visit.uid, report=report)
    if handed.differs:
        return problem(request, 409, "other_payload", _("这次上门先前已收到，保留的是先前的内容"))
    row = handed.record
    result = "created" if handed.created else "duplicate"
    return api.create_response(
        request,
        {"result": result, "no": row.no, "receipt": row.receipt, "received_at": row.received_at},
        status=201 if handed.created else 200,
    )


def _as_form(visit: VisitIn) -> dict[str, Any]:
    data: dict[str, Any] = {"uid": str(visit.uid), "note": visit.note, "next_day": visit.next_day or ""}
    for code, answer in visit.answers.items():
        data |= {f"state_{code}": answer.state, f"note_{code}": answer.note}
    return data


def _fix(place: PlaceIn | None) -> Fix | None:
    if place is None:
        return None
    return Fix(place.lat, place.lng, None if place.accuracy is None else round(place.accuracy))
