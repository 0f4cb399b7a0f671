"""The county in numbers, for everybody: a page, and its table as a file. The same for every reader."""

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.public_views import kept
from portal.permissions.gate import public
from services.casework.public_figures import public_figures


@public
def figures(request: HttpRequest) -> HttpResponse:
    """Charts with their numbers, and tables of the same."""
    found = public_figures(timezone.now())
    return kept(render(request, "services/casework/public_figures.html", {"figures": found}))


@public
def figures_file(request: HttpRequest) -> HttpResponse:
    """The table of households as CSV; what is not told is an empty cell."""
    found = public_figures(timezone.now()).households
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="figures.csv"'
    answer.write("\ufeff")  # spreadsheets take it for UTF-8
    sheet = csv.writer(answer)
    sheet.writerow([_("地方"), *found.heads, _("合计")])
    for area, numbers in found.rows:
        sheet.writerow([area, *("" if number is None else number for number in numbers)])
    return kept(answer)
