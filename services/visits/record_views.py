"""Records at the agency, which judges them, and at the desks of the place, which read them."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from partners.providers.models import ServiceCode
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients.fields import CLEAR, listed_names, shown_to
from services.recipients.models import Household
from services.visits import access, dangers, decisions, doubts, queries, rules
from services.visits.cards import clear_paths, place_words
from services.visits.forms import DoubtForm, ReasonForm, item_name
from services.visits.lifecycle import VERDICT
from services.visits.looks import look, opened, page_of
from services.visits.models import PlannedVisit, Verdict, VisitRecord

MISSED = "missed"
STEPS = ("confirm", "send_back", "flag")
FIELDS = ("name",)


class RecordFilter(forms.Form):
    """Which records a list shows."""

    service = forms.ChoiceField(label=gettext_lazy("服务"), required=False)
    since = forms.DateField(
        label=gettext_lazy("从哪天起"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("到哪天止"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [("", _("全部")), *ServiceCode.choices]  # type: ignore[attr-defined]

    def narrow(self, rows: QuerySet, prefix: str = "") -> QuerySet:
        """Only the rows that fit; a filter that cannot be read is left out."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("service"):
            rows = rows.filter(**{f"{prefix}task__need__service": wanted["service"]})
        if wanted.get("since"):
            rows = rows.filter(**{f"{prefix}day__gte": wanted["since"]})
        if wanted.get("until"):
            rows = rows.filter(**{f"{prefix}day__lt": wanted["until"] + timedelta(days=1)})
        return rows


def _list(request: HttpRequest, area: str, records: QuerySet[VisitRecord], planned: QuerySet) -> HttpResponse:
    now = timezone.now()
    form = RecordFilter(request.GET or None)
    if form.is_bound:
        records, planned = form.narrow(records, "planned__"), form.narrow(planned)
    verdict = request.GET.get("verdict", Verdict.SUBMITTED)
    if verdict not in {*Verdict.values, MISSED}:
        verdict = Verdict.SUBMITTED
    missed = queries.missed_visits(planned, now)
    counts = queries.verdict_counts(records) | {MISSED: missed.count()}
    shown = missed if verdict == MISSED else queries.for_list(records.filter(verdict=verdict))
    page = page_of(request, shown)
    visits = [row if verdict == MISSED else row.planned for row in page]
    households = [visit.task.need.household for visit in visits]
    names = listed_names(request.user, households, clear_paths(request.user))
    seen = set(
        Household.objects.visible_to(request.user)
        .filter(pk__in=[household.pk for household in households])
        .values_list("pk", flat=True)
    )
    names = {pk: name for pk, name in names.items() if pk in seen}
    labels = [*Verdict.choices, (MISSED, _("漏访"))]
    kept = request.GET.copy()
    kept.pop("page", None)
    items = []
    for code, label in labels:
        kept["verdict"] = code
        items.append(
            {
                "label": label,
                "url": f"?{kept.urlencode()}",
                "count": counts[code],
                "current": code == verdict,
                "hot": code in {Verdict.FLAGGED, MISSED} and counts[code],
            }
        )
    return render(
        request,
        "services/visits/records.html",
        {
            "area": area,
            "verdict": verdict,
            "page": page,
            "rows": [_row(row, visit, names) for row, visit in zip(page, visits, strict=True)],
            "items": items,
            "filter": form,
        },
    )


def _row(row: Any, visit: PlannedVisit, names: dict[int, str]) -> dict[str, Any]:
    need = visit.task.need
    found: dict[str, Any] = {
        "visit": visit,
        # A visit left open by an ended task: its household is closed to the reader.
        "name": names.get(need.household_id, _("任务已结束")),
        "service": need.get_service_display(),
        "place": place_words(need.household.region) if need.household_id in names else "",
        "provider": visit.task.provider.name,
        "record": None,
    }
    if isinstance(row, VisitRecord):
        found |= {
            "record": row,
            "marks": _marks(row),
            "minutes": round((row.ended_at - row.started_at).total_seconds() / 60),
        }
    return found


