"""The vetting desk: the list by state and deadline, one application, the steps."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners.providers.models import ServiceCode
from partners.vetting import access, actions, kin, paper_queries, queries
from partners.vetting.desk_tabs import desk_tabs
from partners.vetting.forms import AnswerForm, FilterForm
from partners.vetting.lifecycle import GIVES_REASON
from partners.vetting.models import Application, ApplicationState, RecusalCause
from partners.volunteers.profile import limit_words, travel_words
from portal.base.forms import blame
from portal.base.privacy import mask_tail
from portal.base.refused import Refused
from portal.base.status_words import STATUS
from portal.permissions.gate import needs

PER_PAGE = 50
TABS = (
    ApplicationState.SUBMITTED,
    ApplicationState.RETURNED,
    ApplicationState.APPROVED,
    ApplicationState.REFUSED,
    ApplicationState.WITHDRAWN,
)


@needs(access.CHECK, access.DECIDE, methods=("GET",))
def vetting(request: HttpRequest) -> HttpResponse:
    """Applications by state, the nearest deadline first."""
    state = request.GET.get("state", ApplicationState.SUBMITTED)
    state = state if state in TABS else ApplicationState.SUBMITTED
    filter_form = FilterForm(request.GET or None, initial={"state": state})
    kind = filter_form.cleaned_data["kind"] if filter_form.is_valid() else ""
    rows = access.visible_to(request.user)
    counts = queries.counts_by_state(rows)
    page = Paginator(queries.desk_rows(rows, state, kind), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "desk_tabs": desk_tabs(request.user, "partners:vetting"),
        "tabs_by_state": [_tab(code, state, counts) for code in TABS],
        "page": page,
        "filter": filter_form,
        "state": state,
        "state_word": STATUS["application"][state][0],
        "today": timezone.localdate(),
    }
    return render(request, "partners/vetting/list.html", context)


@needs(access.CHECK, access.DECIDE, takes_object="partners.Application", methods=("GET",))
def detail(request: HttpRequest, no: str) -> HttpResponse:
    """One application: what was stated, what to look at twice, what happened, what I can do."""
    application = access.application_for(request.user, no, to="view")
    sheet = _sheet(application)
    form = AnswerForm(initial={"version": application.version}, rows=sheet.rows)
    return _page(request, application, form, sheet)


@needs(access.CHECK, takes_object="partners.Application", methods=("POST",))
@require_POST
def check(request: HttpRequest, no: str) -> HttpResponse:
    """The township passes it on."""
    return _answer(request, no, "check", actions.check_application, opinion="reason")


@needs(access.CHECK, access.DECIDE, takes_object="partners.Application", methods=("POST",))
@require_POST
def send_back(request: HttpRequest, no: str) -> HttpResponse:
    """Back to the applicant, with what is missing."""
    return _answer(request, no, "return_", actions.return_application, reason="reason", points="points")


@needs(access.CHECK, access.DECIDE, takes_object="partners.Application", methods=("POST",))
@require_POST
def approve(request: HttpRequest, no: str) -> HttpResponse:
    """Let them take part."""
    return _answer(request, no, "approve", actions.approve_application, opinion="reason")


@needs(access.CHECK, access.DECIDE, takes_object="partners.Application", methods=("POST",))
@require_POST
def refuse(request: HttpRequest, no: str) -> HttpResponse:
    """Say no, with the reason."""
    return _answer(request, no, "refuse", actions.refuse_application, reason="reason", ground="ground")


@needs(access.CHECK, access.DECIDE, takes_object="partners.Application", methods=("POST",))
@require_POST
def stand_aside(request: HttpRequest, no: str) -> HttpResponse:
    """I am kin, or have an interest: somebody else decides."""
    application = access.application_for(request.user, no, to="view")
    try:
        said = request.POST.get("cause", "")
        cause = RecusalCause.KIN if said == RecusalCause.KIN else RecusalCause.INTEREST
        actions.stand_aside(application=application, by=request.user, cause=cause)
    except Refused:
        return redirect("partners:vetting_detail", no)  # they stood aside before: the page says so
    return redirect("partners:vetting_detail", no)


def _answer(request: HttpRequest, no: str, verb: str, act: Callable, **words: str) -> HttpResponse:
    application = access.application_for(request.user, no, to=verb)
    sheet = _sheet(application)
    form = AnswerForm(request.POST, rows=sheet.rows)
    if not form.is_valid():
        return _page(request, application, form, sheet, status=422)
    application.version = form.cleaned_data["version"]
    stated = {**form.cleaned_data, "points": form.stated_points()}
    try:
        act(
            application=application,
            by=request.user,
            **{argument: stated[field] for argument, field in words.items()},
        )
    except Refused as refusal:
        blame(form, refusal)
        now = access.application_for(request.user, no, to="view")
        form.data = form.data.copy()
        form.data["version"] = now.version
        return _page(request, now, form, sheet, status=409 if refusal.code == "stale" else 422)
    return redirect("partners:vetting_detail", no)


def _sheet(application: Application) -> paper_queries.Sheet:
    return paper_queries.sheet_of(actions.party_of(application), timezone.now())


def _page(
    request: HttpRequest,
    application: Application,
    form: AnswerForm,
    sheet: paper_queries.Sheet,
    status: int = 200,
) -> HttpResponse:
    objections = {
        verb: access.objection(request.user, application, verb)
        for verb in ("check", "approve", "return_", "refuse")
        if access.holds_right(request.user, application, verb)
    }
    open_verbs = [verb for verb, no in objections.items() if no is None]
    closed = next((no.message for no in objections.values() if no is not None), "")
    # Who may do nothing at all reads who can.
    shut = application.state == ApplicationState.SUBMITTED and not open_verbs
    instead = kin.who_may(application, timezone.now()) if shut else []
    identity = application.applicant.identity
    context = {
        "application": application,
        "form": form,
        "verbs": open_verbs,
        "why_not": closed if application.state == ApplicationState.SUBMITTED else "",
        "instead": instead,
        "nobody": shut and not instead,
        "needs_reason": bool(GIVES_REASON & set(open_verbs)),
        "marks": queries.marks(application, timezone.localdate()),
        "history": queries.history(application, with_names=True),
        "id_tail": mask_tail(identity.id_number) if identity and identity.id_number else _("没有登记"),
        "facts": _facts(application),
        "sheet": sheet,
    }
    return render(request, "partners/vetting/detail.html", context, status=status)


def _facts(application: Application) -> dict[str, Any]:
    if application.organisation is not None:
        provider = application.organisation.provider
        return {
            "services": [row.get_service_display() for row in provider.services.all()],
            "towns": [row.region for row in provider.townships.select_related("region")],
        }
    volunteer = application.volunteer
    return {
        "services": [label for code, label in ServiceCode.choices if code in volunteer.services],
        "towns": list(volunteer.towns.all()),
        "times": queries.time_words(volunteer.times),
        "travel": travel_words(volunteer),
        "limits": limit_words(volunteer),
    }


def _tab(code: str, state: str, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "label": STATUS["application"][code][0],
        "url": f"?state={code}",
        "count": counts.get(code, 0),
        "current": code == state,
        "hot": code == ApplicationState.SUBMITTED and counts.get(code, 0) > 0,
    }
