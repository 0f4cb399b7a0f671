"""Pages of care plans: the list, one plan, its lines and its steps."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.conflicts import chosen, differences, on_top_of
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients import plans
from services.recipients.agreement_list import agreement_lines
from services.recipients.care_access import (
    APPROVE_PLAN,
    DRAFT_PLAN,
    READ_CARE,
    person_for,
    plan_for,
    plan_verbs,
    plans_of,
)
from services.recipients.care_forms import PlanForm, VersionForm, WhyForm
from services.recipients.care_models import CarePlan, PlanState
from services.recipients.care_reading import look, name_of, place_of, slowed
from services.recipients.clock import rules_on, standing_of_household
from services.recipients.edit_views import status_of
from services.recipients.history import history_of_record
from services.recipients.models import Household

PAGE = 50
STEPS: dict[str, tuple[Any, Any, type]] = {
    "submit": (gettext_lazy("交上去批准"), gettext_lazy("交上去后不能再改，由另一个人批准。"), VersionForm),
    "approve": (gettext_lazy("批准"), gettext_lazy("批准后原来的计划自动换下。"), VersionForm),
    "send_back": (gettext_lazy("退回修改"), gettext_lazy("要改什么，请写清楚。"), WhyForm),
    "end": (gettext_lazy("停掉计划"), gettext_lazy("停掉后，这个人没有照料计划。"), WhyForm),
}


@needs(READ_CARE, methods=("GET",))
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans of one's area by state."""
    state = request.GET.get("state", "")
    state = state if state in PlanState.values else PlanState.SUBMITTED
    seen = plans_of(request.user)
    counts = dict(seen.order_by().values_list("state").annotate(Count("pk")))
    rows = seen.filter(state=state).prefetch_related("lines").order_by("submitted_at", "pk")
    rows = rows.select_related(
        "person__household__region__parent", "person__household__township", "drafted_by"
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    tabs = [
        {
            "label": label,
            "url": f"?state={value}",
            "count": counts.get(value, 0),
            "current": value == state,
            "hot": value == PlanState.SUBMITTED and bool(counts.get(value)),
        }
        for value, label in PlanState.choices
    ]
    context = {
        "tabs_by_state": tabs,
        "page": page,
        "lines": agreement_lines(request.user, list(page), timezone.localdate()),
    }
    return render(request, "services/care/plan_list.html", context)


def _form_page(request: HttpRequest, form: PlanForm, household: Household, **more: Any) -> HttpResponse:
    today = timezone.localdate()
    standing = standing_of_household(household, today)
    required = standing.required if standing else rules_on(today).get(household.self_care)
    context = {"form": form, "household": household, "required": required} | more
    status = 409 if "conflict" in more else status_of(form)
    return render(request, "services/care/plan_form.html", context, status=status)


@needs(DRAFT_PLAN, takes_object="household")
def plan_new(request: HttpRequest, no: str, uid: Any) -> HttpResponse:
    """A new plan for a person."""
    household, person = person_for(request.user, no, uid, DRAFT_PLAN)
    form = PlanForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if form.is_valid():
        data = form.cleaned_data
        try:
            plan = plans.draft_plan(
                by=request.user,
                person=person,
                starts_on=data["starts_on"],
                goal=data["goal"],
                lines=form.lines(),
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("草稿存好了，编号 %(no)s") % {"no": plan.no})
            return redirect("services:care:plan", plan.no)
    return _form_page(request, form, household, person=person, title=_("做照料计划"))


@needs(DRAFT_PLAN, takes_object="plan")
def plan_edit(request: HttpRequest, no: str) -> HttpResponse:
    """Change a draft."""
    plan = plan_for(request.user, no, to="change")
    now = PlanForm.whole(plan)
    form = PlanForm(chosen(request.POST or None, now), initial=now)
    conflict: dict[str, Any] = {}
    if form.is_valid():
        data = form.cleaned_data
        try:
            plans.change_plan(
                by=request.user, plan=plan, version=data["version"] or 0, starts_on=data["starts_on"],
                goal=data["goal"], lines=form.lines(),
            )  # fmt: skip
        except Refused as refusal:
            if refusal.code == "stale" and plan.state == "draft":
                now = PlanForm.whole(CarePlan.objects.prefetch_related("lines").get(pk=plan.pk))
                conflict = {"conflict": refusal.message, "both": differences(form, now, {})}
                form = on_top_of(form, now["version"])
            else:
                blame(form, refusal)
        else:
            messages.success(request, _("改好了"))
            return redirect("services:care:plan", no)
    return _form_page(
        request, form, plan.person.household, person=plan.person, title=_("改照料计划"), plan=plan, **conflict
    )


@needs(READ_CARE, takes_object="plan", methods=("GET",))
@slowed
def plan_detail(request: HttpRequest, no: str) -> HttpResponse:
    """One plan with its lines, what the rules require, and what may be done."""
    plan = plan_for(request.user, no)
    household = plan.person.household
    seen = look(request.user, household)
    verbs = plan_verbs(request.user, plan)
    standing = standing_of_household(household, timezone.localdate())
    context = {
        "plan": plan,
        "household": household,
        "name": name_of(plan.person, seen),
        "place": place_of(household),
        "lines": list(plan.lines.all()),
        "goal": plan.goal if seen.mode("health") == "C" else "",
        "hides_goal": bool(plan.goal) and seen.mode("health") != "C",
        "required": standing.required if standing else None,
        "verbs": verbs,
        "steps": [(verb, STEPS[verb][0]) for verb in verbs if verb in STEPS],
        "history": history_of_record("careplan", plan.no),
    }
    return render(request, "services/care/plan.html", context)


@needs(DRAFT_PLAN, APPROVE_PLAN, takes_object="plan")
def plan_move(request: HttpRequest, no: str, verb: str) -> HttpResponse:
    """One step of a plan."""
    plan = plan_for(request.user, no, to=verb)
    if verb not in STEPS:
        raise Http404
    label, effect, kind = STEPS[verb]
    form = kind(request.POST or None, initial={"version": plan.version})
    if form.is_valid():
        try:
            _do(request.user, plan, verb, form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("办好了"))
            return redirect("services:care:plan", no)
    context = {
        "form": form, "title": label, "effect": effect, "no": plan.no, "danger": verb == "end",
        "back": ("services:care:plan", plan.no),
    }  # fmt: skip
    return render(request, "services/care/step.html", context, status=status_of(form))


def _do(user: Any, plan: CarePlan, verb: str, data: dict[str, Any]) -> CarePlan:
    common = {"by": user, "plan": plan, "version": data["version"]}
    if verb == "submit":
        return plans.submit_plan(**common)
    if verb == "approve":
        return plans.approve_plan(**common)
    if verb == "send_back":
        return plans.send_plan_back(**common, reason=data["reason"])
    return plans.end_plan(**common, reason=data["reason"])