def _marks(row: VisitRecord) -> list[str]:
    """What somebody should look at twice."""
    marks = [str(doubt.get_kind_display()) for doubt in row.doubts.all() if doubt.accepted is None]
    if any(state == rules.AnswerState.ABNORMAL for state in row.answers.values()):
        marks.append(_("有异常"))
    if row.manual_ground:
        marks.append(_("手动签到"))
    if rules.was_short(row.started_at, row.ended_at):
        marks.append(_("不到 20 分钟"))
    return marks


@needs(access.CONFIRM, methods=("GET",))
def agency_list(request: HttpRequest) -> HttpResponse:
    """Records of our visits, those to check first."""
    planned = PlannedVisit.objects.visible_to(request.user).filter(
        task__provider__team_id__in=access.teams_for(request.user, access.CONFIRM)
    )
    return _list(request, "agency", access.records_judged_by(request.user), planned)


@needs(access.READ, methods=("GET",))
def desk_list(request: HttpRequest) -> HttpResponse:
    """Records of our place."""
    planned = PlannedVisit.objects.visible_to(request.user).filter(
        access.in_subtrees(
            access.places_for(request.user, access.READ), "task__need__household__region__path"
        )
    )
    return _list(request, "desk", access.records_read_by(request.user), planned)


@needs(access.CONFIRM, takes_object="VisitRecord", methods=("GET",))
def agency_record(request: HttpRequest, no: str) -> HttpResponse:
    """One record to judge."""
    return _record_page(request, access.record_for(request.user, no, to="judge"), "agency")


@needs(access.READ, takes_object="VisitRecord", methods=("GET",))
def desk_record(request: HttpRequest, no: str) -> HttpResponse:
    """One record to read."""
    return _record_page(request, access.record_for(request.user, no), "desk")


def _record_page(
    request: HttpRequest,
    row: VisitRecord,
    area: str,
    *,
    form: ReasonForm | None = None,
    doubt_form: DoubtForm | None = None,
    problem: str = "",
) -> HttpResponse:
    now = timezone.now()
    household = row.planned.task.need.household
    shown = shown_to(request.user, household, now)
    fields = opened(request.user, household, ("name", "health"), now)
    health = next((field for field in fields if field["field"] == "health"), None)
    reads_notes = area == "agency" or bool(health and health["clear"])
    judges = (
        row.author_id != request.user.pk and access.records_judged_by(request.user).filter(pk=row.pk).exists()
    )
    step_urls = {step: reverse(f"services:visits:{area}_{step}", args=[row.no]) for step in STEPS}
    context = {
        "area": area,
        "row": row,
        "look_url": reverse(f"services:visits:{area}_record_look", args=[row.no]),
        "name": next(
            (field["value"] for field in fields if field["field"] == "name"),
            _("任务已结束，住户资料看不到了"),
        ),
        "fields": [field for field in fields if field["field"] == "name" and field["offer"]],
        "notes_offer": health if area == "desk" and health and health["offer"] else None,
        "reads_notes": reads_notes,
        "place": place_words(household.region) if fields else "",
        "marks": _marks(row),
        "minutes": round((row.ended_at - row.started_at).total_seconds() / 60),
        "lines": _lines(row, reads_notes),
        "photos": list(row.photos.select_related("file")) if shown.mode("photos") == CLEAR else [],
        "amendments": list(row.amendments.select_related("author").order_by("-at", "-pk")),
        "decisions": list(row.decisions.select_related("by")),
        "alerts": [
            {"alert": alert, "words": dangers.words_of(alert.flag)}
            for alert in row.planned.alerts.defer("words", "outcome").order_by("raised_at")
        ],
        "verbs": {verb: judges and VERDICT.allows(row.verdict, verb) for verb in VERDICT.moves},
        "doubts": list(row.doubts.select_related("settled_by")),
        "company_ground": row.planned.company_ground,
        "doubt_form": doubt_form or _doubt_form(request.user, row),
        "own": area == "agency" and row.author_id == request.user.pk,
        "form": form or ReasonForm(),
        "problem": problem,
        "step_urls": step_urls,
    }
    return render(
        request,
        "services/visits/record.html",
        context,
        status=422 if form is not None or doubt_form is not None or problem else 200,
    )


def _doubt_form(user: Any, row: VisitRecord) -> DoubtForm | None:
    """The bureau's form, where it has something to decide."""
    try:
        access.doubt_for(user, row.no)
    except Http404:
        return None
    return DoubtForm(auto_id="doubt_%s")


