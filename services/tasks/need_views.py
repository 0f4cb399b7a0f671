"""Pages of needs for township and county."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.deadlines import time_left
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients.fields import shown_to
from services.recipients.history import history_of_record
from services.recipients.listing import areas_to_choose
from services.tasks import need_actions
from services.tasks.access import MATCH, VERIFY
from services.tasks.models import Need, NeedPart, NeedState
from services.tasks.need_access import household_to_need, need_for, needs_visible_to, own_verbs
from services.tasks.need_forms import NeedFilter, NeedReasonForm, NeedVersionForm, NewNeedForm, VerifyForm
from services.tasks.need_queries import WAITING, by_deadline, need_lines, state_tabs

PAGE = 50
REASONED = {
    "pause": (gettext_lazy("暂停需求"), need_actions.pause_need),
    "close": (gettext_lazy("结束需求"), need_actions.close_need),
}


@needs(VERIFY, MATCH, methods=("GET",))
def need_list(request: HttpRequest) -> HttpResponse:
    """Needs by state and deadline."""
    form = NeedFilter(request.GET, areas=areas_to_choose(request.user))
    rows = form.narrow(needs_visible_to(request.user))
    state = request.GET.get("state", "")
    state = state if state in NeedState.values else NeedState.TO_VERIFY
    page = Paginator(by_deadline(rows.filter(state=state)), PAGE).get_page(request.GET.get("page"))
    kept = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        "form": form,
        "tabs_by_state": state_tabs(rows, state, kept),
        "state": state,
        "page": page,
        "lines": need_lines(request.user, list(page), timezone.now()),
        "filtered": bool(kept),
    }
    return render(request, "services/tasks/need_list.html", context)


@needs(VERIFY, takes_object="household")
def need_new(request: HttpRequest, no: str) -> HttpResponse:
    """Raise a need for a household."""
    household = household_to_need(request.user, no)
    form = NewNeedForm(request.POST or None)
    if form.is_valid():
        try:
            need = need_actions.raise_need(by=request.user, household=household, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("需求记下了，请接着核实"))
            return redirect("services:needs:detail", need.no)
    name = shown_to(request.user, household, timezone.now()).name(household)
    context = {"household": household, "name": name, "form": form}
    return render(request, "services/tasks/need_new.html", context, status=422 if form.errors else 200)


@needs(VERIFY, MATCH, takes_object="need", methods=("GET",))
def need_detail(request: HttpRequest, no: str) -> HttpResponse:
    """One need: what is wanted, its steps, and what may be done now."""
    need = need_for(request.user, no)
    return _page(request, need, VerifyForm(initial=VerifyForm.terms_of(need)))


def _page(request: HttpRequest, need: Need, form: Any, status: int = 200, conflict: str = "") -> HttpResponse:
    now = timezone.now()
    verbs = own_verbs(request.user, need)
    context = {
        "need": need,
        "name": shown_to(request.user, need.household, now).name(need.household),
        "left": time_left(need.due_at, now) if need.state in WAITING else None,
        "verbs": verbs,
        "form": form if "verify" in verbs or form.is_bound else None,
        "resume_form": NeedVersionForm(initial={"version": need.version}),
        "may_place": need.part == NeedPart.VOLUNTARY and need.state == NeedState.TO_MATCH,
        "may_match": request.user.has_perm(MATCH) and need.state == NeedState.TO_MATCH,
        "tasks": need.tasks.select_related("provider").order_by("-pk"),
        "history": history_of_record("need", need.no),
        "conflict": conflict,
    }
    return render(request, "services/tasks/need_detail.html", context, status=status)


@needs(VERIFY, takes_object="need")
def need_verify(request: HttpRequest, no: str) -> HttpResponse:
    """Confirm a need; the form stands on its page."""
    need = need_for(request.user, no, to="verify")
    if request.method != "POST":
        return redirect("services:needs:detail", no)
    form = VerifyForm(request.POST)
    status, conflict = 422, ""
    if form.is_valid():
        try:
            need_actions.verify_need(
                by=request.user, need=need, version=form.cleaned_data["version"], terms=form.terms()
            )
        except Refused as refusal:
            if refusal.code in {"stale", "wrong_state"}:
                status, conflict = 409, refusal.message
                need = need_for(request.user, no)
                form.data = form.data.copy()
                form.data["version"] = str(need.version)
            else:
                blame(form, refusal)
        else:
            messages.success(request, _("核实好了，进入待匹配"))
            return redirect("services:needs:detail", no)
    return _page(request, need, form, status, conflict)


@needs(VERIFY, takes_object="need")
def need_reasoned(request: HttpRequest, no: str, verb: str) -> HttpResponse:
    """Pause or close a need, with a reason."""
    need = need_for(request.user, no, to=verb)
    title, action = REASONED[verb]
    form = NeedReasonForm(request.POST or None, initial={"version": need.version})
    if form.is_valid():
        try:
            action(by=request.user, need=need, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("办好了"))
            return redirect("services:needs:detail", no)
    context = {"need": need, "form": form, "title": title, "danger": verb == "close"}
    return render(request, "services/tasks/need_reason.html", context, status=422 if form.errors else 200)


@needs(VERIFY, takes_object="need")
def need_resume(request: HttpRequest, no: str) -> HttpResponse:
    """A need that rested goes on."""
    need = need_for(request.user, no, to="resume")
    form = NeedVersionForm(request.POST or None)
    if form.is_valid():
        try:
            need_actions.resume_need(by=request.user, need=need, version=form.cleaned_data["version"])
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("恢复了，进入待匹配"))
    return redirect("services:needs:detail", no)
