"""Two files of one household become one, and one file becomes two; nothing that hangs from them is lost.

Whatever table refers to a household or a person is carried over, known or not: a row that would stand
twice (an open status of one kind, a derived clock) stands once. A row that cannot be carried refuses the
whole step, and the database keeps everything as it was.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Region
from partners.network.queries import township_of
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.refused import Refused
from services.recipients.access import may_household
from services.recipients.changes import keep_change, picture
from services.recipients.look_ins import note_risk, seen_too
from services.recipients.models import FileChange, Household, HouseholdState, NumberRedirect, Person, Relation
from services.recipients.people import class_of, rename_household, tell_grants
from services.recipients.standing_models import FOREVER

MERGE = "services.merge_household"


def _references(model: type[models.Model]) -> list[models.ForeignKey]:
    """Every foreign key of the site that leads to this model."""
    return [
        relation.field
        for relation in model._meta.related_objects
        if isinstance(relation.field, models.ForeignKey) and relation.field.model._meta.managed
    ]


def _carry(old: models.Model, new: models.Model) -> int:
    """Let every row that refers to `old` refer to `new`. Refused: stands_twice."""
    carried = 0
    for key in _references(type(old)):
        for row in key.model._base_manager.filter(**{key.name: old}):
            _carry_row(row, key, new)
            carried += 1
    return carried


def _carry_row(row: models.Model, key: models.ForeignKey, new: models.Model) -> None:
    rows = type(row)._base_manager.filter(pk=row.pk)
    try:
        with transaction.atomic():
            rows.update(**{key.name: new})
        return
    except IntegrityError as clash:
        # One a household or person by its nature, or a mere note on two people: the kept one stands.
        if isinstance(key, models.OneToOneField) or getattr(row, "goes_with_a_double", False):
            rows.delete()
            return
        if not (hasattr(row, "valid_from") and hasattr(row, "valid_to")):
            raise Refused(
                "stands_twice",
                _("两户都有没结束的“%(what)s”，请先结束一边再合并") % {"what": row._meta.verbose_name},
            ) from clash
    # What stands twice stands once: the carried row keeps its words but covers no day any more.
    with transaction.atomic():
        rows.update(**{key.name: new, "valid_to": F("valid_from")})


@dataclass(frozen=True)
class MergeFacts:
    """Why two files are one household's, and which of their people are the same (gone person: kept person)."""

    reason: str
    same: dict[Person, Person] = field(default_factory=dict)


def _lock(household: Household, version: int) -> None:
    if not Household.objects.filter(pk=household.pk, version=version).update(version=F("version") + 1):
        raise Refused("stale", _("这户的档案刚被别人改过。您填的还在，请核对后再按一次"))


@transaction.atomic
def merge_households(
    *, by: Any, kept: Household, gone: Household, versions: tuple[int, int], facts: MergeFacts
) -> Household:
    """The file `gone` goes into `kept`; its number leads there from now on.

    Refused: same_file, not_your_area, reason_empty, stale, stands_twice, person_elsewhere, death_differs, file_closed.
    """
    if kept.pk == gone.pk:
        raise Refused("same_file", _("这是同一份档案，请填另一户的编号"), field="other")
    if not (may_household(by, MERGE, kept) and may_household(by, MERGE, gone)):
        raise Refused("not_your_area", _("两户都归您管才能合并"), field="other")
    if not facts.reason.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")
    if HouseholdState.CLOSED in {kept.state, gone.state}:
        raise Refused("file_closed", _("已注销的档案不能合并"), field="other")
    # In the order of the keys, so that two merges at once do not wait for each other.
    for household, version in sorted(zip((kept, gone), versions, strict=True), key=lambda pair: pair[0].pk):
        _lock(household, version)
    kept, gone = Household.objects.get(pk=kept.pk), Household.objects.get(pk=gone.pk)
    snapshot = picture(gone) | {"people": [str(person.uid) for person in gone.persons.all()]}
    before = picture(kept)
    _join_people(by, kept, gone, facts.same)
    seen_too(gone, kept)
    _carry(gone, kept)
    NumberRedirect.objects.create(
        old_no=gone.no,
        household=kept,
        reason=facts.reason.strip()[:200],
        merged_by=by,
        snapshot=json.dumps(snapshot, ensure_ascii=False),
    )
    old_no = gone.no
    gone.delete()
    for name in ("phone", "address", "door_note", "dialect", "stairs"):
        if not getattr(kept, name) and snapshot.get(name):
            setattr(kept, name, snapshot[name])
    kept.self_care = class_of(kept)
    kept.save(update_fields=["phone", "address", "door_note", "dialect", "stairs", "self_care", "updated_at"])
    kept.refresh_from_db()
    tell_grants(kept)
    keep_change(by=by, row=kept, before=before)
    record(by, "household.merged", kept, household=kept, purpose=facts.reason.strip()[:200], old=old_no)
    return kept