def _lines(row: VisitRecord, reads_notes: bool) -> list[dict[str, Any]]:
    answers, notes = queries.present_answers(row)
    if not reads_notes:
        notes = {}
    items = queries.checklist(row.planned.task.need.service, besides=list(answers))
    seen = [item for item in items if answers.get(item.code, rules.AnswerState.UNSEEN) != "unseen"]
    colour = {"normal": "green", "watch": "amber", "abnormal": "red"}
    return [
        {
            "code": item.code,
            "label": item_name(item),
            "word": rules.AnswerState(answers[item.code]).label,
            "colour": colour[answers[item.code]],
            "note": notes.get(item.code, ""),
        }
        for item in sorted(seen, key=lambda item: answers[item.code] != "abnormal")
    ]


@needs(access.CONFIRM, access.PLACE, takes_object="VisitRecord", methods=("POST",))
@require_POST
def confirm(request: HttpRequest, no: str, area: str) -> HttpResponse:
    """The record is right."""
    row = access.record_for(request.user, no, to="judge")
    try:
        decisions.confirm_visit(row=row, by=request.user)
    except Refused as refusal:
        row.refresh_from_db()
        return _record_page(request, row, area, problem=refusal.message)
    done = _("已确认。这次上门会算进本月结算") if row.planned.task.contract_id else _("已确认这次上门")
    messages.success(request, done)
    return _on(request, row, area)


@needs(access.CONFIRM, access.PLACE, takes_object="VisitRecord", methods=("POST",))
@require_POST
def send_back(request: HttpRequest, no: str, area: str) -> HttpResponse:
    """Something is missing."""
    return _with_reason(request, no, area, decisions.return_visit, _("已退回，护理员会收到您写的话"))


@needs(access.CONFIRM, access.PLACE, takes_object="VisitRecord", methods=("POST",))
@require_POST
def flag(request: HttpRequest, no: str, area: str) -> HttpResponse:
    """Something is odd."""
    return _with_reason(request, no, area, decisions.flag_visit, _("已标记，等查清再确认"))


def _on(request: HttpRequest, row: VisitRecord, area: str) -> HttpResponse:
    """Back to the record; to the list, when the record was open for this one word only."""
    if access.records_judged_by(request.user).filter(pk=row.pk).exists():
        return redirect(f"services:visits:{area}_record", row.no)
    return redirect(f"services:visits:{area}_list")


def _with_reason(request: HttpRequest, no: str, area: str, action: Any, done: str) -> HttpResponse:
    row = access.record_for(request.user, no, to="judge")
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            action(row=row, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, done)
            return _on(request, row, area)
        except Refused as refusal:
            row.refresh_from_db()
            form.add_error(refusal.field, refusal.message)
    return _record_page(request, row, area, form=form)


@needs(access.DECIDE, takes_object="VisitRecord", methods=("POST",))
@require_POST
def settle_doubt(request: HttpRequest, no: str) -> HttpResponse:
    """The bureau says whether a visit made while stopped counts."""
    doubt = access.doubt_for(request.user, no)
    form = DoubtForm(request.POST, auto_id="doubt_%s")
    if form.is_valid():
        accept = form.cleaned_data["accept"] == "yes"
        try:
            doubts.settle_doubt(
                doubt=doubt, accept=accept, reason=form.cleaned_data["reason"], by=request.user
            )
            messages.success(request, _("认可了，可以确认了") if accept else _("记下了，不认可"))
            return redirect("services:visits:desk_record", no)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
    return _record_page(request, doubt.record, "desk", doubt_form=form)


@needs(access.READ, access.CONFIRM, takes_object="VisitRecord", methods=("POST",))
@require_POST
def look_record(request: HttpRequest, no: str, area: str) -> HttpResponse:
    """Lift a mask; leaves a line."""
    row = access.record_for(request.user, no, to="judge" if area == "agency" else "read")
    if not VisitRecord.objects.visible_to(request.user).filter(pk=row.pk).exists():
        raise Http404
    look(request, row.planned.task.need.household, ("name", "health"))
    return redirect(f"services:visits:{area}_record", no)
