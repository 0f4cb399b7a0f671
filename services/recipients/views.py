"""Pages that read the register: lists, the file, why one sees it, and looking behind a mask."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients.access import explain, household_for, may_household, windows
from services.recipients.around import around_of
from services.recipients.fields import COLUMN_OF_ROLE, Shown, shown_to
from services.recipients.fields import shown as shown_for
from services.recipients.forms import GroundForm
from services.recipients.history import history_of
from services.recipients.lifecycle import HOUSEHOLD
from services.recipients.listing import PAGE, ListFilter, areas_to_choose, lines, ordered
from services.recipients.looking import SPAN, note_opened
from services.recipients.models import Household
from services.recipients.presenting import file_view
from services.recipients.queries import needs_of, with_people
from services.recipients.township_list import TownshipRows
from services.recipients.unmasking import note_health_read, unmask
from services.recipients.why import reasons_in_words

LOG = "services.log_visit"
UNDO = "services.undo_ending"
STEPS = ("pause", "resume", "close")
EDIT, VERIFY, REPORT = "services.edit_household", "services.verify_need", "services.report_need"
SEES = (
    "services.view_household",
    "services.answer_referral",
    "services.inspect_household",
    "services.ask_emergency",
)


def _listed(request: HttpRequest) -> dict[str, Any]:
    form = ListFilter(request.GET, areas=areas_to_choose(request.user))
    wanted = request.GET.get("page", "")
    township = form.township_alone(request.user)
    if township is None:
        rows: Any = ordered(form.narrow(Household.objects.visible_to(request.user)))
    else:
        number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 7 else 1
        rows = TownshipRows(request.user, township).first(number, PAGE, request.GET.get("from", ""))
    page = Paginator(rows, PAGE).get_page(wanted)
    if isinstance(rows, TownshipRows):
        page.next_from = rows.next_from(page.number, PAGE)  # type: ignore[attr-defined]
    return {
        "form": form,
        "page": page,
        "lines": lines(request.user, list(page)),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }


@needs(VERIFY, methods=("GET",))
def household_list(request: HttpRequest) -> HttpResponse:
    """The register of one's own area."""
    context = _listed(request) | {
        "may_create": request.user.has_perm(EDIT),
        "may_import": request.user.has_perm("services.import_household"),
        "may_export": request.user.has_perm("services.export_household"),
    }
    return render(request, "services/recipients/list.html", context)


@needs(REPORT, methods=("GET",))
def village_list(request: HttpRequest) -> HttpResponse:
    """The village officer's households, on the phone."""
    return render(request, "services/recipients/village_list.html", _listed(request))


@needs(*SEES, takes_object="household", methods=("GET",))
def household_detail(request: HttpRequest, no: str) -> HttpResponse:
    """A household's file, as this person may see it."""
    household = household_for(request.user, no)
    return _file_page(request, household)


@needs(*SEES, takes_object="household", methods=("POST",))
@require_POST
def household_unmask(request: HttpRequest, no: str) -> HttpResponse:
    """Show one masked field on this page only, and note who looked and why."""
    household = household_for(request.user, no)
    form = GroundForm(request.POST)
    form.is_valid()
    field, ground = form.cleaned_data.get("field", ""), form.cleaned_data.get("ground", "")
    try:
        unmask(by=request.user, household=household, field=field, ground=ground, at=timezone.now())
    except Refused as refusal:
        blame(form, refusal)
        return _file_page(request, household, refused=form, status=422)
    return _file_page(request, household, opened=field)


def _file_page(
    request: HttpRequest,
    household: Household,
    *,
    opened: str = "",
    refused: GroundForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user, now = request.user, timezone.now()
    household = with_people(household)
    reasons = explain(user, household)
    shown = shown_for(reasons, windows(user, [household], now)[household.pk])
    try:
        note_opened(by=user, household=household, reasons=reasons, at=now)
    except Refused as refusal:
        page = render(request, "services/recipients/too_fast.html", {"words": refusal.message}, status=429)
        page["Retry-After"] = str(int(SPAN.total_seconds()))
        return page
    view = file_view(household, shown, on=timezone.localdate(), opened=opened)
    if view.shows_health:
        note_health_read(by=user, household=household, reasons=reasons, at=now)
    may_edit, may_verify = may_household(user, EDIT, household), may_household(user, VERIFY, household)
    may_report = may_household(user, REPORT, household)
    goes_there = any(COLUMN_OF_ROLE.get(reason.role) in {"carer", "agency"} for reason in reasons)
    hands = (may_edit or goes_there) and (user.has_perm(LOG) or may_edit)
    context = {
        "household": household,
        "file": view,
        "around": around_of(household, shown, on=timezone.localdate(), opened=opened, hands=hands),
        "may_write": hands,
        "may_merge": may_household(user, "services.merge_household", household),
        "may_edit": may_edit,
        "may_verify": may_verify,
        "may_see_care": view.shows_members and user.has_perm("services.view_household"),
        "may_see_looks": may_household(user, "services.see_looks", household),
        "may_assess": may_household(user, "services.assess_person", household),
        "endings": list(household.endings.all()) if may_household(user, UNDO, household) else [],
        "verbs": [verb for verb in STEPS if may_edit and HOUSEHOLD.allows(household.state, verb)],
        "shows_needs": may_verify or may_report,
        "needs": list(needs_of(household)) if may_verify or may_report else [],
        "history": history_of(household) if may_edit or may_verify else [],
        "form": refused,
        "refused_field": refused.cleaned_data.get("field", "") if refused else "",
        "list_url": _list_url(user),
    }
    return render(request, "services/recipients/detail.html", context, status=status)


def _list_url(user: Any) -> str:
    """The list this person came from, by its route; empty where they have none."""
    if user.has_perm(VERIFY):
        return "services:recipients:list"
    return "services:recipients:village" if user.has_perm(REPORT) else ""


@needs(*SEES, takes_object="household", methods=("GET",))
def household_why(request: HttpRequest, no: str) -> HttpResponse:
    """Why this person sees this household, until when, and which fields."""
    household = household_for(request.user, no)
    now = timezone.now()
    reasons, fields = reasons_in_words(request.user, household, now)
    shown: Shown = shown_to(request.user, household, now)
    context = {
        "household": household,
        "name": shown.name(household),
        "reasons": reasons,
        "fields": fields,
    }
    return render(request, "services/recipients/why.html", context)
