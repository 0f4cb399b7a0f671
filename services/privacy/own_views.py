"""One's own page: what we hold about a member of the work, their answers, and what they ask of us."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import signed_in
from services.consents.actions import answer_purpose
from services.consents.models import AnswerWay, Consent
from services.consents.queries import standings
from services.privacy import access, actions
from services.privacy.forms import AnswerForm, RequestForm
from services.privacy.models import RequestKind, SubjectRequest
from services.privacy.views import download
from services.tasks.sendable import IDENTITY
from services.visits.forms import read_uid

OWN = AnswerWay.OWN_PAGE


@signed_in(methods=("GET",))
def own(request: HttpRequest) -> HttpResponse:
    """My data: purposes and answers, requests, copies."""
    return _page(request)


def _page(request: HttpRequest, *, form: Any = None, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    rows = SubjectRequest.objects.filter(user=request.user).order_by("-asked_at")[:20]
    context = {
        "standings": standings(user=request.user, on=today),
        "requests": [(row, access.downloadable(row)) for row in rows],
        "asking": form if isinstance(form, RequestForm) else RequestForm(initial={"kind": RequestKind.COPY}),
        "form": form,
        "answering": form if isinstance(form, AnswerForm) else None,
    }
    return render(request, "services/privacy/own.html", context, status=status)


@signed_in(methods=("POST",))
@require_POST
def own_answer(request: HttpRequest) -> HttpResponse:
    """Say yes or no to one category."""
    form = AnswerForm({**request.POST.dict(), "way": AnswerWay.SPOKEN})
    if not form.is_valid():
        return _page(request, form=form, status=422)
    data = form.cleaned_data
    try:
        answer_purpose(
            by=request.user, user=request.user, category=data["category"], answer=data["answer"], way=OWN,
            version=data["version"],
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("记下了"))
    return redirect("services:privacy:own")


@signed_in(methods=("POST",))
@require_POST
def own_withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw by one click."""
    uid = read_uid(request.POST.get("consent", ""))
    if uid is None:
        raise Http404
    consent = get_object_or_404(Consent, user=request.user, uid=uid)
    try:
        back = actions.withdraw_consent(by=request.user, consent=consent, way=OWN)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _said(consent, back))
    return redirect("services:privacy:own")


def _said(consent: Consent, back: int) -> str:
    """What the withdrawal did, in the words of the page."""
    if consent.category != IDENTITY:
        return _("撤回了")
    if not back:
        return _("撤回了。以后不再派您上门")
    return _("撤回了。您手上的 %(n)s 户已交回去另派人，以后不再派您上门") % {"n": back}


@signed_in(methods=("POST",))
@require_POST
def own_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a copy, a correction or the erasure of one's own data."""
    form = RequestForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.take_request(
                by=request.user, user=request.user, kind=data["kind"], way=OWN, words=data["words"]
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("收到了。15 个工作日内答复您"))
            return redirect("services:privacy:own")
    return _page(request, form=form, status=422)


@signed_in(takes_object="request", methods=("GET",))
def own_copy(request: HttpRequest, no: str) -> HttpResponse:
    """One's own finished copy."""
    return download(request.user, access.own_request_for(request.user, no))
