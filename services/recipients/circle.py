"""What can be done with the people around a household: enter a carer, obligor, guardian or contact; change; end."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.identifiers import check_id_number
from portal.base.index_rotation import index_store, register_index
from portal.base.privacy import blind_index
from portal.base.refused import Refused
from services.recipients.changes import keep_change, picture
from services.recipients.models import CirclePart, CirclePerson, Household, Person
from services.recipients.people import ID_PURPOSE
from services.recipients.standing_models import FOREVER


@dataclass(frozen=True)
class CircleFacts:
    """What a form says of somebody around a household. `id_number` empty: not known, or not to be changed."""

    part: str
    name: str
    relation: str
    on: date
    person: Person | None = None
    sex: str = ""
    phone: str = ""
    address: str = ""
    id_number: str = ""
    ability: str = ""
    call_order: int = 9


def _put(row: CirclePerson, facts: CircleFacts, on: date) -> None:
    """Write the facts. Refused: name_empty, ability_empty, nobody_to_reach, person_elsewhere, codes of ID numbers."""
    if not facts.name.strip():
        raise Refused("name_empty", _("请填姓名"), field="name")
    if facts.part == CirclePart.OBLIGOR and not facts.ability:
        raise Refused("ability_empty", _("请选能不能履行义务"), field="ability")
    if facts.part == CirclePart.CONTACT and not facts.phone:
        raise Refused("nobody_to_reach", _("联系人要填电话"), field="phone")
    if facts.person is not None and facts.person.household_id != row.household_id:
        raise Refused("person_elsewhere", _("请选这户的人"), field="person")
    row.part, row.name, row.relation, row.person = (
        facts.part,
        facts.name.strip(),
        facts.relation,
        facts.person,
    )
    row.sex, row.phone, row.address, row.call_order = facts.sex, facts.phone, facts.address, facts.call_order
    row.ability = facts.ability if facts.part == CirclePart.OBLIGOR else ""
    if facts.id_number:
        try:
            row.id_number = check_id_number(facts.id_number, on=on).number
        except Refused as refusal:
            raise Refused(refusal.code, refusal.message, field="id_number") from refusal
        row.id_blind = blind_index(row.id_number, ID_PURPOSE)


@transaction.atomic
def add_circle_person(*, by: Any, household: Household, facts: CircleFacts, today: date) -> CirclePerson:
    """Enter somebody who stands around the household from a day on."""
    row = CirclePerson(household=household, valid_from=facts.on)
    _put(row, facts, today)
    row.save()
    record(by, "circle.added", row, household=household, part=row.part, relation=row.relation)
    return row


@transaction.atomic
def change_circle_person(
    *, by: Any, row: CirclePerson, version: int, facts: CircleFacts, today: date
) -> CirclePerson:
    """Change somebody whom nobody changed since `version`. Refused: stale, circle_over and those of adding."""
    won = CirclePerson.objects.filter(pk=row.pk, version=version, valid_to=FOREVER).update(
        version=F("version") + 1
    )
    if not won:
        raise Refused("stale", _("这个人的资料刚被别人改过，请看下面两边的内容再定"))
    row = CirclePerson.objects.select_related("household", "person").get(pk=row.pk)
    before = picture(row)
    _put(row, facts, today)
    row.save()
    keep_change(by=by, row=row, before=before)
    record(by, "circle.changed", row, household=row.household, part=row.part)
    return row


@transaction.atomic
def end_circle_person(*, by: Any, row: CirclePerson, on: date, reason: str) -> CirclePerson:
    """Somebody stands around the household no more. Refused: reason_empty, circle_order, circle_over."""
    if not reason.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")
    if on < row.valid_from:
        raise Refused("circle_order", _("日期不能早于开始日"), field="on")
    ended = CirclePerson.objects.filter(pk=row.pk, valid_to=FOREVER).update(
        valid_to=on, end_reason=reason.strip()[:200], version=F("version") + 1
    )
    if not ended:
        raise Refused("circle_over", _("这一条已经结束了"))
    row.refresh_from_db()
    record(by, "circle.ended", row, household=row.household, part=row.part, purpose=row.end_reason)
    return row


def obligors_able(person: Person, on: date) -> bool:
    """Whether any statutory obligor of the person can perform on that day (办法 Art. 4 and 8)."""
    return person.circle.filter(
        part=CirclePart.OBLIGOR, ability="able", valid_from__lte=on, valid_to__gt=on
    ).exists()


register_index(index_store(CirclePerson, "id_number", "id_blind", ID_PURPOSE))
