"""A death was entered by mistake: what it ended of a person stands again, as far as nothing else stands there now.

Each function says what it could not bring back: a code, or nothing. What it does to the care is in
`services.casework.undoing`, in the same transaction.
"""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from portal.base.audit import record
from services.recipients.care_models import AgreementState, CareAgreement, CarePlan, PlanState
from services.recipients.changes import keep_change, picture
from services.recipients.lifecycle import AGREEMENT, PLAN
from services.recipients.look_ins import note_risk
from services.recipients.models import CirclePerson, Household, Person, PersonCategory, Relation
from services.recipients.people import class_of, rename_household
from services.recipients.standing_models import FOREVER


@transaction.atomic
def live_again(*, by: Any, person: Person, relations: dict[str, str], at: datetime) -> str:
    """The person lives. Whoever leads the household because of the death steps back: `relations` is {uid: before}.

    "head" where somebody else leads it by now: then the person is one of the members.
    """
    household = Household.objects.get(pk=person.household_id)
    person = Person.objects.select_related("household").get(pk=person.pk)
    before, left = picture(person), ""
    led = person.relation == Relation.SELF
    if led:
        left = _step_back(by, household, relations)
        if left:
            person.relation = Relation.OTHER
    person.died_on = None
    person.version += 1
    person.save(update_fields=["died_on", "relation", "version", "updated_at"])
    keep_change(by=by, row=person, before=before)
    person.deaths.filter(undone_at=None).update(undone_at=at, updated_at=at)
    if led and not left and household.name != person.name:
        named = picture(household)
        rename_household(household, person.name)
        Household.objects.filter(pk=household.pk).update(version=F("version") + 1)
        household.refresh_from_db(fields=["version"])
        keep_change(by=by, row=household, before=named)
    household.self_care = class_of(household)
    household.save(update_fields=["self_care", "updated_at"])
    note_risk(household)
    return left


def _step_back(by: Any, household: Household, relations: dict[str, str]) -> str:
    """The head whom the death made becomes what they were. "head" where the death did not make the present one."""
    head = household.persons.filter(died_on=None, relation=Relation.SELF).first()
    if head is None:
        return ""
    was = relations.get(str(head.uid), Relation.SELF)
    if was == Relation.SELF:
        return "head"
    before = picture(head)
    head.relation = was
    head.version += 1
    head.save(update_fields=["relation", "version", "updated_at"])
    keep_change(by=by, row=head, before=before)
    return ""


def category_again(*, by: Any, row: PersonCategory) -> str:
    """The person is of this category without a gap. "clash" where another excludes it by now."""
    try:
        with transaction.atomic():
            PersonCategory.objects.filter(pk=row.pk).update(valid_to=FOREVER, end_reason="")
    except IntegrityError:
        return "clash"
    household = row.person.household
    record(by, "person.category_restored", household, household=household, kind=row.kind)
    return ""


def circle_again(*, by: Any, row: CirclePerson) -> str:
    """Somebody stands around the person again."""
    CirclePerson.objects.filter(pk=row.pk).update(valid_to=FOREVER, end_reason="", version=F("version") + 1)
    record(by, "circle.restored", row, household=row.household, part=row.part)
    return ""


def agreement_again(*, by: Any, row: CareAgreement, was: str, on: date) -> str:
    """A signed agreement is in force again, an unsigned one a draft. "over" past its term, "clash" beside a newer one."""
    if was == AgreementState.LIVE and row.ends_on <= on:
        return "over"
    verb = "restore" if was == AgreementState.LIVE else "redraft"
    if not _again(CareAgreement, row, AGREEMENT.step(row.state, verb), ended_on=None, end_reason=""):
        return "clash"
    household = row.person.household
    record(by, "agreement.restored", row, household=household, to=AGREEMENT.moves[verb].target)
    return ""


def plan_again(*, by: Any, row: CarePlan, was: str) -> str:
    """An approved plan holds again, another is a draft. "clash" beside a newer one."""
    verb = "restore" if was == PlanState.APPROVED else "redraft"
    if not _again(CarePlan, row, PLAN.step(row.state, verb)):
        return "clash"
    record(by, "plan.restored", row, household=row.person.household, to=PLAN.moves[verb].target)
    return ""


def _again(model: Any, row: Any, target: str, **more: Any) -> bool:
    """Whether the row could take its state again; the database refuses a second one."""
    try:
        with transaction.atomic():
            moved = model.objects.filter(pk=row.pk, version=row.version, state=row.state).update(
                state=target, version=F("version") + 1, updated_at=timezone.now(), **more
            )
    except IntegrityError:
        return False
    return bool(moved)
