"""What can be done with a review: report a change, open a periodic one, propose, send back, decide, withdraw."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.queries import holders, holders_above
from portal.base.audit import record
from portal.base.models import OPEN_END, record_number
from portal.base.outbox import post
from portal.base.periods import local_date
from portal.base.refused import Refused
from portal.permissions.hats import places_for
from services.assistance.access import DECIDE, PROPOSE, SET_RULES, VERBS, reviews_of
from services.assistance.clock import OPEN, change_due, intervals_on, next_due, with_base
from services.assistance.lifecycle import REVIEW
from services.assistance.models import (
    ChangeKind,
    ConvertTo,
    Outcome,
    ReverifyClass,
    ReverifyRule,
    Review,
    ReviewCause,
    SaidBy,
    class_of,
)
from services.recipients import agreements, categories
from services.recipients.models import (
    CategoryKind,
    Household,
    HouseholdState,
    Person,
    PersonCategory,
    SupportMode,
)
from services.recipients.standing_models import FOREVER

LEAST_REASON = 4


def _standing_code(rows: QuerySet[PersonCategory]) -> str:
    """The class by which somebody is supported now, tekun before 低保; empty where they are neither."""
    standing = rows.filter(kind__in=[CategoryKind.TEKUN, CategoryKind.DIBAO], valid_to=FOREVER)
    found = {class_of(row.kind, row.dibao_class) for row in standing}
    return next((code for code in ReverifyClass.values if code in found), "")


@transaction.atomic
def report_change(
    *, by: Any, household: Household, said_by: str, kind: str, words: str, at: datetime | None = None
) -> Review:
    """Somebody concerned says that something changed; ten working days for the outcome start now.

    Refused: household_not_active, change_open (the same change is already being looked at).
    """
    at = at or timezone.now()
    if household.state == HouseholdState.CLOSED:
        raise Refused("household_not_active", _("这户的档案已注销，不用再报"))
    known = household.reviews.filter(cause=ReviewCause.CHANGE, kind=kind, state__in=OPEN).first()
    if known is not None and kind != ChangeKind.OTHER:
        raise Refused("change_open", _("这个变化已经报过（%(no)s），乡镇正在核查") % {"no": known.no})
    review = Review.objects.create(
        no=record_number("G"), household=household, cause=ReviewCause.CHANGE, said_by=said_by, kind=kind,
        code=_standing_code(PersonCategory.objects.filter(person__household=household)) or ReverifyClass.TEKUN,
        words=words, opened_at=at, due_on=change_due(at), reported_by=by, class_before=household.self_care,
    )  # fmt: skip
    record(by, "review.change_reported", review, household=household, change=kind, said_by=said_by)
    for person in holders_above(PROPOSE, household.region, at):
        if person.pk != by.pk:
            post(person, "change_reported", review, household=household)
    return review


@transaction.atomic
def open_periodic(*, by: Any, category: PersonCategory, at: datetime | None = None) -> Review:
    """Begin the re-verification of a tekun or 低保 person that is due or comes early. Refused: not_standing, no_rule, review_open."""
    at = at or timezone.now()
    today = local_date(at)
    person, code = category.person, class_of(category.kind, category.dibao_class)
    if not code or category.valid_to != FOREVER or person.died_on is not None:
        raise Refused("not_standing", _("这个人现在不在这一类，不用核查"))
    interval = intervals_on(today).get(code)
    if interval is None:
        raise Refused("no_rule", _("还没有定多久核查一次，请先设定"))
    base = with_base(PersonCategory.objects.filter(pk=category.pk)).get().base
    review = Review(
        no=record_number("G"), household=person.household, person=person, code=code, cause=ReviewCause.PERIODIC,
        said_by=SaidBy.OFFICE, opened_at=at, due_on=next_due(base, interval.months), reported_by=by,
        class_before=person.household.self_care,
    )  # fmt: skip
    try:
        with transaction.atomic():
            review.save()
    except IntegrityError:
        raise Refused("review_open", _("这个人的核查已经开始，请接着办")) from None
    record(by, "review.periodic_opened", review, household=person.household)
    return review


@dataclass(frozen=True)
class Proposal:
    """What the township proposes."""

    person: Person
    outcome: str
    reason: str
    effective_on: date
    convert_to: str = ""
    before_fen: int | None = None
    after_fen: int | None = None


def _check(review: Review, proposal: Proposal) -> str:
    """The class after, once everything fits. Refused: reason_empty, convert_empty, amounts_differ, not_reassessed."""
    if len(proposal.reason.strip()) < LEAST_REASON:
        raise Refused("reason_empty", _("请写明理由，决定书上会印出来"), field="reason")
    if (proposal.outcome == Outcome.CONVERT) != bool(proposal.convert_to):
        raise Refused("convert_empty", _("选“转换”时，请选转为哪一种；其他结果不用选"), field="convert_to")
    before, after = proposal.before_fen, proposal.after_fen
    if before is not None and after is not None:
        right = {
            Outcome.INCREASE: after > before,
            Outcome.REDUCE: after < before,
            Outcome.KEEP: after == before,
        }
        if not right.get(Outcome(proposal.outcome), True):
            raise Refused("amounts_differ", _("金额和结果对不上，请再看一遍"), field="after")
    newest = proposal.person.assessments.first()
    opened = local_date(review.opened_at)
    if review.kind == ChangeKind.ABILITY and (newest is None or newest.assessed_on < opened):
        raise Refused("not_reassessed", _("报的是自理能力变了，请先重新做自理评估"))
    return newest.self_care if newest else ""


def _step(review: Review, verb: str, *, by: Any, version: int, **more: Any) -> Review:
    """Take the step if the version still holds and `by` has the right there, in one statement."""
    target = REVIEW.step(review.state, verb)
    moved = (
        Review.objects.filter(pk=review.pk, version=version, state__in=REVIEW.sources(verb))
        .filter(pk__in=reviews_of(by, VERBS[verb]).values("pk"))
        .update(state=target, version=F("version") + 1, updated_at=timezone.now(), **more)
    )
    if not moved:
        raise Refused("stale", _("这件核查刚被别人办过，请看现在的情况再定"))
    return Review.objects.select_related(
        "household__region", "household__township", "person__household", "reported_by", "proposed_by"
    ).get(pk=review.pk)


@transaction.atomic
def propose(
    *, by: Any, review: Review, version: int, proposal: Proposal, at: datetime | None = None
) -> Review:
    """The township verified and proposes an outcome. Refused: those of `_check`, wrong_person, wrong_state, stale."""
    at = at or timezone.now()
    if proposal.person.household_id != review.household_id:
        raise Refused("wrong_person", _("这个人不在这户，请另选"), field="person")
    after = _check(review, proposal)
    code = _standing_code(proposal.person.categories.all()) if review.cause == ReviewCause.CHANGE else ""
    review = _step(
        review, "propose", by=by, version=version, person=proposal.person, code=code or review.code, outcome=proposal.outcome,
        convert_to=proposal.convert_to, before_fen=proposal.before_fen, after_fen=proposal.after_fen,
        effective_on=proposal.effective_on, class_after=after, proposed_by=by, proposed_at=at, return_reason="",
    )  # fmt: skip
    review.reason = proposal.reason.strip()
    review.save(update_fields=["reason"])
    record(by, "review.proposed", review, household=review.household, outcome=review.outcome)
    for person in holders(DECIDE, review.household.region.path[:4], at):
        if person.pk != by.pk:
            post(person, "review_proposed", review, household=review.household)
    return review


@transaction.atomic
def send_back(*, by: Any, review: Review, version: int, reason: str) -> Review:
    """Not yet clear: back to the township with the question. Refused: reason_empty, wrong_state, stale."""
    if not reason.strip():
        raise Refused("reason_empty", _("请写明还要核查什么"), field="reason")
    review = _step(review, "send_back", by=by, version=version, return_reason=reason.strip()[:200])
    record(by, "review.sent_back", review, household=review.household, purpose=reason.strip()[:200])
    if review.proposed_by is not None:
        post(review.proposed_by, "review_sent_back", review, household=review.household)
    return review


@transaction.atomic
def decide(*, by: Any, review: Review, version: int, at: datetime | None = None) -> Review:
    """Decide as proposed, in writing; stopping and converting take effect on the person's status.

    Refused: own_proposal, wrong_state, stale and those of `set_category`, `end_category`.
    """
    at = at or timezone.now()
    if review.proposed_by_id == by.pk:
        raise Refused("own_proposal", _("自己提出的结果要由别人决定"))
    review = _step(
        review, "decide", by=by, version=version, decided_by=by, decided_at=at, decided_on=local_date(at)
    )
    _take_effect(review, by)
    record(by, "review.decided", review, household=review.household, outcome=review.outcome)
    told = {each.pk: each for each in (review.reported_by, review.proposed_by) if each is not None}
    for person in told.values():
        if person.pk != by.pk:
            post(person, "review_decided", review, household=review.household)
    return review


def _take_effect(review: Review, by: Any) -> None:
    """What a decision changes in the register: the category, and the agreement that hangs on it."""
    person, on = review.person, review.effective_on
    if person is None or on is None or review.outcome not in {Outcome.STOP, Outcome.CONVERT}:
        return
    mode = review.convert_to if review.convert_to in SupportMode.values else ""
    kind = CategoryKind.TEKUN if review.code == ReverifyClass.TEKUN else CategoryKind.DIBAO
    row = person.categories.filter(kind=kind, valid_to=FOREVER).select_related("person__household").first()
    if row is not None and not (mode and kind == CategoryKind.TEKUN):
        words = _("核查决定 %(no)s") % {"no": review.no}
        categories.end_category(by=by, row=row, on=on, reason=words)
    if mode:
        categories.set_tekun(by=by, person=person, mode=mode, on=on)
    if kind == CategoryKind.TEKUN and mode != ConvertTo.DISPERSED:
        words = _("核查决定 %(no)s") % {"no": review.no}
        agreements.end_with_status(person=person, by=by, on=on, reason=words)


@transaction.atomic
def withdraw(*, by: Any, review: Review, version: int, reason: str) -> Review:
    """There was no change, or it was opened by mistake; the one who reported reads why. Refused: reason_empty, wrong_state, stale."""
    if not reason.strip():
        raise Refused("reason_empty", _("请写明原因，上报人会看到"), field="reason")
    review = _step(review, "withdraw", by=by, version=version, return_reason=reason.strip()[:200])
    record(by, "review.withdrawn", review, household=review.household, purpose=reason.strip()[:200])
    if review.reported_by_id != by.pk:
        post(review.reported_by, "review_withdrawn", review, household=review.household)
    return review


@transaction.atomic
def set_interval(*, by: Any, code: str, months: int, source: str, valid_from: date) -> ReverifyRule:
    """A new interval from a day on; the one before it ends there. Refused: not_yours, rule_order, source_empty."""
    if not places_for(by, SET_RULES):
        raise Refused("not_yours", _("核查间隔由县民政局定"))
    if not source.strip():
        raise Refused("source_empty", _("请写明依据的文件"), field="source")
    standing = ReverifyRule.objects.select_for_update().filter(code=code, valid_to=OPEN_END.date()).first()
    if standing is not None:
        if valid_from <= standing.valid_from:
            raise Refused("rule_order", _("要晚于现在这条的开始日"), field="valid_from")
        standing.valid_to = valid_from
        standing.save(update_fields=["valid_to", "updated_at"])
    row = ReverifyRule.objects.create(
        code=code, months=months, source=source.strip(), valid_from=valid_from, set_by=by
    )
    record(by, "reverify_rule.set", row, code=code, months=months)
    return row
