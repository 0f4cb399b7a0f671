"""The demo's second assessment form with further questions, and two deaths of which one was entered by mistake."""

import json
from datetime import datetime, timedelta

from django.utils import timezone

from portal.management.demo.chance import Chance
from portal.models import User
from services.casework.ending import record_death
from services.casework.undoing import ask_undo
from services.models import Assessment, AssessmentSheet, Household, Person
from services.recipients.assessment import INDICATORS
from services.recipients.deaths import DeathFacts

SOURCE = "县民政局演示问卷（虚构），六项按民发〔2021〕43号"
EXTRA = [
    {
        "code": "x1",
        "kind": "choice",
        "zh": "平时用什么走路？",
        "en": "What helps with walking?",
        "hint_zh": "看本人走两步",
        "choices": [
            {"zh": "不用", "en": "Nothing"},
            {"zh": "拐杖", "en": "A stick"},
            {"zh": "轮椅", "en": "A wheelchair"},
        ],
    },
    {
        "code": "x2",
        "kind": "yes_no",
        "zh": "夜里有人照应吗？",
        "en": "Is somebody near at night?",
        "hint_zh": "",
    },
    {
        "code": "x3",
        "kind": "number",
        "zh": "每月买药花多少元？",
        "en": "Yuan for medicine a month?",
        "hint_zh": "",
    },
    {"code": "x4", "kind": "text", "zh": "最愁什么？", "en": "What worries most?", "hint_zh": "照原话写"},
]
WORRIES = ["怕夜里跌倒", "女儿在外打工，想她", "药贵"]


def make_further(
    chance: Chance,
    households: list[Household],
    users: dict[str, User],
    cadres: dict[int, User],
    now: datetime,
) -> None:
    """Some people were assessed with the new form; a death entered by mistake waits for the bureau."""
    _assessed(chance, households, users)
    _deaths(households, users, cadres, now)


def _assessed(chance: Chance, households: list[Household], users: dict[str, User]) -> None:
    """A new assessment with the class of the one before; not everybody was asked everything."""
    today = timezone.localdate()
    first = AssessmentSheet.objects.order_by("version")[0]
    begins = today - timedelta(days=150)
    AssessmentSheet.objects.filter(pk=first.pk).update(valid_to=begins)
    sheet = AssessmentSheet.objects.create(
        uid=chance.uid(), version=first.version + 1, title_zh="自理能力评估表（演示第二版）",
        title_en="Self-care assessment (demo, second version)", source=SOURCE, questions=first.questions, extra=EXTRA,
        partial_at_most=first.partial_at_most, valid_from=begins,
    )  # fmt: skip
    before = {
        row.person.household_id: row
        for row in Assessment.objects.filter(person__household__in=households[1::9]).select_related("person")
    }
    Assessment.objects.bulk_create(
        Assessment(
            uid=chance.uid(), person=row.person, form_version=sheet.version, self_care=row.self_care,
            assessed_on=today - timedelta(days=20 + order % 90), assessor=users["township-shitan"], risk=row.risk,
            extra=json.dumps(_answers(order), ensure_ascii=False), **{name: getattr(row, name) for name in INDICATORS},
        )
        for order, row in enumerate(before.values())
    )  # fmt: skip


def _answers(order: int) -> dict[str, object]:
    said: dict[str, object] = {"x1": order % 3, "x2": order % 2 == 0}
    if order % 4:
        said["x3"] = f"{40 + order % 9 * 12}.50"
    if order % 3 == 0:
        said["x4"] = WORRIES[order // 3 % 3]
    return said


def _deaths(
    households: list[Household], users: dict[str, User], cadres: dict[int, User], now: datetime
) -> None:
    """In 石潭 a namesake died and the wrong file was closed; in 花石 a death stands."""
    for name, mistake in (("township-shitan", True), ("township-huashi", False)):
        cadre = users[name]
        mine = [row.pk for row in households if cadres.get(row.township_id) == cadre][-2:]
        if not mine:
            continue
        household = Household.objects.select_related("region", "township").get(pk=mine[0])
        person = Person.objects.select_related("household").get(household=household)
        facts = DeathFacts(timezone.localdate(now) - timedelta(days=3), "village", "村里打电话来报（演示）")
        record_death(
            by=cadre, person=person, version=person.version, facts=facts, at=now - timedelta(hours=30)
        )
        if mistake:
            row = household.endings.select_related("household__region").get()
            ask_undo(
                by=cadre, row=row, version=row.version, at=now - timedelta(hours=5),
                reason="村里上门见到本人，去世的是同名的人（演示）",
            )  # fmt: skip
