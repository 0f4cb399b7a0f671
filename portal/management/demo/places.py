"""Where the demo's invented doors stand: scattered round rough centres, inside the county's outline."""

import json
from functools import cache
from pathlib import Path

from shapely.geometry import Point, shape

import partners
from partners.models import Region, RegionLevel
from portal.management.demo.chance import Chance

# Rough centres for the demo's map only; several are placeholders of 5 to 8 km and no fact.
CENTRES = {
    "430321100": (27.765, 112.927), "430321102": (27.644, 112.959), "430321103": (27.556, 112.923),
    "430321104": (27.470, 112.940), "430321105": (27.770, 112.860), "430321106": (27.630, 112.840),
    "430321107": (27.515, 112.721), "430321108": (27.490, 112.580), "430321109": (27.550, 112.520),
    "430321111": (27.820, 112.710), "430321112": (27.750, 112.710), "430321113": (27.760, 112.790),
    "430321114": (27.694, 112.667), "430321115": (27.450, 112.860), "430321202": (27.560, 112.590),
    "430321203": (27.556, 112.676), "430321205": (27.620, 112.740),
}  # fmt: skip


@cache
def outline() -> object:
    """The county's outline as a shape."""
    path = Path(partners.__file__).parent / "data" / "county.geojson"
    data = json.loads(path.read_text())
    feature = data["features"][0] if "features" in data else data
    return shape(feature.get("geometry", feature))


def near(chance: Chance, centre: tuple[float, float], spread: float) -> tuple[float, float]:
    """A point within about `spread` degrees of the centre and inside the county."""
    for _ in range(200):
        lat = centre[0] + chance.random.uniform(-spread, spread)
        lng = centre[1] + chance.random.uniform(-spread, spread)
        if outline().contains(Point(lng, lat)):  # type: ignore[attr-defined]
            return round(lat, 6), round(lng, 6)
    inner = outline().representative_point()  # type: ignore[attr-defined]
    return round(inner.y, 6), round(inner.x, 6)


def village_points(chance: Chance) -> dict[int, tuple[float, float]]:
    """An invented middle for every village, by its pk."""
    townships = {region.pk: region for region in Region.objects.filter(level=RegionLevel.TOWNSHIP)}
    return {
        village.pk: near(chance, CENTRES[townships[village.parent_id].code], 0.035)
        for village in Region.objects.filter(level=RegionLevel.VILLAGE).order_by("path")
    }


def make_groups(chance: Chance, villages: list[Region]) -> dict[int, list[Region]]:
    """Four invented villager groups in each of these villages, by the village's pk."""
    names = ["荷塘组", "樟树组", "石桥组", "老屋组", "新塘组", "枫树组", "月形组", "长冲组"]
    made = []
    for village in villages:
        for order, name in enumerate(chance.random.sample(names, 4), start=1):
            made.append(
                Region(
                    code=f"{village.code}-G{order:02d}",
                    path=f"{village.path}{order:04d}",
                    level=RegionLevel.GROUP,
                    parent=village,
                    name=name,
                    name_en=f"Group {order}",
                    name_key=f"group{order}",
                    invented=True,
                )
            )
    Region.objects.bulk_create(made, ignore_conflicts=True)
    found: dict[int, list[Region]] = {}
    for group in Region.objects.filter(level=RegionLevel.GROUP, parent__in=villages).order_by("path"):
        found.setdefault(group.parent_id, []).append(group)
    return found
