"""Asking for a certificate, and the list and page of those who issue it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs, signed_in
from services.hours import access, requests
from services.hours.access import ISSUE
from services.hours.certificates import Signatories
from services.hours.forms import AskForm, CertificateForm, RefuseForm
from services.hours.own_views import own_page, volunteer_or_404
from services.hours.queries import voluntary_minutes
from services.hours.request_models import CertificateRequest, RequestedState
from services.hours.rules import hours_words

PAGE = 30


@signed_in(methods=("POST",))
def ask_certificate(request: HttpRequest) -> HttpResponse:
    """Ask for a certificate of some days."""
    volunteer = volunteer_or_404(request.user)
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            requests.ask_for_certificate(volunteer=volunteer, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("收下了，哪天以前办好写在下面。证明不收钱，开好了会有消息"))
            return redirect("services:hours:own")
    return own_page(request, form, 422)


@signed_in(takes_object="services.CertificateRequest", methods=("POST",))
def withdraw(request: HttpRequest, no: str) -> HttpResponse:
    """Take back one's own request."""
    row = access.own_requests(request.user).filter(no=no).first()
    if row is None:
        raise Http404
    try:
        requests.withdraw_request(request=row, by=request.user)
        messages.success(request, _("撤回了"))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("services:hours:own")


@needs(ISSUE, methods=("GET",))
def request_list(request: HttpRequest) -> HttpResponse:
    """What is due first and what is late; and, on the other tab, what is done."""
    done = request.GET.get("done") == "1"
    rows = access.requests_for(request.user)
    if done:
        rows = rows.exclude(state=RequestedState.ASKED).order_by("-updated_at", "-pk")
    else:
        rows = rows.filter(state=RequestedState.ASKED).order_by("due_on", "pk")
    page, now = Paginator(rows, PAGE).get_page(request.GET.get("page")), timezone.now()
    context = {
        "page": page,
        "rows": [{"row": row, "left": requests.left(row, now)} for row in page],
        "done": done,
        "tabs_by_state": [
            {"label": _("等着开"), "url": "?", "current": not done},
            {"label": _("办完的"), "url": "?done=1", "current": done},
        ],
    }
    return render(request, "services/hours/requests.html", context)


@needs(ISSUE, takes_object="services.CertificateRequest", methods=("GET",))
def request_page(request: HttpRequest, no: str) -> HttpResponse:
    """One request: its hours, and the two answers."""
    return _page(request, access.request_for(request.user, no))


def _page(
    request: HttpRequest,
    row: CertificateRequest,
    issue_form: CertificateForm | None = None,
    refuse_form: RefuseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    first: dict[str, Any] = {"first": row.first, "last": row.last, "handler": request.user.name}
    context = {
        "row": row,
        "open": requests.is_open(row),
        "left": requests.left(row, timezone.now()),
        "hours": hours_words(voluntary_minutes(row.volunteer, first=row.first, last=row.last)),
        "form": refuse_form or issue_form,
        "issue_form": issue_form or CertificateForm(initial=first, auto_id="issue_%s"),
        "refuse_form": refuse_form or RefuseForm(auto_id="refuse_%s"),
    }
    return render(request, "services/hours/request.html", context, status=status)


@needs(ISSUE, takes_object="services.CertificateRequest", methods=("POST",))
def issue(request: HttpRequest, no: str) -> HttpResponse:
    """Issue what was asked for."""
    row = access.request_for(request.user, no)
    form = CertificateForm(request.POST, auto_id="issue_%s")
    if form.is_valid():
        data = form.cleaned_data
        signed_by = Signatories(data["responsible"], data["handler"], data["contact"])
        try:
            row = requests.issue_requested(
                request=row, first=data["first"], last=data["last"], signed_by=signed_by, by=request.user
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("证明 %(no)s 开好了") % {"no": row.certificate.no})
            return redirect("services:hours:certificate", row.certificate.no)
    return _page(request, row, issue_form=form, status=422)


@needs(ISSUE, takes_object="services.CertificateRequest", methods=("POST",))
def refuse(request: HttpRequest, no: str) -> HttpResponse:
    """Say why not, and how to mend it."""
    row = access.request_for(request.user, no)
    form = RefuseForm(request.POST, auto_id="refuse_%s")
    if form.is_valid():
        try:
            requests.refuse_request(request=row, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("答复好了，本人会收到消息"))
            return redirect("services:hours:requests")
    return _page(request, row, refuse_form=form, status=422)
