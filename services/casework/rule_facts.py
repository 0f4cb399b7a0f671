"""What the register knows of people, as the plain facts that the published rules read.

What the register does not hold (income, property, the house, school) stays not known. That somebody is on no list of
the register is known: the register is the county's own. Illness and disability that nobody recorded are not.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F, Q

from content.rules.queries import Facts, Span
from portal.base.periods import age_on
from services.recipients.models import CirclePart, CirclePerson, ObligorAbility, Person, PersonCategory

# 民发〔2021〕43号 Art. 5: kind of disability -> the worst grade that still counts as unable to work
INCAPABLE = {"intellect": 3, "psyche": 3, "limb": 2, "sight": 1}
SEVERE_GRADE = 2
# Statistical codes of villages end in 001 to 199 for communities of towns, 200 to 399 for villages.
FIRST_RURAL, LAST_RURAL = 200, 399


def rural_of(code: str) -> bool | None:
    """Whether the place with this code is a village or a town's community; None where the code does not say."""
    number = code[9:12]
    if len(number) < 3 or not number.isdigit() or int(number) > LAST_RURAL:
        return None
    return int(number) >= FIRST_RURAL


def facts_of_people(households: Iterable[Any], on: date) -> dict[int, list[Facts]]:
    """Household pk -> the facts of each living member on a day, in three queries whatever the number."""
    return {
        pk: [facts for _person, facts in people] for pk, people in facts_by_person(households, on).items()
    }


def facts_by_person(households: Iterable[Any], on: date) -> dict[int, list[tuple[int, Facts]]]:
    """The same with the pk of each member."""
    by_pk = {household.pk: household for household in households}
    held: dict[int, list[PersonCategory]] = defaultdict(list)
    rows = PersonCategory.objects.filter(
        person__household__in=by_pk, valid_from__lte=on, valid_to__gt=on
    ).annotate(household_pk=F("person__household_id"))
    of_household: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        held[row.person_id].append(row)
        of_household[row.household_pk].add(row.kind)
    able: dict[int, list[tuple[int | None, bool]]] = defaultdict(list)
    obligors = CirclePerson.objects.filter(
        Q(valid_from__lte=on, valid_to__gt=on), household__in=by_pk, part=CirclePart.OBLIGOR
    )
    for household, whose, ability in obligors.values_list("household_id", "person_id", "ability"):
        able[household].append((whose, ability == ObligorAbility.ABLE))
    found: dict[int, list[tuple[int, Facts]]] = {pk: [] for pk in by_pk}
    for person in Person.objects.filter(household__in=by_pk, died_on__isnull=True).order_by("pk"):
        place = rural_of(by_pk[person.household_id].region.code)
        support = [can for bound, can in able[person.household_id] if bound in (None, person.pk)]
        kinds = of_household[person.household_id]
        facts = _facts(person, held[person.pk], kinds, support, place, on)
        found[person.household_id].append((person.pk, facts))
    return found


def _facts(
    person: Person,
    rows: list[PersonCategory],
    kinds: set[str],
    support: list[bool],
    rural: bool | None,
    on: date,
) -> Facts:
    own = {row.kind: row for row in rows}
    tekun, disability = own.get("tekun"), own.get("disability")
    age = age_on(person.birth_date, on)
    return Facts(
        age=Span(age, age),
        rural=rural,
        at_home=tekun.mode == "dispersed" if tekun else None,
        tekun=tekun is not None,
        dibao="dibao" in kinds,
        low_income="dibao_marginal" in kinds,
        former_poor=True if "poverty_monitoring" in kinds else None,
        supported=any(support) if support else None,
        incapable=None if disability is None else _counts(disability),
        severe=None if disability is None else (disability.grade or 9) <= SEVERE_GRADE,
        disabled=True if disability else None,
        ill=True if "serious_illness" in own else None,
        disaster=True if "disaster_affected" in kinds else None,
    )


def _counts(row: PersonCategory) -> bool | None:
    """Whether the disability makes somebody unable to work; of several kinds the row does not say which."""
    if row.disability == "several":
        return None
    return (row.grade or 9) <= INCAPABLE.get(row.disability, 0)
