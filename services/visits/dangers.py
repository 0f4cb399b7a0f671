"""The dangers a carer may report, their level and deadline: one table, no queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.visits.models import AlertLevel


@dataclass(frozen=True)
class Danger:
    """One flag: its level, what to say, and the number to call first, if any."""

    code: str
    level: AlertLevel
    words: str | Promise
    hint: str | Promise = ""
    call: str = ""


R1, R2 = AlertLevel.R1, AlertLevel.R2

# R1 is grouped into five large choices; the hints name every case of the county's list.
DANGERS: dict[str, Danger] = {
    row.code: row
    for row in [
        Danger("collapse", R1, _("叫不醒、急病"), _("昏迷、胸痛、中风、大出血、冻僵、中暑"), "120"),
        Danger("fall", R1, _("摔伤，起不来"), _("摔倒受伤，自己站不起来"), "120"),
        Danger("gas_fire", R1, _("煤气、着火"), _("一氧化碳、燃气、火灾"), "119"),
        Danger("violence", R1, _("轻生或有人打人"), _("想自杀，或正在被打"), "110"),
        Danger("no_answer", R1, _("没人应门，像出事了"), _("屋里有动静却没人应，或人已去世"), "110"),
        Danger("no_food", R2, _("断粮、断水或没法取暖")),
        Danger("medicine_stopped", R2, _("断药"), _("胰岛素、癫痫药、精神科药")),
        Danger("sore_infection", R2, _("新褥疮、感染或发烧")),
        Danger("confusion", R2, _("突然糊涂")),
        Danger("no_contact", R2, _("两次都没联系上")),
        Danger("abuse", R2, _("疑似虐待、没人管或钱被拿走")),
        Danger("child", R2, _("孩子有危险")),
        Danger("house", R2, _("房子危险、漏雨")),
        Danger("missing", R2, _("人走失")),
        Danger("carer_gone", R2, _("照料人不在了")),
        Danger("psychotic", R2, _("精神病发作")),
        Danger("infectious", R2, _("像得了传染病")),
    ]
}

# An answer 异常 to one of these lines offers the alert with this flag chosen.
IMPLIED = {
    "VC-02": "confusion",
    "VC-03": "no_food",
    "VC-05": "medicine_stopped",
    "VC-07": "sore_infection",
    "VC-08": "fall",
    "VC-13": "gas_fire",
    "VC-14": "gas_fire",
    "VC-15": "house",
    "VC-18": "carer_gone",
    "VC-23": "abuse",
    "PS-04": "violence",
}

# An alert that nobody took goes one level up after this long, and again after as long.
ESCALATES_AFTER = {R1: timedelta(minutes=30), R2: timedelta(hours=4)}


def of_level(level: str) -> list[Danger]:
    """The flags of one level in the order of the table."""
    return [row for row in DANGERS.values() if row.level == level]


def words_of(flag: str) -> str | Promise:
    """What a flag is called; an unknown old code shows as itself."""
    return DANGERS[flag].words if flag in DANGERS else flag


def due_at(level: str, raised_at: datetime) -> datetime:
    """Until when somebody must have taken the alert."""
    return raised_at + ESCALATES_AFTER[AlertLevel(level)]


def steps_up(level: str, raised_at: datetime, at: datetime) -> int:
    """How many levels up an alert that nobody took has gone by now: 0, 1 or 2."""
    return min(2, max(0, (at - raised_at) // ESCALATES_AFTER[AlertLevel(level)]))


def implied_by(answers: dict[str, str]) -> list[str]:
    """The flags that answers of a checklist point to, each once."""
    found = [IMPLIED[code] for code, state in answers.items() if state == "abnormal" and code in IMPLIED]
    return list(dict.fromkeys(found))
