"""What changes in training: a part read, a quiz answered, a course written anew."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.training.models import Course, CoursePart, CourseQuestion, PartReading, TrainingResult
from partners.training.queries import parts_of, questions_of, read_by
from partners.training.rules import enough, good_until
from portal.base.audit import record
from portal.base.periods import local_date
from portal.base.refused import Refused


@dataclass(frozen=True)
class PartText:
    """A part as written."""

    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    minutes: int


@dataclass(frozen=True)
class QuestionText:
    """A question as written; `choices` are pairs of Chinese and English."""

    text_zh: str
    text_en: str
    choices: tuple[tuple[str, str], ...]
    right: int
    why_zh: str
    why_en: str


@dataclass(frozen=True)
class CourseText:
    """A whole course as written."""

    title_zh: str
    title_en: str
    about_zh: str
    about_en: str
    roles: tuple[str, ...]
    services: tuple[str, ...]
    validity_months: int
    parts: tuple[PartText, ...] = field(default=())
    questions: tuple[QuestionText, ...] = field(default=())


def read_part(*, user: Any, part: CoursePart) -> None:
    """Note that a part was read; a repeat changes nothing."""
    PartReading.objects.get_or_create(user=user, part=part)


@transaction.atomic
def answer_quiz(
    *, user: Any, course: Course, answers: dict[int, int], at: datetime | None = None
) -> tuple[TrainingResult | None, set[int]]:
    """Judge the answers (position of question: choice). Returns the result, None when not passed, and the wrong ones.

    Once passed on a day, it is passed. Refused: parts_unread.
    """
    on = local_date(at or timezone.now())
    parts, questions = parts_of(course), questions_of(course)
    if not course.live or {part.position for part in parts} - read_by(user, course):
        raise Refused("parts_unread", _("请先把每一节看完，再做小测验"))
    wrong = {row.position for row in questions if answers.get(row.position) != row.right}
    right = len(questions) - len(wrong)
    if not enough(right, len(questions)):
        return None, wrong
    result, new = TrainingResult.objects.get_or_create(
        user=user,
        course=course,
        of_version=course.version,
        passed_on=on,
        defaults={
            "valid_until": good_until(on, course.validity_months),
            "minutes": course.minutes,
            "right_answers": right,
            "questions": len(questions),
        },
    )
    if new:
        record(user, "training.passed", course, version=course.version, right=right, questions=len(questions))
    return result, wrong


@transaction.atomic
def write_course(
    *,
    code: str,
    text: CourseText,
    by: Any,
    version: int = 0,
    position: int = 0,
    again_from: date | None = None,
) -> Course:
    """Write a course: new, or as the next version of the one that stood at `version`.

    Results of before stay good, unless `again_from` names the day from which everybody has to learn it again.
    Refused: course_changed, no_parts, no_questions.
    """
    if not text.parts:
        raise Refused("no_parts", _("至少要有一节"))
    if not text.questions:
        raise Refused("no_questions", _("至少要有一道题"))
    facts = {
        "title_zh": text.title_zh,
        "title_en": text.title_en,
        "about_zh": text.about_zh,
        "about_en": text.about_en,
        "roles": list(text.roles),
        "services": list(text.services),
        "validity_months": text.validity_months,
        "minutes": sum(part.minutes for part in text.parts),
    }
    if version:
        again = {"counts_from": F("version") + 1, "counts_since": again_from} if again_from else {}
        won = Course.objects.filter(code=code, version=version).update(
            version=F("version") + 1, updated_at=timezone.now(), **facts, **again
        )
        if not won:
            raise Refused("course_changed", _("这门课刚被别人改过。请刷新，看过现在的内容再改。"))
        course = Course.objects.get(code=code)
    else:
        course = Course.objects.create(code=code, position=position, **facts)
    _write_contents(course, text)
    record(by, "course.written", course, version=course.version, again_from=str(again_from or ""))
    return course


def _write_contents(course: Course, text: CourseText) -> None:
    CoursePart.objects.bulk_create(
        CoursePart(course=course, of_version=course.version, position=n, **vars(part))
        for n, part in enumerate(text.parts, 1)
    )
    CourseQuestion.objects.bulk_create(
        CourseQuestion(
            course=course,
            of_version=course.version,
            position=n,
            **{**vars(question), "choices": [list(pair) for pair in question.choices]},
        )
        for n, question in enumerate(text.questions, 1)
    )


@transaction.atomic
def set_live(*, course: Course, live: bool, by: Any) -> Course:
    """Take a course out of use, or back into it: nobody is asked for it meanwhile."""
    won = Course.objects.filter(pk=course.pk, live=not live).update(live=live, updated_at=timezone.now())
    if not won:
        raise Refused("course_changed", _("这门课刚被别人改过。请刷新，看过现在的内容再改。"))
    record(by, "course.in_use" if live else "course.out_of_use", course)
    course.live = live
    return course
