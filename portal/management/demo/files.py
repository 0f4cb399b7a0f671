"""What stands around the demo's households: categories besides tekun, carers, contacts, risks, handover, a move, a pause."""

import json
from datetime import date, datetime, timedelta

from partners.models import Region
from portal.management.demo.chance import Chance
from portal.models import User
from services.models import (
    Assignment,
    CirclePerson,
    FileChange,
    HandoverNote,
    Household,
    HouseholdMove,
    HouseholdPause,
    HouseholdRisk,
    Person,
    PersonCategory,
    PlannedState,
    PlannedVisit,
)

RISKS = [
    ("dog", "院里拴着黄狗，先在门口喊一声。"),
    ("infection", "进门戴口罩，先开窗，出来洗手。"),
    ("violence", "两个人一起去。喝了酒就改日。"),
    ("site", "门前台阶缺一块，雨天走后门。"),
]
HANDOVERS = [
    "降压药放在碗柜左边抽屉，快吃完了会自己说。",
    "喜欢先聊几句天再做事。剪指甲要提醒。",
    "热水瓶打不满，帮着倒半瓶就好。",
]
OTHERS = [
    {"kind": "dibao", "dibao_class": "B"},
    {"kind": "dibao_marginal"},
    {"kind": "dibao", "dibao_class": "A"},
]


def make_files(
    chance: Chance, households: list[Household], cadres: dict[int, User], now: datetime, today: date
) -> None:
    """Deterministic: the place of a household in the list says what stands around it."""
    people = {person.household_id: person for person in Person.objects.filter(household__in=households)}
    _categories(chance, households, people, cadres, today)
    _circle(chance, households, people, today)
    HouseholdRisk.objects.bulk_create(
        HouseholdRisk(
            uid=chance.uid(), household=row, kind=RISKS[order // 7 % 4][0], words=RISKS[order // 7 % 4][1],
            valid_from=now - timedelta(days=60), noted_by=cadres[row.township_id],
        )
        for order, row in enumerate(households)
        if order % 7 == 0
    )  # fmt: skip
    leads = {
        row.task.need.household_id: row.user
        for row in Assignment.objects.select_related("task__need", "user")
    }
    HandoverNote.objects.bulk_create(
        HandoverNote(
            uid=chance.uid(), household=row, author=leads[row.pk], words=HANDOVERS[order % 3],
            created_at=now - timedelta(days=3 + order % 20),
        )
        for order, row in enumerate(households)
        if order % 3 == 0 and row.pk in leads
    )  # fmt: skip
    _pauses(chance, households, cadres, now, today)
    _moves(chance, households, cadres, today)
    FileChange.objects.bulk_create(
        FileChange(
            uid=chance.uid(), household=row, by=cadres[row.township_id], version=1,
            fields=json.dumps({"door_note": ["", row.door_note], "dialect": ["", "湘方言"]}, ensure_ascii=False),
            created_at=now - timedelta(days=30 + order % 9),
        )
        for order, row in enumerate(households)
        if order % 5 == 0
    )  # fmt: skip


def _categories(
    chance: Chance,
    households: list[Household],
    people: dict[int, Person],
    cadres: dict[int, User],
    today: date,
) -> None:
    """Those who are not tekun have 低保 or stand at its border; every ninth has a disability paper."""
    rows = []
    for order, household in enumerate(households):
        more = {"person": people[household.pk], "confirmed_by": cadres[household.township_id]}
        if order % 30 == 29:
            rows.append(
                PersonCategory(
                    uid=chance.uid(),
                    valid_from=today - timedelta(days=300),
                    **OTHERS[order // 30 % 3],
                    **more,
                )
            )
        if order % 9 == 4:
            rows.append(
                PersonCategory(
                    uid=chance.uid(), kind="disability", disability="limb" if order % 2 else "sight",
                    grade=1 + order // 9 % 4, valid_from=today - timedelta(days=900), **more,
                )
            )  # fmt: skip
    PersonCategory.objects.bulk_create(rows)


def _circle(chance: Chance, households: list[Household], people: dict[int, Person], today: date) -> None:
    rows = []
    for order, household in enumerate(households):
        common = {
            "household": household,
            "person": people[household.pk],
            "valid_from": today - timedelta(days=500),
        }
        rows.append(
            CirclePerson(
                uid=chance.uid(), part="carer", name=chance.old_name("f"), relation="neighbour", sex="f",
                phone=chance.phone(), call_order=1, **common,
            )
        )  # fmt: skip
        if order % 4 == 0:
            rows.append(
                CirclePerson(
                    uid=chance.uid(), part="obligor", name=chance.old_name("m"), relation="child", sex="m",
                    phone=chance.phone(), ability="disabled" if order % 8 else "old_dibao", **common,
                )
            )  # fmt: skip
        if order % 5 == 1:
            rows.append(
                CirclePerson(
                    uid=chance.uid(), part="contact", name="村委会（演示）", relation="village",
                    phone=chance.phone(), call_order=2, **common,
                )
            )  # fmt: skip
    CirclePerson.objects.bulk_create(rows)


def _pauses(
    chance: Chance, households: list[Household], cadres: dict[int, User], now: datetime, today: date
) -> None:
    """One household in forty rests, its visits to come stopped with it."""
    for order, household in enumerate(households):
        if order % 40 != 17:
            continue
        pause = HouseholdPause.objects.create(
            uid=chance.uid(), household=household, reason="hospital" if order % 80 == 17 else "away",
            words="县医院住院（演示）" if order % 80 == 17 else "去亲戚家小住（演示）",
            expected_on=today + timedelta(days=9), valid_from=now - timedelta(hours=3),
            paused_by=cadres[household.township_id],
        )  # fmt: skip
        Household.objects.filter(pk=household.pk).update(state="paused")
        PlannedVisit.objects.filter(
            task__need__household=household, state=PlannedState.PLANNED, starts_at__gt=now
        ).update(state=PlannedState.CANCELLED, stopped_by=pause)


def _moves(chance: Chance, households: list[Household], cadres: dict[int, User], today: date) -> None:
    """One household in fifty came from the next township this year."""
    villages = list(Region.objects.filter(level="village").select_related("parent").order_by("path")[::29])
    HouseholdMove.objects.bulk_create(
        HouseholdMove(
            uid=chance.uid(), household=row, no_then=row.no, name_masked=f"{row.name[0]}*{row.name[-1]}",
            from_region=village, from_township=village.parent, to_region=row.region, to_township=row.township,
            moved_on=today - timedelta(days=20 + order % 200), reason="投靠亲属（演示）", moved_by=cadres[village.parent_id],
        )
        for order, row in enumerate(households)
        if order % 50 == 3
        for village in [villages[order % len(villages)]]
        if village.parent_id != row.township_id
    )  # fmt: skip
