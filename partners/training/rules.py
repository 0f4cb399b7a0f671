"""Which courses are required of whom, what a result is good for, and when a quiz is passed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from partners.training.models import PASS_PERCENT
from portal.base.periods import add_months


@dataclass(frozen=True)
class CourseFacts:
    """A course in use, as a value: what it is called and of whom it is required."""

    code: str
    title_zh: str
    title_en: str
    roles: frozenset[str]
    services: frozenset[str]
    minutes: int
    validity_months: int
    version: int


@dataclass(frozen=True)
class Passed:
    """A person's best result in one course that counts on the day asked for."""

    course: str
    of_version: int
    passed_on: date
    valid_until: date
    minutes: int


def required(
    courses: Iterable[CourseFacts], roles: Collection[str], services: Collection[str]
) -> list[CourseFacts]:
    """The courses that somebody in these roles who does these services must have passed."""
    return [
        course
        for course in courses
        if course.roles.intersection(roles)
        and (not course.services or course.services.intersection(services))
    ]


def missing(
    courses: Iterable[CourseFacts],
    passed: Mapping[str, Passed],
    roles: Collection[str],
    services: Collection[str],
) -> list[CourseFacts]:
    """What is still lacking: the required courses without a result that counts."""
    return [course for course in required(courses, roles, services) if course.code not in passed]


def enough(right: int, questions: int) -> bool:
    """Whether so many right answers pass: 80 in a hundred, never by rounding up."""
    return questions > 0 and right * 100 >= questions * PASS_PERCENT


def good_until(passed_on: date, months: int) -> date:
    """The last day on which the result counts; passed on 29 February, it ends on 28 February."""
    return add_months(passed_on, months)
