"""Giving and withdrawing a consent: one act each, the withdrawal the shorter one."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.refused import Refused
from services.consents.models import Answer, AnswerWay, Consent
from services.consents.purposes import CONSENT, MEMBER, PURPOSES, RECIPIENT, Purpose
from services.consents.queries import present_answers, under_fourteen


@transaction.atomic
def answer_purpose(
    *,
    by: Any,
    category: str,
    answer: str,
    way: str,
    version: str,
    person: Any = None,
    user: Any = None,
    guardian: str = "",
    at: datetime | None = None,
) -> Consent:
    """Note the answer to one category and the words that were read; a newer answer ends the older one.

    Refused: not_asked, old_words, own_answer, guardian_missing.
    """
    at = at or timezone.now()
    purpose = _asked(category, person)
    words = purpose.words_on(timezone.localdate(at))
    if version != words.version:
        raise Refused("old_words", _("说明刚换了新的，请照新的再念一遍"))
    if user is not None and user != by:
        raise Refused("own_answer", _("这件事只能本人自己答复"))
    if person is not None:
        _check_guardian(person, way, guardian, at)
    whose = {"person": person} if person is not None else {"user": user}
    present_answers(category=category, **whose).update(
        withdrawn_at=at, withdrawn_by=by, withdrawn_way=way, updated_at=at
    )
    try:
        with transaction.atomic():
            row = Consent.objects.create(
                category=category, text_version=words.version, text_digest=words.digest, answer=answer,
                way=way, guardian=guardian.strip(), answered_at=at, taken_by=by, **whose,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("answered_twice", _("刚刚已经有人记过了，请刷新再看")) from None
    verb = "consent.given" if answer == Answer.GIVEN else "consent.refused"
    household = person.household if person is not None else None
    record(by, verb, row, household=household, category=category, version=words.version, way=way)
    return row


@transaction.atomic
def withdraw(*, by: Any, consent: Consent, way: str, at: datetime | None = None) -> Consent:
    """End a consent: no form, no ground, no second question. Refused: wrong_state, own_answer."""
    at = at or timezone.now()
    if consent.user_id is not None and consent.user_id != by.pk:
        raise Refused("own_answer", _("这件事只能本人自己答复"))
    won = Consent.objects.filter(pk=consent.pk, withdrawn_at=None, answer=Answer.GIVEN).update(
        withdrawn_at=at, withdrawn_by=by, withdrawn_way=way, updated_at=at
    )
    if not won:
        raise Refused("wrong_state", _("这项已经撤回了"))
    consent.refresh_from_db()
    household = consent.person.household if consent.person else None
    record(by, "consent.withdrawn", consent, household=household, category=consent.category, way=way)
    return consent


def _asked(category: str, person: Any) -> Purpose:
    purpose = PURPOSES.get(category)
    whom = RECIPIENT if person is not None else MEMBER
    if purpose is None or purpose.ground != CONSENT or purpose.whom != whom:
        raise Refused("not_asked", _("这一项是法定职责，不需要同意"))
    return purpose


def _check_guardian(person: Any, way: str, guardian: str, at: datetime) -> None:
    """For a child under fourteen only the guardian may answer."""
    if under_fourteen(person.birth_date, timezone.localdate(at)) and way != AnswerWay.GUARDIAN:
        raise Refused("guardian_missing", _("不满十四岁的孩子，要由监护人答复"), field="way")
    if way == AnswerWay.GUARDIAN and not guardian.strip():
        raise Refused("guardian_missing", _("请填监护人的姓名和关系"), field="guardian")
