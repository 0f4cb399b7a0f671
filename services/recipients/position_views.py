"""The page on which a household gets its place on the map."""

from math import isfinite
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base import geocoding
from portal.base.conflicts import renew_version
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.recipients.access import household_for
from services.recipients.county_map import county_map, point_of
from services.recipients.edit_views import EDIT, status_of
from services.recipients.models import Household, PositionSource
from services.recipients.people_views import done
from services.recipients.positions import Position, note_lookup, place_household

WAYS = [
    (PositionSource.PIN, gettext_lazy("用图上点的或下面填的")),
    (PositionSource.VILLAGE, gettext_lazy("按村里大概位置")),
    ("none", gettext_lazy("先不定")),
]
DATUMS = [
    ("wgs", gettext_lazy("手机定位、GPS")),
    ("gcj", gettext_lazy("高德、腾讯地图")),
    ("bd", gettext_lazy("百度地图")),
]
NUMBER = {"invalid": gettext_lazy("请填数字，例如 27.7312")}


class PositionForm(forms.Form):
    """A position: pinned, typed, or the village's."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    pinned = forms.CharField(widget=forms.HiddenInput, required=False)
    way = forms.ChoiceField(label=gettext_lazy("怎么定"), choices=WAYS, widget=forms.RadioSelect)
    lat = forms.FloatField(
        label=gettext_lazy("纬度"),
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages=NUMBER,
    )
    lng = forms.FloatField(
        label=gettext_lazy("经度"),
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages=NUMBER,
    )
    datum = forms.ChoiceField(
        label=gettext_lazy("两个数从哪里抄的"), choices=DATUMS, initial="wgs", required=False
    )

    def position(self) -> Position:
        """What was said, for the action."""
        data = self.cleaned_data
        if data["way"] == PositionSource.VILLAGE:
            return Position(PositionSource.VILLAGE)
        if data["way"] == "none":
            return Position(PositionSource.TYPED)
        source = {"pin": PositionSource.PIN, "looked_up": PositionSource.LOOKED_UP}.get(
            data["pinned"], PositionSource.TYPED
        )
        datum = data["datum"] or "wgs"
        return Position(source, data["lat"], data["lng"], datum if source == PositionSource.TYPED else "wgs")


def _looked_up(request: HttpRequest, household: Household) -> PositionForm:
    """Ask the map service; the answer stands in the form, saved only when the person says so."""
    note_lookup(by=request.user, household=household)
    region = household.region
    parts = [str(household.township), str(region.parent) if region.level == "group" else "", str(region)]
    address = "".join([str(household.township.parent or ""), *parts, household.address])
    initial: dict[str, Any] = {"version": household.version, "way": PositionSource.PIN}
    try:
        lat, lng = geocoding.find(address)
    except Refused as refusal:
        form = PositionForm(request.POST)
        form.is_valid()
        form.add_error(None, refusal.message)
        return form
    return PositionForm(initial=initial | {"lat": round(lat, 5), "lng": round(lng, 5), "pinned": "looked_up"})


def _where(household: Household) -> str:
    """The position that the register holds now, in words."""
    household.refresh_from_db()
    if household.lat is None:
        return _("没有定位置")
    return f"{household.lat:.5f}, {household.lng:.5f}（{household.get_position_source_display()}）"


@needs(EDIT, takes_object="household")
def household_position(request: HttpRequest, no: str) -> HttpResponse:
    """Pin the door on the county's map; works without script by typing or by the village."""
    household = household_for(request.user, no, EDIT)
    initial = {
        "version": household.version,
        "way": PositionSource.PIN,
        "lat": household.lat,
        "lng": household.lng,
    }
    stands = ""
    asked = "lookup" in request.POST and geocoding.may_ask()
    form = _looked_up(request, household) if asked else PositionForm(request.POST or None, initial=initial)
    if not asked and form.is_valid():
        try:
            place_household(
                by=request.user,
                household=household,
                version=form.cleaned_data["version"],
                position=form.position(),
            )
        except Refused as refusal:
            blame(form, refusal)
            if refusal.code == "stale":
                renew_version(form, household)
                stands = _where(household)
        else:
            return done(request, household, _("位置记下了"))
    lat, lng = form["lat"].value(), form["lng"].value()
    try:
        pin = (float(lat), float(lng)) if lat not in (None, "") and lng not in (None, "") else None
    except ValueError:
        pin = None
    if pin is not None and not all(isfinite(degrees) for degrees in pin):
        pin = None
    context = {
        "household": household,
        "form": form,
        "stands": stands,
        "map": county_map(point_of(household.region), pin),
        "may_ask": geocoding.may_ask() and bool(household.address),
    }
    return render(request, "services/recipients/position.html", context, status=status_of(form))
