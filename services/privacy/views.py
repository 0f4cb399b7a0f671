"""Pages of the offices: a household's answers and requests, the list of requests, their decisions."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.base.audit import record
from portal.base.deadlines import time_left
from portal.base.filestore import read_bytes
from portal.base.forms import blame
from portal.base.periods import day_start
from portal.base.privacy import mask_name
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.consents.actions import answer_purpose
from services.consents.models import Consent
from services.consents.queries import standings
from services.privacy import access, actions
from services.privacy.erasing import held
from services.privacy.forms import AnswerForm, EraseForm, HoldForm, OutcomeForm, RequestForm
from services.privacy.lifecycle import REQUEST
from services.privacy.models import RequestState, SubjectRequest
from services.recipients.access import household_for, may_household
from services.recipients.fields import CLEAR, Shown, shown_to
from services.recipients.models import Household, Person
from services.visits.forms import read_uid

TAKE, DECIDE = access.TAKE, access.DECIDE
ROWS = 50


def named(person: Person, shown: Shown) -> str:
    """A person's name as this reader may see it."""
    return person.name if shown.mode("name") == CLEAR else mask_name(person.name)


@needs(TAKE, takes_object="household", methods=("GET",))
def household_privacy(request: HttpRequest, no: str) -> HttpResponse:
    """What was asked of this household, what it answered, and what it asks of us."""
    return _household_page(request, household_for(request.user, no, TAKE))


def _household_page(
    request: HttpRequest, household: Household, *, form: Any = None, status: int = 200
) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    shown = shown_to(request.user, household, now)
    people = [
        {"person": person, "name": named(person, shown), "standings": standings(person=person, on=today)}
        for person in household.persons.filter(died_on=None).order_by("pk")
    ]
    context = {
        "household": household,
        "name": shown.name(household),
        "people": people,
        "requests": SubjectRequest.objects.filter(person__household=household).order_by("-asked_at")[:20],
        "ways": actions.own_ways(),
        "held": held(household=household, at=now),
        "may_hold": may_household(request.user, DECIDE, household),
        "form": form,
        "answering": form if isinstance(form, AnswerForm) else None,
        "asking": form if isinstance(form, RequestForm) else RequestForm(),
        "holding": form if isinstance(form, HoldForm) else HoldForm(),
        "now": now,
    }
    return render(request, "services/privacy/household.html", context, status=status)


def _person(household: Household, uid: Any) -> Person:
    if uid is None:
        raise Http404
    return get_object_or_404(household.persons.select_related("household"), uid=uid)


@needs(TAKE, takes_object="household", methods=("POST",))
@require_POST
def answer(request: HttpRequest, no: str) -> HttpResponse:
    """Note what somebody answered to one category."""
    household = household_for(request.user, no, TAKE)
    form = AnswerForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            answer_purpose(
                by=request.user, category=data["category"], answer=data["answer"], way=data["way"],
                version=data["version"], guardian=data["guardian"], person=_person(household, data["person"]),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("记下了"))
            return redirect("services:privacy:household", no)
    return _household_page(request, household, form=form, status=422)


@needs(TAKE, takes_object="household", methods=("POST",))
@require_POST
def withdraw(request: HttpRequest, no: str) -> HttpResponse:
    """Withdraw a consent by one click."""
    household = household_for(request.user, no, TAKE)
    uid = read_uid(request.POST.get("consent", ""))
    known = Consent.objects.filter(person__household=household).select_related("person__household")
    consent = known.filter(uid=uid).first()
    way = request.POST.get("way", "spoken")
    if consent is None:
        messages.error(request, _("没有找到这条答复，请在下面重新选"))
        return redirect("services:privacy:household", no)
    try:
        gone = actions.withdraw_consent(
            by=request.user, consent=consent, way=way if way in dict(actions.own_ways()) else "spoken"
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("撤回了。删了 %(n)s 张照片") % {"n": gone} if gone else _("撤回了"))
    return redirect("services:privacy:household", no)


@needs(TAKE, takes_object="household", methods=("POST",))
@require_POST
def ask(request: HttpRequest, no: str) -> HttpResponse:
    """Write down what a recipient asks: a copy, a correction, an erasure."""
    household = household_for(request.user, no, TAKE)
    form = RequestForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            asked = actions.take_request(
                by=request.user, kind=data["kind"], way=data["way"] or "spoken", words=data["words"],
                person=_person(household, data["person"]),
            )  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            return redirect("services:privacy:request", asked.no)
    return _household_page(request, household, form=form, status=422)


