"""What can be done with the people of a household: enter them, change them, assess."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.identifiers import check_id_number
from portal.base.index_rotation import index_store, register_index
from portal.base.privacy import blind_indexes
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.recipients.assessment import INDICATORS, household_class, self_care_class
from services.recipients.changes import keep_change, picture
from services.recipients.duties import Duty, refuse_third_duty
from services.recipients.extra_questions import pack
from services.recipients.look_ins import note_risk
from services.recipients.models import Assessment, CategoryKind, Household, Person
from services.recipients.names import clean_name, name_key
from services.recipients.sheets import sheet_on
from services.recipients.standing_models import FOREVER

ID_PURPOSE = "id_number"
OLDEST = 130


@dataclass(frozen=True)
class PersonFacts:
    """What a form says of a person. `id_number` empty: not known, or not to be changed."""

    name: str
    sex: str = ""
    birth_date: date | None = None
    id_number: str = ""
    health_notes: str = ""
    relation: str = ""


def put_facts(person: Person, facts: PersonFacts, *, by: Any, on: date) -> Person:
    """Write a person's facts; the ID number, where given, tells sex and birthday and must agree with them.

    Refused: the codes of ID numbers, sex_differs, birth_differs, sex_empty, birth_empty, birth_future, birth_early.
    """
    person.name = clean_name(facts.name)
    person.name_key = name_key(person.name)
    person.health_notes = facts.health_notes
    person.relation = facts.relation or person.relation
    sex, born = facts.sex, facts.birth_date
    number = ""
    if facts.id_number:
        checked = _checked_number(facts.id_number, on)
        number = checked.number
        if sex and sex != checked.sex:
            raise Refused("sex_differs", _("性别和身份证号对不上"), field="sex")
        if born and born != checked.birth_date:
            raise Refused("birth_differs", _("出生日期和身份证号对不上"), field="birth_date")
        sex, born = checked.sex, checked.birth_date
    if not sex:
        raise Refused("sex_empty", _("请选性别"), field="sex")
    if born is None:
        raise Refused("birth_empty", _("请填出生日期"), field="birth_date")
    if born > on:
        raise Refused("birth_future", _("出生日期不能晚于今天"), field="birth_date")
    if on.year - born.year > OLDEST:
        raise Refused("birth_early", _("出生日期太早了，请再核一遍"), field="birth_date")
    person.sex, person.birth_date = sex, born
    _save_with_number(person, number, by=by)
    return person


def _checked_number(text: str, on: date) -> Any:
    try:
        return check_id_number(text, on=on)
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="id_number") from refusal


def _save_with_number(person: Person, number: str, *, by: Any) -> None:
    """Save; a number that stands elsewhere in the register is kept without its index and reported to the bureau.

    The answer is the same either way: a form must not tell whose number is already known.
    """
    if not number:
        person.save()
        return
    person.id_number = number
    known, *before = blind_indexes(number, ID_PURPOSE)
    others = Person.objects.exclude(pk=person.pk)
    # While the index key is rotated, the other may still stand under the older one.
    with beyond("number"):
        twice = bool(before) and others.filter(id_blind__in=before).exists()
    person.id_blind = None if twice else known
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        with beyond("number"):
            stands = others.filter(id_blind=known).exists()
        if not stands:
            raise
        twice, person.id_blind = True, None
        person.save()
    if twice:
        record(by, "person.number_twice", person.household, household=person.household)


def rename_household(household: Household, name: str) -> None:
    """The file is named after its head; grants copy the list keys."""
    household.name, household.name_key = name, name_key(name)
    household.save(update_fields=["name", "name_key", "updated_at"])
    tell_grants(household)


def tell_grants(household: Household) -> None:
    """Carry the list keys of a household to its grants."""
    keys = {"township": household.township, "name_key": household.name_key}
    with beyond("grants"):
        household.user_grants.update(**keys)
        household.team_grants.update(**keys)


@transaction.atomic
def add_person(*, by: Any, household: Household, facts: PersonFacts, on: date) -> Person:
    """Enter a member of the household. Refused: head_twice and those of `put_facts`."""
    if facts.relation == "self" and household.persons.filter(relation="self", died_on=None).exists():
        raise Refused("head_twice", _("这户已有户主，请选别的关系"), field="relation")
    person = put_facts(Person(household=household), facts, by=by, on=on)
    record(by, "person.added", household, household=household, relation=person.relation)
    return person


@transaction.atomic
def change_person(*, by: Any, person: Person, version: int, facts: PersonFacts, on: date) -> Person:
    """Change a person that nobody changed since `version`. Refused: stale, head_twice."""
    if not Person.objects.filter(pk=person.pk, version=version).update(version=F("version") + 1):
        raise Refused("stale", _("这个人的资料刚被别人改过，请看下面两边的内容再定"))
    person = Person.objects.select_related("household").get(pk=person.pk)
    before = picture(person)
    heads = person.household.persons.filter(relation="self", died_on=None).exclude(pk=person.pk)
    if facts.relation == "self" and heads.exists():
        raise Refused("head_twice", _("这户已有户主，请选别的关系"), field="relation")
    put_facts(person, facts, by=by, on=on)
    keep_change(by=by, row=person, before=before)
    if person.relation == "self" and person.name != person.household.name:
        named = picture(person.household)
        rename_household(person.household, person.name)
        keep_change(by=by, row=person.household, before=named)
    record(by, "person.changed", person.household, household=person.household, number=bool(facts.id_number))
    return person


@transaction.atomic
def assess(
    *,
    by: Any,
    person: Person,
    answers: dict[str, bool | None],
    on: date,
    today: date,
    note: str = "",
    risk: str = "",
    extra: Mapping[str, Any] | None = None,
) -> Assessment:
    """Six answers on a day give the class by the sheet of that day; the household takes that of its most dependent member.

    Answers to further questions (`extra`, by code) are kept with it and never touch the class.
    Refused: assessed_future, assessed_early, no_sheet, extra_unfit.
    """
    if on > today:
        raise Refused("assessed_future", _("评估日期不能晚于今天"), field="on")
    if on < person.birth_date:
        raise Refused("assessed_early", _("评估日期早于出生日期"), field="on")
    sheet = sheet_on(on)
    refuse_third_duty(by, person.household, Duty.ASSESS)
    assessment = Assessment.objects.create(
        person=person,
        form_version=sheet.version,
        assessed_on=on,
        self_care=self_care_class(answers, sheet.partial_at_most),
        risk=risk,
        assessor=by,
        note=note,
        extra=pack(sheet.extra, extra or {}),
        **{name: answers.get(name) for name in INDICATORS},
    )
    household = person.household
    before = household.self_care
    household.self_care = class_of(household)
    household.save(update_fields=["self_care", "updated_at"])
    note_risk(household)
    record(
        by,
        "person.assessed",
        household,
        household=household,
        self_care=assessment.self_care,
        before=before,
        after=household.self_care,
    )
    return assessment


def class_of(household: Household) -> str:
    """The class of a household from its living members."""
    return household_class(_classes(household))


def _classes(household: Household) -> list[str]:
    """The newest class of each living member who was ever assessed or is tekun."""
    living = household.persons.filter(died_on=None).prefetch_related("assessments", "categories")
    found = []
    for member in living:
        newest = next(iter(member.assessments.all()), None)
        if newest is not None:
            found.append(newest.self_care)
        elif any(
            each.kind == CategoryKind.TEKUN and each.valid_to == FOREVER for each in member.categories.all()
        ):
            found.append("not_assessed")
    return found


register_index(index_store(Person, "id_number", "id_blind", ID_PURPOSE))
