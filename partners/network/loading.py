"""Loading the network's places and units; running it again changes nothing that people have set."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction
from pypinyin import Style, lazy_pinyin

from partners.network.departments import DEPARTMENTS
from partners.network.models import Department, Region, RegionLevel

DATA = Path(__file__).resolve().parent.parent / "data"
EDITION = date(2023, 6, 30)
LEVELS = (RegionLevel.COUNTY, RegionLevel.TOWNSHIP, RegionLevel.VILLAGE)

# Confirmed positions only (WGS-84): a township that is missing here is left off the maps.
POSITIONS: dict[str, tuple[float, float]] = {
    "430321": (27.78256, 112.94551),
    "430321100": (27.76544, 112.92683),
    "430321102": (27.6439, 112.9592),
    "430321103": (27.55551, 112.92332),
    "430321107": (27.5150, 112.7211),
    "430321112": (27.75, 112.71),
    "430321114": (27.69417, 112.66667),
    "430321203": (27.5556, 112.6758),
}
SUFFIXES = (
    ("社区居民委员会", "社区", "Community"),
    ("社区居委会", "社区", "Community"),
    ("居民委员会", "社区", "Community"),
    ("居委会", "社区", "Community"),
    ("村民委员会", "村", "Village"),
    ("村委会", "村", "Village"),
    ("社区", "社区", "Community"),
    ("村", "村", "Village"),
    ("镇", "镇", "Town"),
    ("乡", "乡", "Township"),
    ("县", "县", "County"),
)


def place_names(official: str) -> tuple[str, str, str]:
    """The name people say, its English form, and its pinyin key: 云龙社区居民委员会 is 云龙社区."""
    for ending, said, english in SUFFIXES:
        if official.endswith(ending) and len(official) > len(ending):
            stem = official[: -len(ending)]
            return stem + said, f"{romanised(stem)} {english}", pinyin_key(stem + said)
    return official, romanised(official), pinyin_key(official)


def pinyin_key(text: str) -> str:
    """Pinyin for sorting: lower case, tones at the end of each syllable."""
    return " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))


def romanised(text: str) -> str:
    """A place name in pinyin without tones, with the apostrophe of the spelling rules: Cha'ensi."""
    syllables = lazy_pinyin(text)
    parts = [f"'{s}" if n and s[0] in "aoe" else s for n, s in enumerate(syllables)]
    return "".join(parts).capitalize()


def path_of(code: str) -> str:
    """Four digits a level, taken from the statistical code: 430321112201 lies at 0321 0112 0201."""
    steps = [code[2:6], "0" + code[6:9] if len(code) > 6 else "", "0" + code[9:12] if len(code) > 9 else ""]
    return "".join(steps)


@transaction.atomic
def load_regions(source: Path = DATA / "regions.csv") -> int:
    """Put the county, its townships and villages into the network; returns how many places there are."""
    with source.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    parents: dict[str, int] = {}
    for level in LEVELS:
        here = [_region(row, parents) for row in rows if row["level"] == level]
        Region.objects.bulk_create(
            here,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["path", "level", "parent", "name", "name_en", "name_key"],
        )
        parents.update(Region.objects.filter(level=level).values_list("code", "pk"))
    return len(rows)


def _region(row: dict[str, str], parents: dict[str, int]) -> Region:
    name, name_en, key = place_names(row["name"])
    lat, lng = POSITIONS.get(row["code"], (None, None))
    return Region(
        code=row["code"],
        path=path_of(row["code"]),
        level=row["level"],
        parent_id=parents[row["parent"]] if row["parent"] else None,
        name=name,
        name_en=name_en,
        name_key=key,
        lat=lat,
        lng=lng,
        valid_from=EDITION,
    )


@transaction.atomic
def load_departments() -> int:
    """Put the units of the county plan into the network; returns how many there are."""
    Department.objects.bulk_create(
        [
            Department(code=code, name_zh=zh, name_en=en, kind=kind, position=position)
            for position, (code, zh, en, kind) in enumerate(DEPARTMENTS, start=1)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_zh", "name_en", "kind", "position"],
    )
    return len(DEPARTMENTS)
