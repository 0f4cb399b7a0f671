"""The people of a household with what is settled about their care, as one viewer may see it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.recipients.agreement_terms import last_day, shown_state
from services.recipients.agreements import is_dispersed
from services.recipients.care_models import CareAgreement, CarePlan
from services.recipients.care_reading import CarerWords, carer_words, name_of
from services.recipients.extra_questions import answered
from services.recipients.fields import Shown
from services.recipients.models import Assessment, Household, Person
from services.recipients.sheets import Question, questions_of, sheet_of

KEPT = ["draft", "to_sign", "live", "lapsed"]


@dataclass(frozen=True)
class Answer:
    """One question of an assessment and what was answered."""

    question: Question
    value: bool | None


@dataclass
class CarePerson:
    """One person with assessment, agreements and plans."""

    person: Person
    name: str
    dispersed: bool
    assessment: Assessment | None = None
    sheet: Any = None
    answers: list[Answer] = field(default_factory=list)
    further: list[tuple[str, str]] = field(default_factory=list)
    agreements: list[tuple[CareAgreement, str, CarerWords, date]] = field(default_factory=list)
    plans: list[CarePlan] = field(default_factory=list)


def people_of(
    household: Household, seen: Shown, today: date, *, papers: bool, village: bool
) -> list[CarePerson]:
    """The living people of a household. Answers show where health does; agreements to the offices and the village."""
    people = household.persons.filter(died_on=None).prefetch_related("assessments")
    return [
        _person(each, seen, today, papers, village)
        for each in people.order_by("-relation", "birth_date", "pk")
    ]


def _person(person: Person, seen: Shown, today: date, papers: bool, village: bool) -> CarePerson:
    found = CarePerson(person, name_of(person, seen), is_dispersed(person))
    found.assessment = next(iter(person.assessments.all()), None)
    if found.assessment is not None and seen.mode("health") == "C":
        found.sheet = sheet_of(found.assessment)
        asked = questions_of(found.sheet) if found.sheet else []
        found.answers = [Answer(each, getattr(found.assessment, each.code)) for each in asked]
        found.further = answered(found.sheet.extra, found.assessment.extra) if found.sheet else []
    if papers or village:
        rows = person.agreements.filter(state__in=KEPT if papers else ["live", "lapsed"])
        found.agreements = [
            (row, shown_state(row, today), carer_words(row, seen), last_day(row))
            for row in rows.order_by("-starts_on", "-pk")[:3]
        ]
    states = ["draft", "submitted", "approved"] if papers else ["approved"]
    plans = person.plans.filter(state__in=states).prefetch_related("lines")
    found.plans = list(plans.order_by("-created_at"))
    return found
