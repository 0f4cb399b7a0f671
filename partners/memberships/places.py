"""Where one goes: the windows of the townships and their stations, with office telephones only."""

from dataclasses import dataclass
from datetime import datetime

from partners.memberships.who import Office, office_of, public_places
from partners.network.drawing import frame, outline_path
from partners.network.models import Region, RegionLevel
from partners.network.offices import shown_phone
from partners.network.outline import may_lie_in_county
from partners.providers.models import ProviderState
from partners.stations.models import Station


@dataclass(frozen=True)
class Pin:
    """Where a township stands on the drawing, with its number in the list."""

    x: int
    y: int
    number: int
    name: str
    current: bool = False


@dataclass(frozen=True)
class TownPlace:
    """A township with its number, the office that takes requests, and its station if it has one in force."""

    number: int
    office: Office
    station: Station | None
    station_phone: str
    on_map: bool

    @property
    def region(self) -> Region:
        """The township."""
        return self.office.region


@dataclass(frozen=True)
class PlacesMap:
    """The drawing; `unit` is a hundredth of its longer side, for sizes that look the same at any width."""

    view: str
    unit: int
    outline: str
    pins: tuple[Pin, ...]


def towns(at: datetime) -> list[TownPlace]:
    """Every township of the day in the county's order, in two queries however many they are."""
    regions = list(public_places(at).filter(level=RegionLevel.TOWNSHIP).order_by("path"))
    rows = Station.objects.filter(township__in=regions, provider__state=ProviderState.LIVE)
    stations = {station.township_id: station for station in rows.select_related("provider")}
    return [_town(number, region, stations.get(region.pk)) for number, region in enumerate(regions, 1)]


def _town(number: int, region: Region, station: Station | None) -> TownPlace:
    known = region.lat is not None and region.lng is not None and may_lie_in_county(region.lat, region.lng)
    phone = shown_phone(station.office_phone) if station else ""
    return TownPlace(number, office_of(region), station, phone, known)


def drawing(shown: list[TownPlace], current: Region | None = None) -> PlacesMap:
    """The county with a numbered pin for each township whose position is known; the others are in the list alone."""
    view = frame().whole()
    pins = [
        Pin(
            *frame().point(town.region.lat or 0, town.region.lng or 0),
            town.number,
            str(town.region),
            town.region == current,
        )
        for town in shown
        if town.on_map
    ]
    # What is looked at is drawn last, on top.
    pins.sort(key=lambda pin: pin.current)
    return PlacesMap(" ".join(map(str, view)), max(view[2], view[3]) // 100, outline_path(), tuple(pins))