@needs(DECIDE, takes_object="household", methods=("POST",))
@require_POST
def hold(request: HttpRequest, no: str) -> HttpResponse:
    """Keep a household's data from being cleared, or let it go again."""
    household = household_for(request.user, no, DECIDE)
    form = HoldForm(request.POST)
    try:
        if request.POST.get("lift"):
            actions.lift_hold(by=request.user, household=household)
        else:
            form.is_valid()
            actions.set_hold(by=request.user, household=household, reason=form.cleaned_data.get("reason", ""))
    except Refused as refusal:
        blame(form, refusal)
        return _household_page(request, household, form=form, status=422)
    return redirect("services:privacy:household", no)


@needs(TAKE, takes_object="household", methods=("GET",))
def paper(request: HttpRequest, no: str) -> HttpResponse:
    """The words to read aloud, with places for answers and signature, to print."""
    household = household_for(request.user, no, TAKE)
    shown = shown_to(request.user, household, timezone.now())
    today = timezone.localdate()
    people = [
        {
            "name": named(person, shown),
            "standings": standings(person=person, on=today),
        }
        for person in household.persons.filter(died_on=None).order_by("pk")
    ]
    return render(
        request, "services/privacy/paper.html", {"household": household, "people": people, "today": today}
    )


@needs(TAKE, methods=("GET",))
def request_list(request: HttpRequest) -> HttpResponse:
    """Requests of people in one's own area, the ones due first."""
    over = request.GET.get("state") == "over"
    open_states = [RequestState.RECEIVED, RequestState.MAKING]
    rows = access.requests_visible_to(request.user).select_related("person__household", "user")
    rows = (
        rows.exclude(state__in=open_states).order_by("-decided_at")
        if over
        else rows.filter(state__in=open_states)
    )
    page, now = Paginator(rows, ROWS).get_page(request.GET.get("page")), timezone.now()
    lines = [{"asked": row, "left": time_left(day_start(row.due_on), now)} for row in page]
    return render(request, "services/privacy/requests.html", {"page": page, "lines": lines, "over": over})


@needs(TAKE, takes_object="request", methods=("GET",))
def request_detail(request: HttpRequest, no: str) -> HttpResponse:
    """One request, its clock, and what can be done with it."""
    return _request_page(request, access.request_for(request.user, no))


def _request_page(
    request: HttpRequest, asked: SubjectRequest, *, form: Any = None, status: int = 200
) -> HttpResponse:
    may_decide = request.user.has_perm(DECIDE)
    start = {"version": asked.version}
    context = {
        "asked": asked,
        "household": asked.person.household if asked.person else None,
        "left": time_left(day_start(asked.due_on), timezone.now()),
        "verbs": [
            verb
            for verb in REQUEST.moves
            if REQUEST.allows(asked.state, verb) and _fits(asked, verb, may_decide)
        ],
        "downloadable": access.downloadable(asked),
        "outcome_form": form if isinstance(form, OutcomeForm) else OutcomeForm(initial=start),
        "erase_form": form if isinstance(form, EraseForm) else EraseForm(initial=start),
        "form": form,
    }
    return render(request, "services/privacy/request.html", context, status=status)


def _fits(asked: SubjectRequest, verb: str, may_decide: bool) -> bool:
    return {"answer": asked.kind == "correct", "refuse": True, "erase": asked.kind == "erase" and may_decide}[
        verb
    ]


@needs(TAKE, takes_object="request", methods=("POST",))
@require_POST
def request_decide(request: HttpRequest, no: str, step: str) -> HttpResponse:
    """Answer, refuse or carry out a request."""
    asked = access.request_for(request.user, no, to=step)
    if not _fits(asked, step, request.user.has_perm(DECIDE)):
        raise Http404
    form: Any = EraseForm(request.POST) if step == "erase" else OutcomeForm(request.POST)
    if form.is_valid():
        asked.version = form.cleaned_data["version"]
        try:
            if step == "erase":
                actions.carry_out_erasure(by=request.user, asked=asked, ground=form.cleaned_data["ground"])
            elif step == "answer":
                actions.answer_request(by=request.user, asked=asked, outcome=form.cleaned_data["outcome"])
            else:
                actions.refuse_request(by=request.user, asked=asked, outcome=form.cleaned_data["outcome"])
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("办好了"))
            return redirect("services:privacy:request", no)
    return _request_page(request, access.request_for(request.user, no), form=form, status=422)


@needs(TAKE, takes_object="request", methods=("GET",))
def request_copy(request: HttpRequest, no: str) -> HttpResponse:
    """The finished copy of a recipient, to be printed and handed over; each fetch leaves a line."""
    asked = access.request_for(request.user, no)
    if asked.person is None:
        raise Http404
    return download(request.user, asked)


def download(user: Any, asked: SubjectRequest) -> HttpResponse:
    """The bytes of a copy, after the check of this moment; 404 when it is over."""
    if not access.downloadable(asked) or asked.file is None:
        raise Http404
    record(user, "request.copy_fetched", asked, household=asked.person.household if asked.person else None)
    return HttpResponse(
        read_bytes(asked.file),
        content_type=asked.file.content_type,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{asked.no}.zip"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
