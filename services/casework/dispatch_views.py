"""Steps on a task, at the agency's desk and at the desk of the place; and a volunteer for a voluntary need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.providers.models import ProviderKind
from portal.base.privacy import mask_name
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.casework.agency_views import desk_page, task_page
from services.casework.companions import suits_of_task
from services.casework.dispatch_forms import (
    CancelForm,
    DatesForm,
    EndForm,
    PlaceForm,
    ReasonedForm,
    ReassignForm,
    VersionForm,
    VolunteerForm,
    WorkerForm,
)
from services.matching.queries import frequency, place_words, situation
from services.tasks import access, actions
from services.tasks.lifecycle import TASK
from services.tasks.models import NeedPart, NeedState, Task
from services.tasks.suiting import suits
from services.visits import planning

CHANGED = {"task_changed", "already_assigned", "visit_changed"}


@dataclass(frozen=True)
class Step:
    """One verb on a task: its form, what it does, and what is said afterwards."""

    form: Callable[[Any, Task, datetime], Any]
    act: Callable[[Task, Any, Any, datetime], Any]
    done: str | Promise


def _seen(task: Task) -> dict[str, Any]:
    return {"version": task.version}


STEPS: dict[str, Step] = {
    "assign": Step(
        lambda data, task, now: WorkerForm(data, task=task, at=now, initial=_seen(task)),
        lambda task, form, by, now: planning.assign(task=task, worker=form.chosen, by=by, at=now),
        gettext_lazy("派好了。请排上门日期。"),
    ),
    "reassign": Step(
        lambda data, task, now: ReassignForm(data, task=task, at=now, initial=_seen(task)),
        lambda task, form, by, now: planning.reassign(
            task=task, worker=form.chosen, reason=form.cleaned_data["reason"], by=by, at=now
        ),
        gettext_lazy("换好了，没做的上门已转给新的人"),
    ),
    "plan": Step(
        lambda data, task, now: DatesForm(
            data,
            task=task,
            at=now,
            initial=_seen(task) | {"minutes": task.need.minutes, "clock": "09:00"},
        ),
        lambda task, form, by, now: planning.set_dates(
            task=task,
            starts=form.cleaned_data["starts"],
            minutes=form.cleaned_data["minutes"],
            by=by,
            at=now,
        ),
        gettext_lazy("日期排好了，已通知护理员"),
    ),
    "accompany": Step(
        lambda data, task, now: VolunteerForm(data, suits=suits_of_task(task, now), initial=_seen(task)),
        lambda task, form, by, now: actions.add_companion(task=task, volunteer=form.chosen, by=by, at=now),
        gettext_lazy("志愿者加好了，已通知本人"),
    ),
    "pause": Step(
        lambda data, task, now: ReasonedForm(data, initial=_seen(task)),
        lambda task, form, by, now: planning.pause(
            task=task, reason=form.cleaned_data["reason"], by=by, at=now
        ),
        gettext_lazy("任务暂停了，没做的上门已取消"),
    ),
    "resume": Step(
        lambda data, task, now: VersionForm(data, initial=_seen(task)),
        lambda task, form, by, now: actions.resume_task(task=task, by=by, at=now),
        gettext_lazy("任务恢复了。请重新排上门日期。"),
    ),
    "end": Step(
        lambda data, task, now: EndForm(data, initial=_seen(task)),
        lambda task, form, by, now: planning.end(
            task=task,
            reason=form.cleaned_data["reason"],
            to_match=form.cleaned_data["then"] == "match",
            by=by,
            at=now,
        ),
        gettext_lazy("任务结束了，没做的上门已取消"),
    ),
}
TEMPLATES = {"plan": "dates", "accompany": "companion"}


def _step(request: HttpRequest, task: Task, verb: str, area: str) -> HttpResponse:
    """One step of a task: its form, the action, and what to say; 409 when somebody was quicker."""
    page, again, route = PAGES[area]
    if request.method == "GET" and not TASK.allows(task.state, verb):
        return redirect(route, task.no)
    now, step = timezone.now(), STEPS[verb]
    form = step.form(request.POST or None, task, now)
    if request.method == "POST" and form.is_valid():
        task.version = form.cleaned_data["version"]
        try:
            step.act(task, form, request.user, now)
        except Refused as refusal:
            if refusal.code in CHANGED and refusal.field is None:
                return page(request, again(request.user, task.no), notice=refusal.message, status=409)
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, step.done)
            # The household of an ended task is closed to the agency, so the way leads to the list.
            gone = verb == "end" and area == "agency"
            return redirect("services:tasks:agency") if gone else redirect(route, task.no)
    context = {
        "task": task,
        "form": form,
        "area": area,
        "back": reverse(route, args=[task.no]),
        "name": mask_name(task.need.household.name),
        "place": place_words(task.need),
        "frequency": frequency(task.need),
    }
    template = f"services/casework/{TEMPLATES.get(verb, verb)}.html"
    return render(request, template, context, status=422 if form.errors else 200)


PAGES: dict[str, tuple[Callable, Callable, str]] = {
    "agency": (task_page, access.task_for, "services:tasks:detail"),
    "desk": (desk_page, access.place_task_for, "services:tasks:desk_detail"),
}


@needs(access.MANAGE, takes_object="task")
def agency_step(request: HttpRequest, no: str, verb: str) -> HttpResponse:
    """The agency sends people, sets dates, lets a task rest or ends it."""
    return _step(request, access.task_for(request.user, no, to=verb), verb, "agency")


@needs(access.VERIFY, access.MATCH, takes_object="task")
def desk_step(request: HttpRequest, no: str, verb: str) -> HttpResponse:
    """Township or bureau lets a task of its place rest, go on, or end."""
    return _step(request, access.place_task_for(request.user, no), verb, "desk")


@needs(access.VERIFY, access.MATCH, takes_object="task")
def desk_voluntary_step(request: HttpRequest, no: str, verb: str) -> HttpResponse:
    """Township or bureau stands for a volunteer's task: sets its dates, sends somebody along."""
    task = access.place_task_for(request.user, no)
    if task.provider.kind != ProviderKind.VOLUNTEER:
        raise Http404
    return _step(request, task, verb, "desk")


@needs(access.MANAGE, takes_object="task")
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


@needs(access.VERIFY, access.MATCH, takes_object="need")
def volunteer(request: HttpRequest, no: str) -> HttpResponse:
    """Township or bureau gives a voluntary need to a volunteer."""
    need = access.need_to_place(request.user, no)
    if need.part != NeedPart.VOLUNTARY:
        raise Http404
    now = timezone.now()
    beside = suits(need, access.volunteers_near(need), now)
    form = PlaceForm(request.POST or None, suits=beside, initial={"version": need.version})
    status, notice = 422 if form.errors else 200, ""
    if request.method == "POST" and form.is_valid():
        need.version = form.cleaned_data["version"]
        try:
            actions.place_with_volunteer(
                need=need, volunteer=form.chosen, companion=form.company, by=request.user, at=now
            )
            messages.success(request, _("派给志愿者了，已通知本人"))
            return redirect("services:tasks:volunteer", no)
        except Refused as refusal:
            if refusal.code == "already_placed":
                status, notice = 409, refusal.message
                need = access.need_to_place(request.user, no)
            else:
                status = 422
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
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
