"""Pages of reviews: report a change, the lists by clock, propose, decide, and the written notice."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.money import in_words
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.assistance import actions
from services.assistance.access import (
    DECIDE,
    PROPOSE,
    READ,
    REPORT_CHANGE,
    review_for,
    review_verbs,
)
from services.assistance.clock import calendar_is_sure, change_due
from services.assistance.forms import ChangeForm, ProposalForm, ReasonForm, StepForm
from services.assistance.models import Review, ReviewCause, SaidBy
from services.assistance.queries import review_lines, tabs_and_rows, to_register
from services.recipients.access import household_for
from services.recipients.care_reading import look, name_of, place_of, slowed
from services.recipients.clock import first_day
from services.recipients.edit_views import status_of
from services.recipients.fields import CLICK, GROUND, Shown
from services.recipients.forms import GroundForm
from services.recipients.history import history_of_record
from services.recipients.models import PersonCategory
from services.recipients.unmasking import unmask

PAGE, HEALTH = 50, "health"


def _usual_speaker(user: Any) -> str:
    if user.has_perm(READ):
        return SaidBy.RECIPIENT
    return SaidBy.VILLAGE if user.has_perm("services.report_need") else SaidBy.WORKER


@needs(REPORT_CHANGE, takes_object="household")
def report_change(request: HttpRequest, no: str) -> HttpResponse:
    """Say that something changed; ten working days for the outcome start."""
    household = household_for(request.user, no)
    form = ChangeForm(request.POST or None, initial={"said_by": _usual_speaker(request.user)})
    if form.is_valid():
        try:
            review = actions.report_change(by=request.user, household=household, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("报上去了，编号 %(no)s") % {"no": review.no})
            return redirect("services:reviews:followed", review.no)
    due = change_due(timezone.now())
    context = {"form": form, "household": household, "place": place_of(household), "due": due}
    return render(request, "services/reviews/change.html", context, status=status_of(form))


@needs(REPORT_CHANGE, takes_object="review", methods=("GET",))
def followed(request: HttpRequest, no: str) -> HttpResponse:
    """What became of a change one reported, without amounts."""
    review = review_for(request.user, no, to="follow")
    context = {"review": review, "household": review.household, "place": place_of(review.household)}
    return render(request, "services/reviews/followed.html", context)


@needs(READ, methods=("GET",))
def review_list(request: HttpRequest) -> HttpResponse:
    """People who are due, and reviews by state; the overdue in red."""
    today = timezone.localdate()
    tabs, rows, due = tabs_and_rows(request.user, request.GET.get("state", ""), today)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs_by_state": tabs,
        "page": page,
        "lines": review_lines(request.user, list(page), today),
        "due": due,
        "first_day": first_day() if due else None,
        "may_propose": request.user.has_perm(PROPOSE),
    }
    return render(request, "services/reviews/list.html", context)


@needs(PROPOSE, takes_object="household", methods=("POST",))
def periodic(request: HttpRequest, no: str, category: Any) -> HttpResponse:
    """Begin the re-verification of a person who is due."""
    household = household_for(request.user, no, PROPOSE)
    rows = PersonCategory.objects.filter(person__household=household, uid=category)
    row = rows.select_related("person__household").first()
    if row is None:
        raise Http404
    try:
        review = actions.open_periodic(by=request.user, category=row)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("services:reviews:list")
    return redirect("services:reviews:detail", review.no)


def _page(
    request: HttpRequest, review: Review, *, status: int = 200, opened: bool = False, **forms: Any
) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    seen = look(user, review.household)
    verbs = review_verbs(user, review)
    context = _facts(review, seen) | {
        "opened": opened,
        "asks": GroundForm(initial={"field": HEALTH}) if seen.mode(HEALTH) in {CLICK, GROUND} else None,
        "verbs": verbs,
        "late_days": max(0, (today - review.due_on).days),
        "calendar_sure": review.cause == ReviewCause.PERIODIC or calendar_is_sure(review.due_on),
        "history": history_of_record("review", review.no),
        "step": StepForm(initial={"version": review.version}),
        "back": ReasonForm(initial={"version": review.version}, prefix="back"),
        "out": ReasonForm(initial={"version": review.version}, prefix="out"),
    }
    if "propose" in verbs:
        context["form"] = _proposal_form(None, review, seen)
    context |= forms
    return render(request, "services/reviews/detail.html", context, status=status)


def _proposal_form(data: Any, review: Review, seen: Shown) -> ProposalForm:
    people = review.household.persons.filter(died_on=None)
    names = {person.pk: name_of(person, seen) for person in people}
    initial = {
        "version": review.version,
        "person": review.person.uid if review.person else None,
        "outcome": review.outcome,
        "convert_to": review.convert_to,
        "effective_on": review.effective_on or timezone.localdate(),
        "reason": review.reason,
    }
    return ProposalForm(data, household=review.household, names=names, initial=initial)


def _facts(review: Review, seen: Shown) -> dict[str, Any]:
    clear = seen.mode(HEALTH) == "C"
    return {
        "review": review,
        "household": review.household,
        "place": place_of(review.household),
        "name": name_of(review.person, seen) if review.person else seen.name(review.household),
        "words": review.words,
        "reason": review.reason,
        "clear": clear,
        "to_register": to_register(review),
        "after_capitals": in_words(review.after_fen) if review.after_fen is not None else "",
    }


@needs(READ, takes_object="review", methods=("GET",))
@slowed
def review_detail(request: HttpRequest, no: str) -> HttpResponse:
    """One review with its clock and what may be done."""
    return _page(request, review_for(request.user, no))


@needs(READ, takes_object="review", methods=("POST",))
@slowed
def words(request: HttpRequest, no: str) -> HttpResponse:
    """Show what the reporter said on this page only, and note who looked and why: it tells of health."""
    review = review_for(request.user, no)
    form = GroundForm({"field": HEALTH, "ground": request.POST.get("ground", "")})
    form.is_valid()
    ground = form.cleaned_data.get("ground", "")
    try:
        unmask(by=request.user, household=review.household, field=HEALTH, ground=ground, at=timezone.now())
    except Refused as refusal:
        blame(form, refusal)
        return _page(request, review, status=422, asks=form)
    return _page(request, review, opened=True)


def _answer(request: HttpRequest, review: Review, act: Any, form: Any, key: str, done: str) -> HttpResponse:
    """Do one step; a refusal stands in its form on the same page."""
    if form.is_valid():
        try:
            act(form)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, done)
            return redirect("services:reviews:detail", review.no)
    return _page(request, review, status=422, **{key: form})


@needs(PROPOSE, takes_object="review", methods=("POST",))
@slowed
def propose(request: HttpRequest, no: str) -> HttpResponse:
    """The township proposes an outcome."""
    review = review_for(request.user, no, to="propose")
    form = _proposal_form(request.POST, review, look(request.user, review.household))
    version = review.version

    def act(form: Any) -> None:
        actions.propose(
            by=request.user, review=review, version=form.cleaned_data["version"] or version,
            proposal=form.proposal(),
        )  # fmt: skip

    return _answer(request, review, act, form, "form", _("报给县里决定了"))


@needs(DECIDE, takes_object="review", methods=("POST",))
@slowed
def decide(request: HttpRequest, no: str) -> HttpResponse:
    """The bureau decides as proposed."""
    review = review_for(request.user, no, to="decide")
    form = StepForm(request.POST)

    def act(form: Any) -> None:
        actions.decide(by=request.user, review=review, version=form.cleaned_data["version"])

    return _answer(request, review, act, form, "step", _("决定好了，可以打印决定书"))


@needs(DECIDE, takes_object="review", methods=("POST",))
@slowed
def send_back(request: HttpRequest, no: str) -> HttpResponse:
    """The bureau asks for more."""
    review = review_for(request.user, no, to="send_back")
    form = ReasonForm(request.POST, prefix="back")

    def act(form: Any) -> None:
        data = form.cleaned_data
        actions.send_back(by=request.user, review=review, version=data["version"], reason=data["reason"])

    return _answer(request, review, act, form, "back", _("退回乡镇了"))


@needs(PROPOSE, takes_object="review", methods=("POST",))
@slowed
def withdraw(request: HttpRequest, no: str) -> HttpResponse:
    """There was no change, or it was opened by mistake."""
    review = review_for(request.user, no, to="withdraw")
    form = ReasonForm(request.POST, prefix="out")

    def act(form: Any) -> None:
        data = form.cleaned_data
        actions.withdraw(by=request.user, review=review, version=data["version"], reason=data["reason"])

    return _answer(request, review, act, form, "out", _("撤销了，上报人会看到原因"))


@needs(READ, takes_object="review", methods=("GET",))
@slowed
def notice(request: HttpRequest, no: str) -> HttpResponse:
    """The decision on paper, with its reason and how to appeal (暂行办法第十三条、第六十五条)."""
    review = review_for(request.user, no)
    if review.state != "decided":
        raise Http404
    seen = look(request.user, review.household)
    context = _facts(review, seen) | {"printed_at": timezone.now()}
    return render(request, "services/reviews/notice.html", context)
