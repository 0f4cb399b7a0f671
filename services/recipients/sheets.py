"""Which version of the assessment form holds on a day, and its questions in the reader's language."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portal.base.dates import in_english
from portal.base.refused import Refused
from services.recipients.assessment import INDICATORS
from services.recipients.care_models import AssessmentSheet
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


def questions_of(sheet: AssessmentSheet) -> list[Question]:
    """The six questions in the order of the law, in the reader's language."""
    lang = "en" if in_english() else "zh"
    return [
        Question(code, str(asked.get(lang) or asked.get("zh", "")), str(asked.get(f"hint_{lang}", "")))
        for code in INDICATORS
        if (asked := sheet.questions.get(code, {}))
    ]