def _join_people(by: Any, kept: Household, gone: Household, same: dict[Person, Person]) -> None:
    """The same person becomes one; a second head is no head any more."""
    for double, person in same.items():
        if double.household_id != gone.pk or person.household_id != kept.pk:
            raise Refused("person_elsewhere", _("请从这两户的人里选"), field="same")
        before = picture(person)
        _one_death(double, person)
        _later_checks(double, person)
        _carry(double, person)
        number, blind, notes = double.id_number, double.id_blind, double.health_notes
        double.delete()
        if not person.id_number and number:
            person.id_number, person.id_blind = number, blind
        elif blind and not person.id_blind and number == person.id_number:
            person.id_blind = blind
        if not person.health_notes:
            person.health_notes = notes
        person.version += 1
        person.save(update_fields=["id_number", "id_blind", "health_notes", "version", "updated_at"])
        keep_change(by=by, row=person, before=before)
    if kept.persons.filter(relation=Relation.SELF, died_on=None).exists():
        gone.persons.filter(relation=Relation.SELF, died_on=None).update(
            relation=Relation.OTHER, version=F("version") + 1
        )


def _one_death(double: Person, person: Person) -> None:
    """Both files say the same of a death, or somebody looks first; the notice that stands keeps the words of both."""
    if double.died_on != person.died_on:
        raise Refused(
            "death_differs",
            _("“%(name)s”在两户里去世登记不一样，请先核对，改成一样再合并") % {"name": person.name},
            field="same",
        )
    theirs = double.deaths.filter(undone_at=None).select_related("noted_by").first()
    standing = person.deaths.filter(undone_at=None).first()
    if theirs is None or standing is None:
        return
    said = _("%(source)s，%(who)s %(day)s 登记") % {
        "source": theirs.get_source_display(),
        "who": theirs.noted_by.get_full_name(),
        "day": timezone.localdate(theirs.created_at).isoformat(),
    }
    standing.words = "\n".join(part for part in (standing.words, f"{theirs.words}（{said}）") if part)
    standing.save(update_fields=["words", "updated_at"])


def _later_checks(double: Person, person: Person) -> None:
    """Of a category that stands in both files the later verification counts."""
    for row in double.categories.filter(valid_to=FOREVER).exclude(verified_on=None):
        same = person.categories.filter(kind=row.kind, valid_to=FOREVER, valid_from__lte=row.verified_on)
        same.filter(Q(verified_on=None) | Q(verified_on__lt=row.verified_on)).update(
            verified_on=row.verified_on
        )


@dataclass(frozen=True)
class SplitFacts:
    """Who leaves the file for one of their own, who leads it, where they live, and why."""

    people: list[Person]
    head: Person
    region: Region
    reason: str
    address: str = ""
    needs: list[Any] = field(default_factory=list)
    old_no: str = ""
    new_head_here: Person | None = None


