"""Pages of registers on their way out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.exports import actions
from services.exports.access import export_for, own_exports, places_to_export, to_agree
from services.exports.columns import EXPORT_COLUMNS
from services.exports.forms import AnswerForm, ExportForm
from services.exports.kinds import EXPORT, list_kind
from services.exports.models import ExportState
from services.exports.papers import PAPERS

PAGE = 50


@needs(EXPORT, methods=("GET",))
def export_list(request: HttpRequest) -> HttpResponse:
    """What one asked for, and what waits for one's word."""
    page = Paginator(own_exports(request.user), PAGE).get_page(request.GET.get("page", ""))
    context = {"page": page, "exports": list(page), "to_agree": list(to_agree(request.user)[:PAGE])}
    return render(request, "services/exports/list.html", context)


@needs(EXPORT)
def export_new(request: HttpRequest) -> HttpResponse:
    """Ask for an export."""
    places = places_to_export(request.user)
    form = ExportForm(request.POST or None, places=places, columns=list(EXPORT_COLUMNS))
    if form.is_valid():
        try:
            export = actions.ask_export(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            return redirect("services:exports:detail", export.no)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "services/exports/new.html", {"form": form}, status=status)


@needs(EXPORT, takes_object="RegisterExport", methods=("GET",))
def export_detail(request: HttpRequest, no: str) -> HttpResponse:
    """How far an export is, and the way to take it or to answer."""
    return _page(request, no)


def _page(request: HttpRequest, no: str, form: AnswerForm | None = None, status: int = 200) -> HttpResponse:
    export = export_for(request.user, no)
    mine = export.asked_by_id == request.user.pk
    labels = list_kind(export.what).labels()
    context = {
        "export": export,
        "mine": mine,
        "columns": [labels[key] for key in export.made_columns or export.columns if key in labels],
        "lasts": mine and export.state == ExportState.READY and export.expires_at > timezone.now(),
        "form": form or AnswerForm(),
    }
    response = render(request, "services/exports/detail.html", context, status=status)
    if export.state == ExportState.QUEUED:
        response["Refresh"] = "3"
    return response


def _answer(request: HttpRequest, no: str, *, agree: bool) -> HttpResponse:
    export = export_for(request.user, no, to="agree")
    form = AnswerForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    try:
        actions.answer_export(by=request.user, export=export, agree=agree, words=words)
    except Refused as refusal:
        blame(form, refusal)
        return _page(request, no, form, 422)
    messages.success(request, _("答复好了"))
    return redirect("services:exports:list")


@needs(EXPORT, takes_object="RegisterExport", methods=("POST",))
@require_POST
def export_agree(request: HttpRequest, no: str) -> HttpResponse:
    """Agree to full names."""
    return _answer(request, no, agree=True)


@needs(EXPORT, takes_object="RegisterExport", methods=("POST",))
@require_POST
def export_refuse(request: HttpRequest, no: str) -> HttpResponse:
    """Do not agree."""
    return _answer(request, no, agree=False)


@needs(EXPORT, takes_object="RegisterExport", methods=("POST",))
@require_POST
def export_take(request: HttpRequest, no: str) -> HttpResponse:
    """The file itself, after a check at this moment."""
    export = export_for(request.user, no, to="download")
    return HttpResponse(
        actions.take(by=request.user, export=export),
        content_type=PAPERS[export.file_type].content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{export.no}.{export.file_type}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
