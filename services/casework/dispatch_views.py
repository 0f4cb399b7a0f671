"""Sending people: assign, re-assign, dates, companions, ending; and a volunteer for a voluntary need."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.privacy import mask_name
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.casework.agency_views import task_page
from services.casework.dispatch_forms import (
    CancelForm,
    DatesForm,
    EndForm,
    ReassignForm,
    VolunteerForm,
    WorkerForm,
)
from services.matching.queries import frequency, place_words, situation
from services.tasks import access, actions
from services.tasks.lifecycle import TASK
from services.tasks.models import NeedPart, NeedState
from services.visits import planning

CHANGED = {"task_changed", "already_assigned", "visit_changed"}


def _step(
    request: HttpRequest, no: str, verb: str, make: Callable, act: Callable, template: str, done: str
) -> HttpResponse:
    """One step of a task: its form, the action, and what to say; 409 when somebody was quicker."""
    task = access.task_for(request.user, no, to=verb)
    if request.method == "GET" and not TASK.allows(task.state, verb):
        return redirect("services:tasks:detail", no)
    now = timezone.now()
    form = make(task, now)
    if request.method == "POST" and form.is_valid():
        task.version = form.cleaned_data["version"]
        try:
            act(task, form, now)
            messages.success(request, done)
            return redirect("services:tasks:detail", no)
        except Refused as refusal:
            if refusal.code in CHANGED and refusal.field is None:
                fresh = access.task_for(request.user, no)
                return task_page(request, fresh, notice=refusal.message, status=409)
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    context = {
        "task": task,
        "form": form,
        "name": mask_name(task.need.household.name),
        "place": place_words(task.need),
        "frequency": frequency(task.need),
    }
    return render(request, template, context, status=422 if form.errors else 200)


@needs("services.manage_tasks", takes_object="task")
def assign(request: HttpRequest, no: str) -> HttpResponse:
    """Send a worker of one's own team."""
    return _step(
        request,
        no,
        "assign",
        lambda task, now: WorkerForm(
            request.POST or None, task=task, at=now, initial={"version": task.version}
        ),
        lambda task, form, now: planning.assign(task=task, worker=form.chosen, by=request.user, at=now),
        "services/casework/assign.html",
        _("派好了。请排上门日期。"),
    )


@needs("services.manage_tasks", takes_object="task")
def reassign(request: HttpRequest, no: str) -> HttpResponse:
    """Send somebody else."""
    return _step(
        request,
        no,
        "reassign",
        lambda task, now: ReassignForm(
            request.POST or None, task=task, at=now, initial={"version": task.version}
        ),
        lambda task, form, now: planning.reassign(
            task=task, worker=form.chosen, reason=form.cleaned_data["reason"], by=request.user, at=now
        ),
        "services/casework/reassign.html",
        _("换好了，没做的上门已转给新的人"),
    )


@needs("services.manage_tasks", takes_object="task")
def dates(request: HttpRequest, no: str) -> HttpResponse:
    """Set dates for the present worker."""
    return _step(
        request,
        no,
        "plan",
        lambda task, now: DatesForm(
            request.POST or None,
            task=task,
            at=now,
            initial={"version": task.version, "minutes": task.need.minutes, "clock": "09:00"},
        ),
        lambda task, form, now: planning.set_dates(
            task=task,
            starts=form.cleaned_data["starts"],
            minutes=form.cleaned_data["minutes"],
            by=request.user,
            at=now,
        ),
        "services/casework/dates.html",
        _("日期排好了，已通知护理员"),
    )


@needs("services.manage_tasks", takes_object="task")
def companion(request: HttpRequest, no: str) -> HttpResponse:
    """Add a volunteer who goes along."""
    return _step(
        request,
        no,
        "accompany",
        lambda task, _now: VolunteerForm(
            request.POST or None, need=task.need, initial={"version": task.version}
        ),
        lambda task, form, now: actions.add_companion(
            task=task, volunteer=form.chosen, by=request.user, at=now
        ),
        "services/casework/companion.html",
        _("志愿者加好了，已通知本人"),
    )


@needs("services.manage_tasks", takes_object="task")
def end(request: HttpRequest, no: str) -> HttpResponse:
    """End the task; afterwards the household is closed to the agency, so the page is the list."""
    answer = _step(
        request,
        no,
        "end",
        lambda task, _now: EndForm(request.POST or None, initial={"version": task.version}),
        lambda task, form, now: planning.end(
            task=task,
            reason=form.cleaned_data["reason"],
            to_match=form.cleaned_data["then"] == "match",
            by=request.user,
            at=now,
        ),
        "services/casework/end.html",
        _("任务结束了，没做的上门已取消"),
    )
    return redirect("services:tasks:agency") if answer.status_code == 302 else answer


@needs("services.manage_tasks", takes_object="task")
def cancel(request: HttpRequest, no: str, visit_no: str) -> HttpResponse:
    """Take one date off."""
    task = access.task_for(request.user, no)
    visit = task.planned_visits.filter(no=visit_no, state="planned").first()
    if visit is None:
        raise Http404
    form = CancelForm(request.POST or None, initial={"version": visit.version})
    if request.method == "POST" and form.is_valid():
        visit.task, visit.version = task, form.cleaned_data["version"]
        try:
            planning.cancel_visit(visit=visit, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("这次上门取消了"))
            return redirect("services:tasks:detail", no)
        except Refused as refusal:
            return task_page(request, access.task_for(request.user, no), notice=refusal.message, status=409)
    return render(
        request,
        "services/casework/cancel.html",
        {"task": task, "visit": visit, "form": form},
        status=422 if form.errors else 200,
    )


@needs("services.verify_need", "services.match_need", takes_object="need")
def volunteer(request: HttpRequest, no: str) -> HttpResponse:
    """Township or bureau gives a voluntary need to a volunteer."""
    need = access.need_to_place(request.user, no)
    if need.part != NeedPart.VOLUNTARY:
        raise Http404
    now = timezone.now()
    form = VolunteerForm(request.POST or None, need=need, initial={"version": need.version})
    status, notice = 200, ""
    if request.method == "POST" and form.is_valid():
        need.version = form.cleaned_data["version"]
        try:
            actions.place_with_volunteer(need=need, volunteer=form.chosen, by=request.user, at=now)
            messages.success(request, _("派给志愿者了，已通知本人"))
            return redirect("services:tasks:volunteer", no)
        except Refused as refusal:
            if refusal.code == "already_placed":
                status, notice = 409, refusal.message
                need = access.need_to_place(request.user, no)
            else:
                status = 422
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    elif form.errors:
        status = 422
    task = need.tasks.exclude(state="ended").select_related("provider").first()
    return render(
        request,
        "services/casework/volunteer.html",
        {
            "need": need,
            "form": form,
            "notice": notice,
            "open": need.state == NeedState.TO_MATCH,
            "task": task,
            "name": mask_name(need.household.name),
            "place": place_words(need),
            "situation": situation(need, timezone.localdate(now)),
            "frequency": frequency(need),
        },
        status=status,
    )
