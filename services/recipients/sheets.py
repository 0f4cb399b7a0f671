"""Which version of the assessment form holds on a day, and its questions in the reader's language."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.dates import in_english
from portal.base.models import OPEN_END
from portal.base.refused import Refused
from portal.permissions.hats import places_for
from services.recipients.assessment import INDICATORS
from services.recipients.care_models import AssessmentSheet
from services.recipients.extra_questions import check_extras
from services.recipients.models import Assessment


@dataclass(frozen=True)
class Question:
    """One question of a sheet."""

    code: str
    text: str
    hint: str


def sheet_on(day: date) -> AssessmentSheet:
    """The sheet in use on a day. Refused: no_sheet."""
    row = AssessmentSheet.objects.filter(valid_from__lte=day, valid_to__gt=day).order_by("-version").first()
    if row is None:
        raise Refused("no_sheet", _("那天还没有评估表，请改日期"), field="on")
    return row


def sheet_of(assessment: Assessment) -> AssessmentSheet | None:
    """The sheet an assessment was made with."""
    return AssessmentSheet.objects.filter(version=assessment.form_version).first()


SET_RULES = "services.set_care_rules"
WORDS = ("zh", "en", "hint_zh", "hint_en")


@dataclass(frozen=True)
class SheetFacts:
    """What a new version says: titles, the rule it follows, the words of the six questions by code, its first day.

    `extra` are further questions without codes; they are numbered in their order.
    """

    title_zh: str
    title_en: str
    source: str
    questions: dict[str, dict[str, str]]
    valid_from: date
    extra: tuple[dict[str, Any], ...] = ()


def newest_sheet() -> AssessmentSheet | None:
    """The version with the highest number, in use or still to come."""
    return AssessmentSheet.objects.order_by("-version").first()


def drafted(facts: SheetFacts) -> AssessmentSheet:
    """The version as it would be, to look at; not saved. The bound of the law stays that of the newest."""
    before = newest_sheet()
    return AssessmentSheet(
        version=before.version + 1 if before else 1,
        title_zh=facts.title_zh,
        title_en=facts.title_en,
        source=facts.source,
        questions={code: {key: facts.questions[code].get(key, "") for key in WORDS} for code in INDICATORS},
        extra=[{"code": f"x{n}", **row} for n, row in enumerate(facts.extra, 1)],
        valid_from=facts.valid_from,
        **({"partial_at_most": before.partial_at_most} if before else {}),
    )


@transaction.atomic
def publish_sheet(*, by: Any, facts: SheetFacts, today: date) -> AssessmentSheet:
    """A new version of the form from a day on; assessments made before keep theirs. The six indicators stay the law's.

    Refused: not_yours, question_empty, sheet_past, rule_order, sheet_same, and the codes of `check_extras`.
    """
    if not places_for(by, SET_RULES):
        raise Refused("not_yours", _("评估表由县民政局定"))
    if any(not facts.questions.get(code, {}).get("zh", "").strip() for code in INDICATORS):
        raise Refused("question_empty", _("六项都要写明怎么问"))
    check_extras(list(facts.extra))
    if facts.valid_from < today:
        raise Refused("sheet_past", _("不能从已经过去的日子用起"), field="valid_from")
    standing = AssessmentSheet.objects.select_for_update().order_by("-version").first()
    row = drafted(facts)
    if standing is not None:
        if facts.valid_from <= standing.valid_from:
            raise Refused("rule_order", _("要晚于现在这条的开始日"), field="valid_from")
        names = ("title_zh", "title_en", "source", "questions", "extra")
        if all(getattr(standing, name) == getattr(row, name) for name in names):
            raise Refused("sheet_same", _("和现在的一样，没有改动"))
        standing.valid_to = min(standing.valid_to, facts.valid_from)
        standing.save(update_fields=["valid_to", "updated_at"])
    row.valid_to = OPEN_END.date()
    row.save()
    changed = [
        code
        for code in INDICATORS
        if standing is None or standing.questions.get(code) != row.questions.get(code)
    ]
    record(
        by, "assessment_sheet.published", row, version=row.version, questions=changed, extra=len(row.extra)
    )
    return row


def questions_of(sheet: AssessmentSheet) -> list[Question]:
    """The six questions in the order of the law, in the reader's language."""
    lang = "en" if in_english() else "zh"
    return [
        Question(code, str(asked.get(lang) or asked.get("zh", "")), str(asked.get(f"hint_{lang}", "")))
        for code in INDICATORS
        if (asked := sheet.questions.get(code, {}))
    ]
