"""Whether a volunteer may go alone: the facts of the rule in `partners.volunteers.sending`, read for one need."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from partners.training.models import Learner
from partners.training.queries import courses_in_use, results_on
from partners.training.rules import CourseFacts, Passed, missing
from partners.volunteers.models import Volunteer
from partners.volunteers.sending import Sent, refuse_alone
from portal.base.dates import in_english
from portal.base.periods import local_date
from portal.base.row_security import beyond
from services.tasks.models import Assignment, Need


def refuse_alone_in_a_home(
    need: Need, volunteer: Volunteer, companion: Volunteer | None, at: datetime
) -> None:
    """Two go together the first time, and always where one is under age or not yet trained. Refused: see `refuse_alone`."""
    people = [volunteer] if companion is None else [volunteer, companion]
    on = local_date(at)
    facts = sent_facts(people, need.service, on)
    company = facts[companion.pk] if companion is not None else None
    first = (volunteer.user_id, need.household_id) not in went_before(
        [volunteer.user_id], [need.household_id]
    )
    refuse_alone(facts[volunteer.pk], company, first_visit=first, on=on)


def refuse_unfit_company(need: Need, companion: Volunteer, at: datetime) -> None:
    """Who goes along with a volunteer is of age and trained. Refused: company_unfit."""
    sent = sent_facts([companion], need.service, local_date(at))[companion.pk]
    refuse_alone(sent, sent, first_visit=False, on=local_date(at))


@dataclass(frozen=True)
class Training:
    """The courses in use, and what people have passed of them as it counts on one day, by user."""

    courses: list[CourseFacts]
    passed: dict[int, dict[str, Passed]]


def read_training(users: Iterable[int], on: date) -> Training:
    """What these people have passed, in two queries."""
    return Training(courses_in_use(), results_on(list(users), on))


def sent_of(one: Volunteer, service: str, training: Training, lasting_to: date | None = None) -> Sent:
    """Age and training of a volunteer for a service; a result must hold until `lasting_to`, where one is named."""
    holds = {
        code: result
        for code, result in training.passed.get(one.user_id, {}).items()
        if lasting_to is None or result.valid_until >= lasting_to
    }
    lacking = missing(training.courses, holds, [Learner.VOLUNTEER], [service])
    titles = (course.title_en if in_english() else course.title_zh for course in lacking)
    return Sent(one.birth_date, tuple(titles))


def sent_facts(people: Iterable[Volunteer], service: str, on: date) -> dict[int, Sent]:
    """Age and training of each of these volunteers for a service, by their key."""
    found = list(people)
    training = read_training([one.user_id for one in found], on)
    return {one.pk: sent_of(one, service, training) for one in found}


def went_before(users: Iterable[int], households: Iterable[int]) -> set[tuple[int, int]]:
    """Which of these people made a visit to which of these households, alone or beside somebody: (user, household).

    Being sent is not enough: a visit was made and handed in while they were sent there.
    """
    with beyond("counts"):
        return set(
            _with_a_visit(Assignment.objects.filter(user__in=list(users)))
            .filter(task__need__household__in=list(households))
            .values_list("user_id", "task__need__household_id")
        )


def _with_a_visit(rows: QuerySet[Any]) -> QuerySet[Any]:
    made = Q(
        task__planned_visits__state="recorded",
        task__planned_visits__checked_in_at__gte=F("valid_from"),
        task__planned_visits__checked_in_at__lt=F("valid_to"),
    )
    return rows.filter(made).order_by().distinct()
