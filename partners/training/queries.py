"""Reading training: who has passed what on a day, for many people at once, and one person's way through a course."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from partners.memberships.models import Membership
from partners.training.models import (
    Course,
    CoursePart,
    CourseQuestion,
    Learner,
    PartReading,
    TrainingResult,
)
from partners.training.rules import CourseFacts, Passed, missing
from partners.volunteers.models import Volunteer
from partners.volunteers.sending import Sent, grounds_for_two
from portal.base.dates import in_english
from portal.base.models import OPEN_END


def results_on(people: Collection[int] | QuerySet, on: date) -> dict[int, dict[str, Passed]]:
    """What counts on that day, by user id and course code: of several results the one that lasts longest.

    One query, however many people. `people` are user ids, or a queryset of them. A result counts from the day it
    was passed to the last day of its validity, unless the course was made anew and asks for it again since.
    """
    rows = (
        TrainingResult.objects.filter(user__in=people, passed_on__lte=on, valid_until__gte=on)
        .filter(Q(of_version__gte=F("course__counts_from")) | Q(course__counts_since__gt=on))
        .order_by("valid_until", "pk")
        .values_list("user_id", "course__code", "of_version", "passed_on", "valid_until", "minutes")
    )
    found: dict[int, dict[str, Passed]] = {}
    for user, code, version, passed_on, until, minutes in rows:
        found.setdefault(user, {})[code] = Passed(code, version, passed_on, until, minutes)
    return found


def courses_in_use() -> list[CourseFacts]:
    """The courses in use, in their order: one query."""
    return [facts_of(row) for row in Course.objects.filter(live=True)]


def facts_of(row: Course) -> CourseFacts:
    """A course as a value."""
    return CourseFacts(
        row.code,
        row.title_zh,
        row.title_en,
        frozenset(row.roles),
        frozenset(row.services),
        row.minutes,
        row.validity_months,
        row.version,
    )


def asked_of(user: Any) -> tuple[set[str], set[str]]:
    """The roles and services for which this person has to learn: as a volunteer (asking or approved) and as a worker."""
    roles, services = set(), set()
    volunteer = Volunteer.objects.filter(user=user).first()
    if volunteer is not None:
        roles.add(Learner.VOLUNTEER.value)
        services.update(volunteer.services)
    teams = Membership.objects.filter(user=user, valid_to=OPEN_END).values("provider")
    found = set(
        Membership.objects.filter(provider__in=teams, provider__services__isnull=False)
        .values_list("provider__services__service", flat=True)
        .distinct()
    )
    if found:
        roles.add(Learner.WORKER.value)
    return roles, services | found


def parts_of(course: Course) -> list[CoursePart]:
    """The parts in use."""
    return list(course.parts.filter(of_version=course.version))


def questions_of(course: Course) -> list[CourseQuestion]:
    """The questions in use."""
    return list(course.questions.filter(of_version=course.version))


def read_by(user: Any, course: Course) -> set[int]:
    """The positions of the parts in use that this person has read."""
    rows = PartReading.objects.filter(user=user, part__course=course, part__of_version=course.version)
    return set(rows.values_list("part__position", flat=True))


def courses_with_readings(user: Any) -> list[Course]:
    """The courses in use with the number of parts, and of those read by this person (`part_count`, `read_count`)."""
    here = Q(parts__of_version=F("version"))
    return list(
        Course.objects.filter(live=True).annotate(
            part_count=Count("parts", filter=here, distinct=True),
            read_count=Count("parts__readings", filter=here & Q(parts__readings__user=user), distinct=True),
        )
    )


def courses_for_desk(on: date) -> QuerySet[Course]:
    """Every course with the number of people whose result counts on that day."""
    counts = Q(results__passed_on__lte=on, results__valid_until__gte=on) & (
        Q(results__of_version__gte=F("counts_from")) | Q(counts_since__gt=on)
    )
    return Course.objects.annotate(people=Count("results__user", filter=counts, distinct=True))


def with_contents(code: str) -> Course | None:
    """A course with the parts and questions of all versions, for its editor."""
    parts = Prefetch("parts", CoursePart.objects.order_by("position"))
    questions = Prefetch("questions", CourseQuestion.objects.order_by("position"))
    return Course.objects.filter(code=code).prefetch_related(parts, questions).first()


def training_minutes(user: Any) -> int:
    """The minutes of all courses that this person ever passed: training hours, apart from service hours."""
    return TrainingResult.objects.filter(user=user).aggregate(sum=Sum("minutes"))["sum"] or 0


def goes_with_company(row: Volunteer, on: date) -> list[str]:
    """Why a volunteer goes to no door alone on a day, in words: by age, and by the courses of what they offer to do."""
    courses, passed = courses_in_use(), results_on([row.user_id], on).get(row.user_id, {})
    lacking = missing(courses, passed, [Learner.VOLUNTEER], row.services)
    titles = tuple(course.title_en if in_english() else course.title_zh for course in lacking)
    grounds = grounds_for_two(Sent(row.birth_date, titles), first_visit=False, on=on)
    return [ground.words for ground in grounds]
