"""A person died. What it does to the care of the household is in `services.casework.ending`."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.refused import Refused
from services.recipients import agreements, categories, plans
from services.recipients.changes import keep_change, picture
from services.recipients.look_ins import note_risk
from services.recipients.models import DeathNotice, Household, Person, Relation
from services.recipients.people import class_of, rename_household
from services.recipients.standing_models import FOREVER


@dataclass(frozen=True)
class DeathFacts:
    """What a form says of a death. `new_head` leads the household where others live."""

    died_on: date
    source: str
    words: str = ""
    new_head: Person | None = None


@transaction.atomic
def note_death(*, by: Any, person: Person, version: int, facts: DeathFacts, today: date) -> DeathNotice:
    """A person died: what they were ends the day after, the household gets a new head.

    Refused: died_future, died_early, died_already, stale, head_needed.
    """
    if facts.died_on > today:
        raise Refused("died_future", _("去世日期不能晚于今天"), field="died_on")
    if facts.died_on < person.birth_date:
        raise Refused("died_early", _("去世日期早于出生日期"), field="died_on")
    won = Person.objects.filter(pk=person.pk, version=version, died_on=None).update(
        died_on=facts.died_on, version=F("version") + 1
    )
    before = picture(person) | {"died_on": None}
    person.refresh_from_db()
    if not won:
        if person.died_on is not None:
            raise Refused("died_already", _("这个人已经登记了去世"))
        raise Refused("stale", _("这个人的资料刚被别人改过。您填的还在，请核对后再按一次"))
    notice = DeathNotice.objects.create(
        person=person, died_on=facts.died_on, source=facts.source, words=facts.words.strip(), noted_by=by
    )
    keep_change(by=by, row=person, before=before)
    after = facts.died_on + timedelta(days=1)
    categories.end_all(by=by, person=person, on=after, reason=_("去世"))
    for row in person.circle.filter(valid_to=FOREVER):
        person.circle.filter(pk=row.pk).update(
            valid_to=max(after, row.valid_from), end_reason=_("本人去世"), version=F("version") + 1
        )
    agreements.end_with_status(person=person, by=by, on=after, reason=_("本人去世"))
    plans.end_with_person(person=person, by=by)
    household = person.household
    if person.relation == Relation.SELF:
        _new_head(by, household, facts.new_head)
    household.self_care = class_of(household)
    household.save(update_fields=["self_care", "updated_at"])
    note_risk(household)
    record(
        by,
        "person.died",
        household,
        household=household,
        source=facts.source,
        on=facts.died_on.isoformat(),
    )
    return notice


def _new_head(by: Any, household: Household, head: Person | None) -> None:
    """Somebody who lives leads the household; the file takes their name."""
    living = household.persons.filter(died_on=None)
    if not living.exists():
        return
    if head is None or not living.filter(pk=head.pk).exists():
        raise Refused("head_needed", _("家里还有人，请选谁当户主"), field="new_head")
    head = living.get(pk=head.pk)
    before, file_before = picture(head), picture(household)
    head.relation = Relation.SELF
    head.version += 1
    head.save(update_fields=["relation", "version", "updated_at"])
    keep_change(by=by, row=head, before=before)
    rename_household(household, head.name)
    Household.objects.filter(pk=household.pk).update(version=F("version") + 1)
    household.refresh_from_db(fields=["version"])
    keep_change(by=by, row=household, before=file_before)
