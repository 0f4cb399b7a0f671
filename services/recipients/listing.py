"""Lists of households: filters, search, order, and the names as the reader may see them."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from partners.models import Region
from partners.network.queries import in_subtree, path_after
from portal.permissions.hats import hats
from services.recipients.fields import CLEAR, COLUMN_OF_ROLE, TABLE, listed_names
from services.recipients.models import Household, HouseholdState, SelfCare
from services.recipients.names import is_han, search_key

PAGE = 50
MOST_INITIALS = 6  # zgl finds Zhou Guilian; longer runs are syllables
ALL = [("", _("全部"))]
STATES = [
    ("", _("在册")),
    (HouseholdState.PAUSED, _("暂停")),
    (HouseholdState.CLOSED, _("已注销")),
]


@dataclass(frozen=True)
class Line:
    """One household of a list, its name as the reader may see it."""

    household: Household
    name: str


def clear_paths(user: Any) -> list[str]:
    """Areas in which lists name people in full: those of the reader's own township or village."""
    return sorted(
        {
            hat.region_path
            for hat in hats(user)
            if hat.region_path and hat.rules.sees_place and TABLE[COLUMN_OF_ROLE[hat.role]]["name"] == CLEAR
        }
    )


def places_of(user: Any) -> list[str]:
    """The areas that the person's posts open."""
    return sorted({hat.region_path for hat in hats(user) if hat.rules.sees_place and hat.region_path})


def areas_to_choose(user: Any) -> list[Region]:
    """What the area filter offers: townships to the county, villages to a township, groups to a village."""
    below = {4: "township", 8: "village", 12: "group"}
    wanted = Q(pk__in=[])
    for path in places_of(user):
        wanted |= in_subtree(path) & Q(level=below.get(len(path), "group"))
    return list(Region.objects.filter(wanted).order_by("path"))


class ListFilter(forms.Form):
    """The filter bar of the list; no field for an ID number."""

    area = forms.ChoiceField(label=_("村镇"), required=False)
    care = forms.ChoiceField(label=_("自理能力"), required=False, choices=[*ALL, *SelfCare.choices])
    state = forms.ChoiceField(label=_("档案"), required=False, choices=STATES)
    q = forms.CharField(label=_("姓名、拼音、村或编号"), required=False, max_length=50)

    def __init__(self, data: Any, *, areas: list[Region]) -> None:
        super().__init__(data)
        self.areas = {area.code: area for area in areas}
        area_field = cast(forms.ChoiceField, self.fields["area"])
        area_field.choices = [*ALL, *((area.code, str(area)) for area in areas)]

    def township_alone(self, user: Any) -> Region | None:
        """The township that is all the filter asks for: chosen, or the one place the person has a post in."""
        if not self.is_valid() or any(self.cleaned_data[name] for name in ("care", "state", "q")):
            return None
        if self.cleaned_data["area"]:
            chosen = self.areas[self.cleaned_data["area"]]
            return chosen if chosen.level == "township" else None
        places = places_of(user)
        if len(places) != 1:
            return None
        return Region.objects.filter(path=places[0], level="township").first()

    def narrow(self, rows: QuerySet[Household]) -> QuerySet[Household]:
        """The rows that fit; what cannot be read narrows to nothing, as the page says."""
        if not self.is_valid():
            return rows.none()
        data = self.cleaned_data
        rows = rows.filter(state=data["state"] or HouseholdState.ACTIVE)
        if data["area"]:
            rows = rows.filter(in_subtree(self.areas[data["area"]].path, "region__path"))
        if data["care"]:
            rows = rows.filter(self_care=data["care"])
        return search(rows, data["q"])


def search(rows: QuerySet[Household], text: str) -> QuerySet[Household]:
    """Households by name, its pinyin (beginning or initials), village or record number; never by ID number."""
    text = text.strip()
    if not text:
        return rows
    wanted = Q(no__iexact=text)
    if all(is_han(char) or char == "·" for char in text):
        wanted |= Q(name__contains=text) | Q(region__name__contains=text)
        wanted |= Q(region__parent__name__contains=text)
    if pinyin := search_key(text):
        rows = rows.alias(bare_key=Replace("name_key", Value(" "), Value("")))
        wanted |= Q(bare_key__startswith=pinyin) | Q(region__name_key__startswith=pinyin)
        if 1 < len(pinyin) <= MOST_INITIALS:
            wanted |= Q(name_key__regex="^" + " ".join(f"{letter}[a-z]*" for letter in pinyin))
    return rows.filter(wanted)


def ordered(rows: QuerySet[Household]) -> QuerySet[Household]:
    """In the order of the names' pinyin, with what a line shows."""
    return rows.select_related("region", "region__parent", "township").order_by("name_key", "pk")


def lines(user: Any, households: list[Household]) -> list[Line]:
    """The households of a page with their names."""
    names = listed_names(user, households, clear_paths(user))
    return [Line(household, names[household.pk]) for household in households]


def in_clear(user: Any, household: Household) -> bool:
    """Whether lists name this household in full to this person."""
    return any(path <= household.region.path < path_after(path) for path in clear_paths(user))
