"""Pages of files on their way into the register."""

from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.imports import actions
from services.imports.access import batch_for, batches_visible_to, offices_of
from services.imports.columns import BY_KEY
from services.imports.forgetting import ERASED
from services.imports.forms import ApplyForm, ColumnsForm, FileForm
from services.imports.lifecycle import BATCH
from services.imports.models import BatchState, FindingKind, ImportBatch
from services.imports.reading import MAX_BYTES, WORDS
from services.imports.results import result_file
from services.imports.running import IMPORT, rows_of

PAGE = 50
BUSY = {BatchState.CHECKING, BatchState.APPLYING}
STOPPED = {
    **WORDS,
    "right_lost": gettext_lazy("导入的人已没有这里的权限，就停下了"),
    "by_person": gettext_lazy("有人点了停下"),
    "too_old": gettext_lazy("超过 30 天没导入，文件已删除"),
    ERASED: gettext_lazy("文件里有人的资料按规定删了，请重新传一份"),
}


@needs(IMPORT, methods=("GET",))
def import_list(request: HttpRequest) -> HttpResponse:
    """The files of one's places."""
    page = Paginator(batches_visible_to(request.user), PAGE).get_page(request.GET.get("page", ""))
    return render(request, "services/imports/list.html", {"page": page, "batches": list(page)})


@needs(IMPORT)
def import_new(request: HttpRequest) -> HttpResponse:
    """Bring a file."""
    form = FileForm(request.POST or None, request.FILES or None, offices=offices_of(request.user))
    if request.method == "POST" and form.is_valid():
        raw = form.cleaned_data["file"].read(MAX_BYTES + 1)
        try:
            batch = actions.open_batch(by=request.user, office=form.cleaned_data["office"], raw=raw)
        except Refused as refusal:
            blame(form, refusal)
        else:
            return redirect("services:imports:columns", batch.no)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/imports/new.html", {"form": form}, status=status)


@needs(IMPORT, takes_object="ImportBatch", methods=("GET",))
def import_detail(request: HttpRequest, no: str) -> HttpResponse:
    """How far a file is, what was found in it, and what comes next."""
    batch = batch_for(request.user, no)
    kind = request.GET.get("kind", FindingKind.BAD)
    kind = kind if kind in FindingKind.values else FindingKind.BAD
    page = Paginator(batch.findings.filter(kind=kind), PAGE).get_page(request.GET.get("page", ""))
    context = {
        "batch": batch,
        "mine": batch.made_by_id == request.user.pk,
        "busy": batch.state in BUSY or (batch.state == BatchState.MAPPING and not batch.ready),
        "percent": 100 * batch.cursor // batch.rows if batch.rows else 0,
        "verbs": [verb for verb in BATCH.moves if BATCH.allows(batch.state, verb)],
        "stopped_why": STOPPED.get(batch.stopped_why, ""),
        "kind": kind,
        "kinds": _tabs(batch, kind),
        "page": page,
        "findings": [(row, BY_KEY[row.column].label if row.column in BY_KEY else "") for row in page],
        "form": ApplyForm(),
        "has_rows": batch.ready and batch.file.size > 0,
        "good": batch.count_new + batch.count_changed,
    }
    response = render(request, "services/imports/detail.html", context)
    if context["busy"]:
        response["Refresh"] = "3"  # progress without script
    return response


def _tabs(batch: ImportBatch, kind: str) -> list[dict[str, Any]]:
    counts = {
        FindingKind.BAD: batch.count_bad,
        FindingKind.CHANGED: batch.count_changed,
        FindingKind.ALIKE: batch.count_alike,
    }
    return [
        {"label": each.label, "url": f"?kind={each.value}", "count": count, "current": each.value == kind,
         "hot": each == FindingKind.BAD and count > 0}
        for each, count in counts.items()
    ]  # fmt: skip


@needs(IMPORT, takes_object="ImportBatch")
def import_columns(request: HttpRequest, no: str) -> HttpResponse:
    """What each column of the file means."""
    batch = batch_for(request.user, no, to="act")
    if not BATCH.allows(batch.state, "check"):
        return redirect("services:imports:detail", batch.no)
    if not batch.ready:
        response = render(request, "services/imports/reading.html", {"batch": batch})
        response["Refresh"] = "2"
        return response
    sample = next(islice(rows_of(batch.file), 1), [])
    form = ColumnsForm(request.POST or None, batch=batch, sample=sample)
    if form.is_bound and form.is_valid():
        try:
            actions.start_check(by=request.user, batch=batch, mapping=form.mapping())
        except Refused as refusal:
            blame(form, refusal)
        else:
            return redirect("services:imports:detail", batch.no)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/imports/columns.html", {"batch": batch, "form": form}, status=status)


@needs(IMPORT, takes_object="ImportBatch", methods=("POST",))
@require_POST
def import_apply(request: HttpRequest, no: str) -> HttpResponse:
    """Let the good rows into the register."""
    batch = batch_for(request.user, no, to="act")
    form = ApplyForm(request.POST)
    try:
        actions.start_apply(
            by=request.user, batch=batch, keep_known=form.is_valid() and form.cleaned_data["keep_known"]
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("services:imports:detail", batch.no)


@needs(IMPORT, takes_object="ImportBatch", methods=("POST",))
@require_POST
def import_stop(request: HttpRequest, no: str) -> HttpResponse:
    """Stop a file on its way."""
    batch = batch_for(request.user, no, to="act")
    try:
        actions.give_up(by=request.user, batch=batch)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("停下了。已导入的还在，没导入的没动"))
    return redirect("services:imports:detail", batch.no)


@needs(IMPORT, takes_object="ImportBatch", methods=("POST",))
@require_POST
def import_result(request: HttpRequest, no: str) -> HttpResponse:
    """The file again with the mistakes beside its rows; for its bringer alone."""
    batch = batch_for(request.user, no, to="act")
    if not batch.ready or not batch.file.size:
        raise Http404
    raw = result_file(by=request.user, batch=batch, only_bad=request.POST.get("only") == "bad")
    return HttpResponse(
        raw,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{batch.no}.csv"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
