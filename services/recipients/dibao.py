"""低保 is given to a household: the same class for all its people, or some, in one step; and ended in one step.

Either everybody asked for gets it or nobody does: each refusal is told beside its person.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.refused import Refused
from services.recipients.categories import CategoryFacts, end_category, set_category
from services.recipients.models import CategoryKind, Household, Person, PersonCategory
from services.recipients.standing_models import FOREVER


class RefusedForSome(Refused):
    """The step was refused for some of the people; `people` says for each (by key) why."""

    def __init__(self, people: dict[int, str]) -> None:
        super().__init__("refused_for_some", _("下面有人办不成，谁都没登记。请看各人后面的原因"), "people")
        self.people = people


def _for_all(people: Iterable[Person], step: Callable[[Person], None]) -> int:
    """The step for everybody, inside the caller's transaction; refused for one, it is refused for all."""
    why: dict[int, str] = {}
    done = 0
    for person in people:
        try:
            with transaction.atomic():
                step(person)
                done += 1
        except Refused as refusal:
            why[person.pk] = refusal.message
    if why:
        raise RefusedForSome(why)
    if not done:
        raise Refused("nobody", _("请选人"), field="people")
    return done


@transaction.atomic
def give_dibao(*, by: Any, household: Household, people: Iterable[Person], dibao_class: str, on: date) -> int:
    """These people of the household are of this class of 低保 from that day on; returns how many.

    Refused: refused_for_some, nobody.
    """
    facts = CategoryFacts(CategoryKind.DIBAO, on, dibao_class=dibao_class)
    given = _for_all(people, lambda person: _set(by, person, household, facts))
    record(by, "household.dibao_given", household, household=household, people=given, dibao_class=dibao_class)
    return given


def _set(by: Any, person: Person, household: Household, facts: CategoryFacts) -> None:
    if person.household_id != household.pk:
        raise Refused("person_elsewhere", _("请选这户的人"))
    set_category(by=by, person=person, facts=facts)


@transaction.atomic
def end_dibao(*, by: Any, household: Household, people: Iterable[Person], on: date, reason: str) -> int:
    """These people get no 低保 any more from that day on; returns how many. Refused: refused_for_some, nobody."""
    standing = {row.person_id: row for row in standing_dibao(household)}

    def end(person: Person) -> None:
        row = standing.get(person.pk)
        if row is None:
            raise Refused("no_dibao", _("现在没有登记低保"))
        end_category(by=by, row=row, on=on, reason=reason)

    ended = _for_all(people, end)
    record(by, "household.dibao_ended", household, household=household, people=ended, purpose=reason[:200])
    return ended


def standing_dibao(household: Household) -> list[PersonCategory]:
    """The open rows of 低保 of a household's people."""
    rows = PersonCategory.objects.filter(
        person__household=household, kind=CategoryKind.DIBAO, valid_to=FOREVER
    )
    return list(rows.select_related("person__household").order_by("person_id"))
