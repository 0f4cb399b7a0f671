"""What can be done for the people in the data: take a request, answer it, erase, withdraw, hold."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.models import OPEN_END, record_number
from portal.base.outbox import post
from portal.base.periods import working_days_after
from portal.base.refused import Refused
from portal.models import User
from services.casework.handing_back import hand_back
from services.consents.actions import withdraw
from services.consents.models import AnswerWay, Consent
from services.privacy.erasing import drop_files, erase_household, erase_user, held
from services.privacy.lifecycle import REQUEST
from services.privacy.models import DataHold, RequestKind, RequestState, SubjectRequest
from services.tasks.sendable import IDENTITY
from services.visits.models import Alert, Verdict, VisitPhoto

ANSWER_IN_WORKING_DAYS = 15


def due_day(on: date) -> date:
    """The fifteenth working day after the request."""
    return working_days_after(on, ANSWER_IN_WORKING_DAYS)


@transaction.atomic
def take_request(
    *,
    by: Any,
    kind: str,
    way: str,
    words: str = "",
    person: Any = None,
    user: Any = None,
    at: datetime | None = None,
) -> SubjectRequest:
    """Write a request down and start its clock; a copy is made at once by the job.

    Refused: own_request, words_empty, asked_already.
    """
    at = at or timezone.now()
    if user is not None and user != by:
        raise Refused("own_request", _("这件事只能本人自己提出"))
    if kind == RequestKind.CORRECT and len(words.strip()) < 4:
        raise Refused("words_empty", _("请写明哪里不对，应该是什么"), field="words")
    state = RequestState.MAKING if kind == RequestKind.COPY else RequestState.RECEIVED
    try:
        with transaction.atomic():
            row = SubjectRequest.objects.create(
                no=record_number("Q"), kind=kind, person=person, user=user, way=way, words=words.strip(), state=state,
                asked_at=at, due_on=due_day(timezone.localdate(at)), received_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("asked_already", _("同样的要求已经在办了")) from None
    record(by, "request.taken", row, household=person.household if person else None, asked=kind, way=way)
    return row


def _step(asked: SubjectRequest, verb: str, by: Any, at: datetime, **changes: Any) -> SubjectRequest:
    won = SubjectRequest.objects.filter(pk=asked.pk, version=asked.version, state=asked.state).update(
        state=REQUEST.step(asked.state, verb), version=F("version") + 1, decided_by=by, decided_at=at,
        updated_at=at, **changes,
    )  # fmt: skip
    if not won:
        raise Refused("stale", _("这件刚被别人办过，请刷新再看"))
    return SubjectRequest.objects.select_related("person__household", "user").get(pk=asked.pk)


def _household(asked: SubjectRequest) -> Any:
    return asked.person.household if asked.person is not None else None


def _tell(asked: SubjectRequest, topic: str) -> None:
    if asked.user is not None and asked.user.is_active:
        post(asked.user, topic, asked)


@transaction.atomic
def answer_request(
    *, by: Any, asked: SubjectRequest, outcome: str, at: datetime | None = None
) -> SubjectRequest:
    """Say that a correction was made, and what. Refused: wrong_state, stale, outcome_empty."""
    at = at or timezone.now()
    if len(outcome.strip()) < 2:
        raise Refused("outcome_empty", _("请写明改了什么"), field="outcome")
    asked = _step(asked, "answer", by, at)
    asked.outcome = outcome.strip()
    asked.save(update_fields=["outcome"])
    record(by, "request.answered", asked, household=_household(asked))
    _tell(asked, "request_answered")
    return asked


@transaction.atomic
def refuse_request(
    *, by: Any, asked: SubjectRequest, outcome: str, at: datetime | None = None
) -> SubjectRequest:
    """Say no, with the reason in law. Refused: wrong_state, stale, outcome_empty."""
    at = at or timezone.now()
    if len(outcome.strip()) < 4:
        raise Refused("outcome_empty", _("请写明为什么不能办，依据哪一条"), field="outcome")
    asked = _step(asked, "refuse", by, at)
    asked.outcome = outcome.strip()
    asked.save(update_fields=["outcome"])
    record(by, "request.refused", asked, household=_household(asked))
    _tell(asked, "request_answered")
    return asked


@transaction.atomic
def carry_out_erasure(
    *, by: Any, asked: SubjectRequest, ground: str, at: datetime | None = None
) -> SubjectRequest:
    """Erase what was asked for. Refused: own_request, wrong_state, stale, still_in_care, still_active, held."""
    at = at or timezone.now()
    if by.pk in (asked.received_by_id, asked.user_id) and asked.person_id is not None:
        raise Refused("own_request", _("受理的人不能自己决定删除，请同事来办"))
    asked = _step(asked, "erase", by, at, ground=ground)
    if asked.person is not None:
        erase_household(by=by, household=asked.person.household, ground=ground, at=at)
    elif asked.user is not None:
        erase_user(by=by, user=asked.user, ground=ground, at=at)
    record(by, "request.erased", asked, household=_household(asked), ground=ground)
    return asked


@transaction.atomic
def withdraw_consent(*, by: Any, consent: Consent, way: str, at: datetime | None = None) -> int:
    """Withdraw, and do at once what withdrawing means; returns how many photos or assignments went.

    Refused: wrong_state, own_answer.
    """
    at = at or timezone.now()
    withdraw(by=by, consent=consent, way=way, at=at)
    if consent.category == IDENTITY and consent.user is not None:
        return hand_back(by=by, user=consent.user, at=at)
    if consent.category != "photos" or consent.person is None:
        return 0
    household = consent.person.household
    if held(household=household, at=at):
        return 0
    photos = VisitPhoto.objects.filter(record__planned__task__need__household=household)
    photos = photos.exclude(record__verdict=Verdict.FLAGGED).exclude(
        record__planned__in=Alert.objects.filter(household=household)
        .exclude(state="closed")
        .values("planned")
    )
    files = list(photos.values_list("file_id", flat=True))
    VisitPhoto.objects.filter(file__in=files).delete()
    drop_files(files)
    record(by, "household.photos_erased", household, household=household, photos=len(files))
    return len(files)


@transaction.atomic
def set_hold(*, by: Any, household: Any, reason: str, at: datetime | None = None) -> DataHold:
    """Keep a household's data from being cleared. Refused: reason_empty, held."""
    at = at or timezone.now()
    if len(reason.strip()) < 4:
        raise Refused("reason_empty", _("请写明为什么要留着"), field="reason")
    if held(household=household, at=at):
        raise Refused("held", _("这户的资料已经设成留着了"))
    row = DataHold.objects.create(household=household, reason=reason.strip()[:200], valid_from=at, set_by=by)
    record(by, "household.held", row, household=household)
    return row


@transaction.atomic
def lift_hold(*, by: Any, household: Any, at: datetime | None = None) -> int:
    """End a hold. Refused: not_held."""
    at = at or timezone.now()
    ended = DataHold.objects.filter(household=household, valid_to=OPEN_END).update(valid_to=at, updated_at=at)
    if not ended:
        raise Refused("not_held", _("这户的资料没有设成留着"))
    record(by, "household.hold_lifted", household, household=household)
    return ended


def own_ways() -> list[tuple[str, str]]:
    """The ways in which a recipient can say something to an office."""
    return [(value, str(label)) for value, label in AnswerWay.choices if value != AnswerWay.OWN_PAGE]


def may_be_erased(user: User) -> bool:
    """Whether a user's data can go now: an account that still works cannot."""
    return not user.is_active
