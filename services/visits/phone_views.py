"""The carer's phone: today, the week, and one visit from the door to the receipt."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.consents.queries import household_said_no
from services.recipients.around import NEWEST, Around
from services.recipients.fields import shown_to
from services.recipients.models import Unmasking
from services.recipients.pauses import standing_pause
from services.recipients.risks import standing_handovers, standing_risks
from services.recipients.unmasking import unmask
from services.visits import access, actions, dangers, queries, rules
from services.visits.cards import called, card_of, phone_tabs, place_words
from services.visits.chores import chores
from services.visits.company import alone_now
from services.visits.finishing import finished, to_finish
from services.visits.forms import CheckInForm, CompletionForm, RecordForm
from services.visits.lifecycle import VERDICT
from services.visits.missed import is_missed
from services.visits.models import PlannedState, PlannedVisit
from services.visits.photos import PhotoTray

DOOR_FIELDS = ("name", "address", "phone")


@needs(access.LOG, access.FINISH, methods=("GET",))
def today(request: HttpRequest) -> HttpResponse:
    """My visits of today in order, the next one open."""
    now = timezone.now()
    day = timezone.localdate(now)
    visits = queries.visits_on(request.user, day)
    mine = [row for row in visits if row.state in queries.TO_DO]
    under_way = [row for row in mine if row.state == PlannedState.UNDER_WAY]
    leading = [row for row in mine if row.assignment and row.assignment.user_id == request.user.pk]
    first = next(iter(under_way or leading), None)
    cards = [card_of(row, request.user, now, first.no if first else "") for row in visits]
    ahead = [card for card in cards if card.status not in {"recorded", "missed"}]
    done = [card for card in cards if card.status in {"recorded", "missed"}]
    return render(
        request,
        "services/visits/today.html",
        {
            "day": day,
            "next_card": next((card for card in ahead if first and card.no == first.no), None),
            "others": [card for card in ahead if not first or card.no != first.no],
            "done": done,
            "total": len(cards),
            "done_count": sum(card.status == "recorded" for card in done),
            "tomorrow_count": queries.count_on(request.user, day + timedelta(days=1)),
            "next_day": queries.next_day_after(request.user, day),
            "finishing": to_finish(request.user),
            "returned": list(queries.returned_records(request.user)[:5]),
            "chores": chores(request.user, day),
            "tabs": phone_tabs("today"),
        },
    )


@needs(access.LOG, methods=("GET",))
def schedule(request: HttpRequest) -> HttpResponse:
    """The seven days from today on."""
    now = timezone.now()
    first = timezone.localdate(now)
    visits = queries.visits_between(request.user, first, first + timedelta(days=6))
    cards = [card_of(row, request.user, now) for row in visits]
    days = [first + timedelta(days=n) for n in range(7)]
    week = [{"day": day, "cards": [card for card in cards if card.day == day]} for day in days]
    return render(
        request,
        "services/visits/schedule.html",
        {
            "week": week,
            "total": len(cards),
            "next_day": queries.next_day_after(request.user, days[-1]),
            "tabs": phone_tabs("schedule"),
        },
    )


@needs(access.LOG, access.FINISH, takes_object="PlannedVisit", methods=("GET",))
def visit(request: HttpRequest, no: str) -> HttpResponse:
    """One visit: check in, or the checklist, or what was handed in."""
    planned, stopped = _mine(request.user, no, "see")
    return _visit_page(request, planned, stopped=stopped)


def _mine(user: Any, no: str, to: str) -> tuple[PlannedVisit, bool]:
    """My visit; or the one that I am ending though it was shut to me meanwhile, of which nothing more is shown."""
    ending = to_finish(user, no)
    return (ending[0], True) if ending else (access.planned_for(user, no, to=to), False)


@needs(access.LOG, takes_object="PlannedVisit", methods=("POST",))
@require_POST
def check_in(request: HttpRequest, no: str) -> HttpResponse:
    """I am at the door."""
    planned = access.planned_for(request.user, no, to="log")
    form = CheckInForm(request.POST)
    if form.is_valid():
        try:
            actions.check_in(
                planned=planned,
                by=request.user,
                fix=form.fix(),
                ground=form.cleaned_data["ground"],
                company_ground=form.cleaned_data["company_ground"],
            )
            return redirect("services:visits:visit", no)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
    return _visit_page(request, planned, check_in_form=form, status=422)


@needs(access.LOG, access.FINISH, takes_object="PlannedVisit", methods=("POST",))
@require_POST
def hand_in(request: HttpRequest, no: str) -> HttpResponse:
    """Finish: the record is stored, then the receipt is shown."""
    planned, stopped = _mine(request.user, no, "log")
    items = queries.checklist(planned.task.need.service)
    form = RecordForm(request.POST, items=items)
    valid = form.is_valid()
    # Photos are stored before the transaction, and stay in the tray when something else is to mend.
    tray = PhotoTray.of(request, form)
    if valid and form.is_valid():
        report = rules.VisitReport(
            answers=form.answers(),
            item_notes=form.item_notes(),
            note=form.cleaned_data["note"],
            next_day=form.cleaned_data["next_day"],
            out=form.fix(),
            photos=tuple(tray.files),
        )
        try:
            handed = actions.record_visit(
                planned=planned, by=request.user, uid=form.cleaned_data["uid"], report=report
            )
            if handed.differs:
                messages.warning(request, _("这次上门先前已收到，保留的是先前的内容。要改，请写补充说明"))
            return redirect("services:visits:receipt", no)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
    return _visit_page(request, planned, stopped=stopped, record_form=form, tray=tray, status=422)


def _visit_page(
    request: HttpRequest,
    planned: PlannedVisit,
    *,
    stopped: bool = False,
    check_in_form: CheckInForm | None = None,
    record_form: RecordForm | None = None,
    tray: PhotoTray | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    held = PlannedVisit.objects.filter(access.held_by(request.user, now), pk=planned.pk)
    holds = stopped or held.exists()
    missed = is_missed(planned, now)
    arriving = holds and planned.state == PlannedState.PLANNED and planned.day == timezone.localdate(now)
    serving = holds and planned.state == PlannedState.UNDER_WAY and not missed
    household = planned.task.need.household
    if serving and record_form is None:
        record_form = RecordForm(items=queries.checklist(planned.task.need.service))
    context: dict[str, Any] = {
        "planned": planned,
        "status": PlannedState.MISSED if missed else planned.state,
        "called": _called(planned),
        "service": planned.task.need.get_service_display(),
        "place": place_words(household.region),
        "holds": holds,
        "arriving": arriving,
        "serving": serving,
        "door": _door(request.user, planned, now),
        "around": Around(pause=None) if stopped else _around(household),
        "stopped": stopped,
        "alone": alone_now(planned, now) if arriving else [],
        "office_phone": household.township.office_phone,
        "far": rules.distance_m(household.lat, household.lng, _arrival(planned)),
        "check_in_form": (check_in_form or CheckInForm()) if arriving or check_in_form else None,
        "record_form": record_form,
        "tray": tray or PhotoTray.empty(),
        "no_photos": serving and household_said_no("photos", household),
        "form": check_in_form or (record_form if record_form and record_form.is_bound else None),
        "tabs": phone_tabs("today"),
    }
    return render(request, "services/visits/visit.html", context, status=status)


def _around(household: Any) -> Around:
    return Around(
        pause=standing_pause(household),
        risks=standing_risks(household),
        handovers=standing_handovers(household)[:NEWEST],
    )


def _arrival(planned: PlannedVisit) -> rules.Fix | None:
    if planned.check_in_lat is None or planned.check_in_lng is None:
        return None
    return rules.Fix(planned.check_in_lat, planned.check_in_lng, planned.check_in_accuracy_m)


def _called(planned: PlannedVisit) -> str:
    household = planned.task.need.household
    household.heads = list(household.persons.filter(relation="self", died_on__isnull=True))
    return called(household, planned.day)


def _door(user: Any, planned: PlannedVisit, now: Any) -> dict[str, Any]:
    """What may show of the door: nothing, a button, or (after the logged click) name, address and phone."""
    household = planned.task.need.household
    shown = shown_to(user, household, now)
    offered = [field for field in DOOR_FIELDS if shown.mode(field) == "D"]
    opens, closes = rules.door_window(planned.starts_at, planned.minutes)
    looked = set(
        Unmasking.objects.filter(
            user=user, household=household, field__in=offered, at__gte=opens
        ).values_list("field", flat=True)
    )
    return {
        "offered": [field for field in offered if field not in looked],
        "opens": opens,
        "name": household.name if "name" in looked else "",
        "address": household.address if "address" in looked else "",
        "phone": household.phone if "phone" in looked else "",
    }


@needs(access.LOG, takes_object="PlannedVisit", methods=("POST",))
@require_POST
def door(request: HttpRequest, no: str) -> HttpResponse:
    """Show the name, the address and the phone number; each leaves a line."""
    planned = access.planned_for(request.user, no)
    now = timezone.now()
    offered = _door(request.user, planned, now)["offered"]
    if not offered:
        raise Http404
    for field in offered:
        unmask(by=request.user, household=planned.task.need.household, field=field, ground="", at=now)
    return redirect("services:visits:visit", no)


@needs(access.LOG, access.FINISH, takes_object="PlannedVisit", methods=("GET",))
def receipt(request: HttpRequest, no: str) -> HttpResponse:
    """What the server holds of my visit, and what to report still."""
    row = finished(request.user, no)
    stopped = row is not None
    row = row or access.own_record_for(request.user, no)
    return render(
        request,
        "services/visits/receipt.html",
        {
            "row": row,
            "decision": row.decisions.first(),
            "minutes": round((row.ended_at - row.started_at).total_seconds() / 60),
            "photo_count": row.photos.count(),
            "stopped": stopped,
            "doubts": row.doubts.all(),
            "hints": [] if stopped else [dangers.DANGERS[flag] for flag in dangers.implied_by(row.answers)],
            "may_complete": not stopped and VERDICT.allows(row.verdict, "complete"),
            "tabs": phone_tabs("today"),
        },
    )


@needs(access.LOG, takes_object="PlannedVisit")
def complete(request: HttpRequest, no: str) -> HttpResponse:
    """Add to my record, for instance after it was sent back."""
    row = access.own_record_for(request.user, no)
    items = queries.checklist(row.planned.task.need.service, besides=list(row.answers))
    answers, notes = queries.present_answers(row)
    initial = {f"state_{code}": state for code, state in answers.items()}
    initial |= {f"note_{code}": words for code, words in notes.items()}
    form = CompletionForm(request.POST or None, items=items, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = {code: state for code, state in form.answers().items() if answers.get(code) != state}
        words = {code: text for code, text in form.item_notes().items() if notes.get(code) != text}
        try:
            actions.complete_visit(
                row=row,
                by=request.user,
                answers=changed,
                item_notes=words,
                note=form.cleaned_data["note"],
            )
            messages.success(request, _("补充收到了，机构会再看一遍"))
            open_still = access.records_written_by(request.user).filter(pk=row.pk).exists()
            return redirect(*("services:visits:receipt", no) if open_still else ("services:visits:today",))
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
    return render(
        request,
        "services/visits/complete.html",
        {"row": row, "form": form, "decision": row.decisions.first(), "tabs": phone_tabs("today")},
        status=422 if form.is_bound else 200,
    )
