"""The page of a death or closing: what it stopped, and how a mistake is put right by a second person."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.casework import undoing
from services.casework.stopped_words import hand_lines, stopped_lines
from services.recipients.access import household_for
from services.recipients.care_reading import look, name_of, slowed
from services.recipients.edit_views import status_of
from services.recipients.lifecycle import ENDING
from services.recipients.listing import PAGE, lines
from services.recipients.models import FileEnding

UNDO = undoing.UNDO
STEPS = {"ask": undoing.ask_undo, "undo": undoing.undo_ending, "keep": undoing.keep_ending}


class MistakeForm(forms.Form):
    """How one knows, on an ending of this version."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("怎么知道的"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("例如：村里上门见到本人；同名的人去世，登到他头上了"),
        error_messages={"required": gettext_lazy("请写明怎么知道登错了，至少 4 个字")},
    )


def _ending(request: HttpRequest, no: str, uid: Any) -> FileEnding:
    household = household_for(request.user, no, UNDO)
    found = household.endings.select_related("person", "done_by", "asked_by", "undone_by").filter(uid=uid)
    row = found.first()
    if row is None:
        raise Http404
    row.household = household
    return row


def _verbs(row: FileEnding, user: Any) -> list[str]:
    """What this person may do: whoever entered it asks, another one decides."""
    own = row.done_by_id == user.pk
    mine = {"ask"} if own else {"undo", "keep"}
    return [verb for verb in STEPS if verb in mine and ENDING.allows(row.state, verb)]


def _page(request: HttpRequest, row: FileEnding, form: Any = None) -> HttpResponse:
    seen = look(request.user, row.household)
    verbs = _verbs(row, request.user)
    context = {
        "household": row.household,
        "ending": row,
        "name": name_of(row.person, seen) if row.person is not None else "",
        "notice": row.person.deaths.order_by("-pk").first() if row.person is not None else None,
        "stopped": stopped_lines(row),
        "by_hand": hand_lines(row),
        "verbs": verbs,
        "target": reverse(f"services:files:ending_{verbs[0]}", args=[row.household.no, row.uid])
        if verbs
        else "",
        "own": row.done_by_id == request.user.pk,
        "form": form or MistakeForm(initial={"version": row.version}),
    }
    return render(request, "services/casework/ending.html", context, status=status_of(form) if form else 200)


@needs(UNDO, methods=("GET",))
def ending_list(request: HttpRequest) -> HttpResponse:
    """Endings of one's area of which somebody says that they are a mistake, the longest waiting first."""
    rows = undoing.endings_asked(request.user).select_related(
        "household__region__parent", "household__township", "asked_by"
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names = {line.household.pk: line.name for line in lines(request.user, [row.household for row in page])}
    context = {"page": page, "lines": [(row, names[row.household_id]) for row in page]}
    return render(request, "services/casework/endings.html", context)


@needs(UNDO, takes_object="household", methods=("GET",))
@slowed
def ending_page(request: HttpRequest, no: str, ending: Any) -> HttpResponse:
    """What this death or closing stopped, and what was put right."""
    return _page(request, _ending(request, no, ending))


@needs(UNDO, takes_object="household", methods=("POST",))
@require_POST
@slowed
def ending_decide(request: HttpRequest, no: str, ending: Any, step: str) -> HttpResponse:
    """Ask for the correction, make it, or say that it was right."""
    row = _ending(request, no, ending)
    form = MistakeForm(request.POST)
    if form.is_valid():
        try:
            row = STEPS[step](by=request.user, row=row, **form.cleaned_data)
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _said(step, row))
            return redirect("services:files:ending", no, ending)
    return _page(request, _ending(request, no, ending), form)


def _said(step: str, row: FileEnding) -> str:
    if step == "ask":
        return _("要求交上去了，等另一位同事或县里改正")
    if step == "keep":
        return _("记下了，原来的登记有效")
    count = len(row.left)
    return _("改正好了。还有 %(count)d 件要手工办，见下面") % {"count": count} if count else _("改正好了")
