"""What a person is to the law: set a category from a day on, end it, correct it by ending and setting anew."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.refused import Refused
from services.recipients.models import CategoryKind, Person, PersonCategory
from services.recipients.standing_models import EXCLUSIVE, FOREVER

CHILD_KINDS = frozenset(
    {CategoryKind.ORPHAN, CategoryKind.UNATTENDED_CHILD, CategoryKind.CHILD_IN_DIFFICULTY}
)


@dataclass(frozen=True)
class CategoryFacts:
    """What a form or a file says of a category. Only the details that the kind asks for are kept."""

    kind: str
    on: date
    mode: str = ""
    dibao_class: str = ""
    disability: str = ""
    grade: int | None = None
    verified_on: date | None = None


def _whole(facts: CategoryFacts) -> CategoryFacts:
    """The facts with what belongs to the kind, and nothing else. Refused: mode_empty, class_empty, grade_empty."""
    kind = facts.kind
    if kind == CategoryKind.TEKUN and not facts.mode:
        raise Refused("mode_empty", _("请选供养方式"), field="mode")
    if kind == CategoryKind.DIBAO and not facts.dibao_class:
        raise Refused("class_empty", _("请选低保类别"), field="dibao_class")
    if kind == CategoryKind.DISABILITY and not facts.disability:
        raise Refused("disability_empty", _("请选残疾类别"), field="disability")
    if kind == CategoryKind.DISABILITY and facts.grade not in {1, 2, 3, 4}:
        raise Refused("grade_empty", _("请选残疾等级"), field="grade")
    disabled = kind == CategoryKind.DISABILITY
    return replace(
        facts,
        mode=facts.mode if kind == CategoryKind.TEKUN else "",
        dibao_class=facts.dibao_class if kind == CategoryKind.DIBAO else "",
        disability=facts.disability if disabled else "",
        grade=facts.grade if disabled else None,
    )


def _rivals(kind: str) -> set[str]:
    """The kinds that a person cannot be on the same day, the kind itself among them."""
    return {kind}.union(*(kinds for kinds in EXCLUSIVE.values() if kind in kinds))


def _same(row: PersonCategory, facts: CategoryFacts) -> bool:
    names = ("kind", "mode", "dibao_class", "disability", "grade")
    return all(getattr(row, name) == getattr(facts, name) for name in names)


@transaction.atomic
def set_category(*, by: Any, person: Person, facts: CategoryFacts) -> PersonCategory:
    """A person is of this category from that day on; what it excludes and still stands must be ended first.

    The same kind with other details replaces the standing row from that day (support at home becomes
    support in an institution, class B becomes class A).
    Refused: mode_empty, class_empty, disability_empty, grade_empty, category_same, category_order,
    category_excluded, category_early, verified_early, person_died.
    """
    facts = _whole(facts)
    if facts.verified_on is not None and facts.verified_on < facts.on:
        raise Refused("verified_early", _("上次核查的日期早于开始的日期"), field="verified_on")
    if person.died_on is not None:
        raise Refused("person_died", _("这个人已去世，不能再登记"))
    if facts.on < person.birth_date:
        raise Refused("category_early", _("日期早于出生日期"), field="on")
    standing = {row.kind: row for row in person.categories.filter(valid_to=FOREVER)}
    own = standing.pop(facts.kind, None)
    if own is not None:
        if _same(own, facts):
            raise Refused("category_same", _("现在登记的就是这样，不用再登"), field="kind")
        _end_row(own, facts.on, "")
    for kind in sorted(_rivals(facts.kind) & set(standing)):
        raise _excluded(standing[kind])
    try:
        with transaction.atomic():
            row = PersonCategory.objects.create(
                person=person,
                kind=facts.kind,
                mode=facts.mode,
                dibao_class=facts.dibao_class,
                disability=facts.disability,
                grade=facts.grade,
                valid_from=facts.on,
                verified_on=facts.verified_on,
                confirmed_by=by,
            )
    except IntegrityError:
        clash = person.categories.filter(kind__in=_rivals(facts.kind), valid_to__gt=facts.on).first()
        if clash is None:
            raise
        raise _excluded(clash) from None
    household = person.household
    record(
        by, "person.category_set", household, household=household, kind=facts.kind, on=facts.on.isoformat()
    )
    return row


def _excluded(row: PersonCategory) -> Refused:
    return Refused(
        "category_excluded",
        _("这段时间登记着“%(kind)s”，两样不能同时有。请先结束那一样") % {"kind": row.get_kind_display()},
        field="kind",
    )


@transaction.atomic
def end_category(*, by: Any, row: PersonCategory, on: date, reason: str) -> PersonCategory:
    """A person is of this category no more from that day on. Refused: category_over, reason_empty, category_order."""
    if row.valid_to != FOREVER:
        raise Refused("category_over", _("这一段已经结束了"))
    if not reason.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")
    _end_row(row, on, reason.strip()[:200])
    household = row.person.household
    record(
        by,
        "person.category_ended",
        household,
        household=household,
        purpose=row.end_reason,
        kind=row.kind,
        on=on.isoformat(),
    )
    return row


@transaction.atomic
def note_verified(*, by: Any, row: PersonCategory, on: date) -> PersonCategory:
    """The office's own list says that this standing category was verified on that day; an earlier day changes nothing.

    Refused: verified_early.
    """
    if on < row.valid_from:
        raise Refused("verified_early", _("上次核查的日期早于开始的日期"), field="verified_on")
    unknown_or_older = Q(verified_on=None) | Q(verified_on__lt=on)
    noted = PersonCategory.objects.filter(unknown_or_older, pk=row.pk, valid_to=FOREVER).update(
        verified_on=on
    )
    if noted:
        row.verified_on = on
        household = row.person.household
        record(by, "person.verified", household, household=household, kind=row.kind, on=on.isoformat())
    return row


def _end_row(row: PersonCategory, on: date, reason: str) -> None:
    """End a standing row in one conditional statement."""
    if on < row.valid_from:
        raise Refused("category_order", _("日期不能早于现在这段的开始日"), field="on")
    ended = PersonCategory.objects.filter(pk=row.pk, valid_to=FOREVER).update(valid_to=on, end_reason=reason)
    if not ended:
        raise Refused("category_over", _("这一段已经结束了"))
    row.valid_to, row.end_reason = on, reason


def end_all(*, by: Any, person: Person, on: date, reason: str) -> int:
    """End whatever stands of a person, as death does; what has not begun never will. Inside the caller's transaction."""
    ended = 0
    for row in person.categories.filter(valid_to=FOREVER):
        _end_row(row, max(on, row.valid_from), reason)
        record(by, "person.category_ended", person.household, household=person.household, kind=row.kind)
        ended += 1
    return ended


def set_tekun(*, by: Any, person: Person, mode: str, on: date) -> PersonCategory:
    """A person is tekun in this mode from that day on."""
    return set_category(by=by, person=person, facts=CategoryFacts(CategoryKind.TEKUN, on, mode=mode))


def standing_of(person: Person, on: date) -> list[PersonCategory]:
    """What a person is on a day; reads the prefetched rows where there are any."""
    return [row for row in person.categories.all() if row.valid_from <= on < row.valid_to]
