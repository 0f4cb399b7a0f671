"""How somebody stands to each category: asked or not, the answer, since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from services.consents.models import Answer, Consent
from services.consents.purposes import CONSENT, MEMBER, RECIPIENT, Purpose, Words, purposes_for


@dataclass(frozen=True)
class Standing:
    """One category and the present answer of one human; `outdated` when the words have changed since."""

    purpose: Purpose
    answer: Consent | None
    outdated: bool
    words: Words

    @property
    def asks(self) -> bool:
        """Whether this category needs an answer at all."""
        return self.purpose.ground == CONSENT

    @property
    def given(self) -> bool:
        """Whether there is a consent now."""
        return self.answer is not None and self.answer.answer == Answer.GIVEN


def present_answers(**whose: Any) -> QuerySet[Consent]:
    """The answers that stand now, of `person=` or `user=`."""
    return Consent.objects.filter(withdrawn_at=None, **whose)


def standings(*, person: Any = None, user: Any = None, on: date) -> list[Standing]:
    """Every category that concerns this human, in the order of the table; minors' only where it applies."""
    whose = {"person": person} if person is not None else {"user": user}
    answers = {row.category: row for row in present_answers(**whose).select_related("taken_by")}
    rows = purposes_for(RECIPIENT if person is not None else MEMBER)
    return [
        Standing(purpose, found, bool(found and found.text_version != words.version), words)
        for purpose in rows
        if _concerns(purpose, person, on)
        for found, words in [(answers.get(purpose.code), purpose.words_on(on))]
    ]


def _concerns(purpose: Purpose, person: Any, on: date) -> bool:
    return purpose.code != "minor" or under_fourteen(person.birth_date, on)


def under_fourteen(born: date, on: date) -> bool:
    """Whether a child is younger than fourteen full years (个人信息保护法 art. 31)."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < 14


def said_no(category: str, **whose: Any) -> bool:
    """Whether the last word on a category was no: refused, or withdrawn and not given again.

    Who was never asked has not said no; the township's page lists who still has to be asked.
    """
    last = Consent.objects.filter(category=category, **whose).order_by("-answered_at", "-pk").first()
    return last is not None and (last.answer == Answer.REFUSED or last.withdrawn_at is not None)


def household_said_no(category: str, household: Any) -> bool:
    """Whether anybody of a household said no to a category: photos show what all of them live in."""
    people = Consent.objects.filter(category=category, person__household=household)
    found: dict[int, Consent] = {}
    for row in people.order_by("answered_at", "pk"):
        found[row.person_id or 0] = row
    return any(row.answer == Answer.REFUSED or row.withdrawn_at is not None for row in found.values())


def who_said_no(category: str, users: Iterable[int]) -> set[int]:
    """Which of these users said no last; one query for a whole list."""
    found: dict[int, Consent] = {}
    for row in Consent.objects.filter(category=category, user__in=list(users)).order_by("answered_at", "pk"):
        found[row.user_id or 0] = row
    return {pk for pk, row in found.items() if row.answer == Answer.REFUSED or row.withdrawn_at is not None}
