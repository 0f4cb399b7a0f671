"""The county as the map of a household: its outline, the towns whose place is known, and where the pin stands."""

from dataclasses import dataclass
from typing import Any

from partners.models import Region
from partners.network.drawing import Frame, frame, outline_path

WINDOW_M = 16_000
NEAR_M = 5_000


@dataclass(frozen=True)
class Dot:
    """A named point of the drawing."""

    x: int
    y: int
    name: str


@dataclass(frozen=True)
class CountyMap:
    """What the template draws. Sizes of text and dots follow the window, so that they look the same at any zoom."""

    frame: Frame
    outline: str
    view: str
    unit: int
    towns: list[Dot]
    pin: Dot | None


def county_map(around: tuple[float, float] | None, pin: tuple[float, float] | None) -> CountyMap:
    """The drawing round a point (the whole county without one), with a pin where a position is known."""
    drawn = frame()
    if pin is not None or around is not None:
        middle = drawn.point(*(pin or around))  # type: ignore[misc]
        side = NEAR_M if pin is not None else WINDOW_M
        view = (middle[0] - side // 2, middle[1] - side // 2, side, side)
    else:
        view = drawn.whole()
    towns = [
        Dot(*drawn.point(town.lat, town.lng), str(town))
        for town in Region.objects.filter(level="township").order_by("path")
        if town.lat is not None and town.lng is not None
    ]
    return CountyMap(
        frame=drawn,
        outline=outline_path(),
        view=" ".join(str(number) for number in view),
        unit=max(1, max(view[2], view[3]) // 100),
        towns=towns,
        pin=Dot(*drawn.point(*pin), "") if pin is not None else None,
    )


def point_of(region: Region | None) -> tuple[float, float] | None:
    """The known middle of a place, or of the next one above that has any."""
    step: Any = region
    while step is not None:
        if step.lat is not None and step.lng is not None:
            return step.lat, step.lng
        step = step.parent
    return None