@transaction.atomic
def split_household(*, by: Any, household: Household, version: int, facts: SplitFacts, on: date) -> Household:
    """Some people get a file of their own; their needs go along with the tasks and sights these caused.

    `old_no` takes back a number that a merge had turned into a redirect.
    Refused: nobody_leaves, nobody_stays, person_elsewhere, head_elsewhere, head_needed, reason_empty,
    not_your_area, region_level, old_number, stale.
    """
    leaving = {person.pk for person in facts.people}
    living = list(household.persons.filter(died_on=None))
    if not leaving:
        raise Refused("nobody_leaves", _("请选谁要分出去"), field="people")
    if not leaving <= {person.pk for person in household.persons.all()}:
        raise Refused("person_elsewhere", _("请选这户的人"), field="people")
    staying = [person for person in living if person.pk not in leaving]
    if not staying:
        raise Refused("nobody_stays", _("原来的户里要留人。全家搬走请用“搬家”"), field="people")
    if facts.head.pk not in leaving or facts.head.died_on is not None:
        raise Refused("head_elsewhere", _("新户的户主要从分出去的人里选"), field="head")
    if not facts.reason.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")
    township = township_of(facts.region)
    if township is None or township == facts.region:
        raise Refused("region_level", _("请选到村或村民小组"), field="region")
    _lock(household, version)
    head_leaves = any(person.pk in leaving and person.relation == Relation.SELF for person in living)
    stays = facts.new_head_here if facts.new_head_here in staying else None
    if head_leaves and stays is None:
        raise Refused("head_needed", _("原户主要分出去，请选谁当原户的户主"), field="new_head_here")
    made = Household.objects.create(
        no=_number(household, facts.old_no),
        region=facts.region,
        township=township,
        name=facts.head.name,
        name_key=facts.head.name_key,
        address=facts.address,
        created_at=household.created_at,  # they are known here since then: no clock begins anew
    )
    household.persons.filter(pk__in=leaving, relation=Relation.SELF).update(relation=Relation.OTHER)
    household.persons.filter(pk__in=leaving).update(household=made, version=F("version") + 1)
    made.persons.filter(pk=facts.head.pk).update(relation=Relation.SELF)
    household.circle.filter(person__in=leaving).update(household=made)
    FileChange.objects.filter(household=household, person__in=leaving).update(household=made)
    household.endings.filter(person__in=leaving).update(household=made)
    if stays is not None and head_leaves:
        household.persons.filter(pk=stays.pk).update(relation=Relation.SELF, version=F("version") + 1)
        rename_household(household, stays.name)
    _needs_along(household, made, facts.needs)
    for each in (household, made):
        each.self_care = class_of(each)
        each.save(update_fields=["self_care", "updated_at"])
    seen_too(household, made)
    for each in (household, made):
        note_risk(each)
    purpose = facts.reason.strip()[:200]
    record(by, "household.split", household, household=household, purpose=purpose, new=made.no)
    record(by, "household.split", made, household=made, purpose=purpose, old=household.no)
    household.refresh_from_db()
    return made


def _number(household: Household, old_no: str) -> str:
    """A new number, or one that a merge had turned into a redirect to this very file."""
    if not old_no:
        return record_number("H")
    if not NumberRedirect.objects.filter(old_no=old_no, household=household).delete()[0]:
        raise Refused("old_number", _("这个编号不是并进这户的，请另选"), field="old_no")
    return old_no


def _needs_along(household: Household, made: Household, needs: list[Any]) -> None:
    """Needs go to the new file, and with them the sights that their tasks and assignments gave."""
    causes: set[str] = set()
    for need in needs:
        for task in need.tasks.all():
            causes.add(f"task:{task.no}")
            causes |= {f"assignment:{row.uid}" for row in task.assignments.all()}
        household.needs.filter(pk=need.pk).update(household=made, version=F("version") + 1)
    keys = {"content_object": made, "township": made.township, "name_key": made.name_key}
    household.team_grants.filter(cause__in=causes).update(**keys)
    household.user_grants.filter(cause__in=causes).update(**keys)
