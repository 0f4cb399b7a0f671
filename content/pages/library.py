"""The shelves of the policy library: filters by topic, unit, year and validity, and the order."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from content.pages.succession import HelpTopic
from content.pages.validity import Validity

PER_PAGE = 20
ANY = ("", _("全部"))
ORDERS = [("", _("新的在前")), ("number", _("按文号"))]


class Filters(forms.Form):
    """What a reader may choose; what is not on a list is no choice."""

    topic = forms.ChoiceField(label=_("主题"), required=False, choices=[ANY, *HelpTopic.choices])
    unit = forms.ChoiceField(label=_("责任单位"), required=False)
    year = forms.ChoiceField(label=_("年份"), required=False)
    validity = forms.ChoiceField(label=_("效力"), required=False, choices=[ANY, *Validity.choices])
    order = forms.ChoiceField(label=_("排列"), required=False, choices=ORDERS)

    def __init__(self, data: Mapping[str, Any], *, units: list[str], years: list[int]) -> None:
        super().__init__(data)
        offered = {"unit": units, "year": [str(year) for year in years]}
        for name, values in offered.items():
            choices = [ANY, *((value, value) for value in values)]
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, required=False, choices=choices
            )

    @property
    def chosen(self) -> dict[str, str]:
        """The valid choices; a mistyped address shows the whole list rather than an error."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def shelves(documents: Any, units: Any, query: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The page of the library: the form, and the documents that fit. A county has hundreds, not millions."""
    everything = list(documents.order_by("-written_on", "pk"))
    names = list(units.order_by("name").values_list("name", flat=True).distinct())
    form = Filters(
        query, units=names, years=sorted({each.written_on.year for each in everything}, reverse=True)
    )
    chosen = form.chosen
    of_unit = (
        set(units.filter(name=chosen["unit"]).values_list("clause__page_id", flat=True))
        if "unit" in chosen
        else None
    )
    found = [each for each in everything if _fits(each, chosen, of_unit, on)]
    if chosen.get("order") == "number":
        found.sort(key=lambda each: (each.number_agency, each.number_year, each.number_serial))
    page = Paginator(found, PER_PAGE).get_page(query.get("page"))
    return {
        "form": form,
        "page_of": page,
        "policies": list(page),
        "filtered": bool(set(chosen) - {"order"}),
    }


def _fits(document: Any, chosen: Mapping[str, str], of_unit: set[int] | None, on: date) -> bool:
    topic, year, validity = (chosen.get(name) for name in ("topic", "year", "validity"))
    return (
        (of_unit is None or document.pk in of_unit)
        and (not topic or topic in {each.topic for each in document.topics.all()})
        and (not year or document.written_on.year == int(year))
        and (not validity or document.validity_on(on) == validity)
    )
