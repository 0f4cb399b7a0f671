"""A new version of the assessment form: typed on the page of the one in use, looked at, then published."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.assistance.access import SET_RULES
from services.casework.sheet_forms import SheetForm
from services.recipients.edit_views import status_of
from services.recipients.extra_questions import extras_of
from services.recipients.sheets import drafted, newest_sheet, publish_sheet, questions_of


@needs(SET_RULES)
def sheet_new(request: HttpRequest) -> HttpResponse:
    """Change how the six questions are asked, add further ones, look at the new form, publish it."""
    form = SheetForm.of(newest_sheet(), request.POST or None)
    if "more" in request.POST:
        return render(request, "services/care/sheet_form.html", {"form": form.grown()})
    context: dict[str, Any] = {"form": form}
    if form.is_valid() and "look" in request.POST:
        sheet = drafted(form.facts())
        context |= {"sheet": sheet, "questions": questions_of(sheet), "extras": extras_of(sheet.extra)}
    elif form.is_valid():
        try:
            publish_sheet(by=request.user, facts=form.facts(), today=timezone.localdate())
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("定好了，到那天生效"))
            return redirect("services:care:rules")
    return render(request, "services/care/sheet_form.html", context, status=status_of(form))
