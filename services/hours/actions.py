"""What people do with hours: ask for a correction, answer it, set the levels."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.queries import holders_above
from partners.volunteers.models import Volunteer
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.periods import local_date, working_days_after
from portal.base.refused import Refused
from services.hours.access import KEEP
from services.hours.ledger import Work, take_back, write
from services.hours.lifecycle import CORRECTION
from services.hours.models import CorrectionState, HourCause, HourCorrection, HourEntry, HourKind, StarLevel
from services.hours.rules import too_long

ANSWER_DAYS = 5
SHORTEST = 4


@transaction.atomic
def ask_correction(
    *,
    volunteer: Volunteer,
    service: str,
    starts_at: datetime,
    ends_at: datetime,
    words: str,
    entry: HourEntry | None = None,
    at: datetime | None = None,
) -> HourCorrection:
    """A volunteer says what the hours should be. Refused: ends_before, too_long, future, words_empty, already_asked,
    entry_gone."""
    at = at or timezone.now()
    if ends_at <= starts_at:
        raise Refused("ends_before", _("结束要晚于开始"), field="ends")
    if too_long(starts_at, ends_at):
        raise Refused("too_long", _("一次最多 12 小时，请分开写"), field="ends")
    if ends_at > at:
        raise Refused("future", _("还没发生的不能记"), field="ends")
    if len(words.strip()) < SHORTEST:
        raise Refused("words_empty", _("请写明哪里不对，至少 4 个字"), field="words")
    if entry is not None and (entry.volunteer_id != volunteer.pk or hasattr(entry, "reversed_by")):
        raise Refused("entry_gone", _("这一条已经收回，请看新的一条"))
    try:
        with transaction.atomic():
            row = HourCorrection.objects.create(
                no=record_number("HC"),
                volunteer=volunteer,
                entry=entry,
                service=service,
                starts_at=starts_at,
                ends_at=ends_at,
                words=words.strip()[:300],
                asked_at=at,
                due_on=working_days_after(local_date(at), ANSWER_DAYS),
            )
    except IntegrityError:
        raise Refused("already_asked", _("这一条您已经提过，正在等答复")) from None
    record(volunteer.user, "hours.correction_asked", row)
    for person in holders_above(KEEP, volunteer.home, at):
        if person.pk != volunteer.user_id:
            post(person, "correction_asked", row)
    return row


@transaction.atomic
def answer_correction(
    *, correction: HourCorrection, accept: bool, answer: str, by: Any, at: datetime | None = None
) -> HourCorrection:
    """The office puts it right, or says why not. Refused: own_hours, answer_empty, wrong_state, hours_overlap."""
    at = at or timezone.now()
    user = correction.volunteer.user
    if by.pk == user.pk or (by.identity_id is not None and by.identity_id == user.identity_id):
        raise Refused("own_hours", _("自己的时长，请另一位同事来答复"))
    if len(answer.strip()) < SHORTEST:
        raise Refused("answer_empty", _("请写明理由，至少 4 个字"), field="answer")
    verb = "accept" if accept else "refuse"
    won = HourCorrection.objects.filter(
        pk=correction.pk, version=correction.version, state__in=CORRECTION.sources(verb)
    ).update(
        state=CORRECTION.moves[verb].target,
        answered_by=by,
        answered_at=at,
        answer=answer.strip()[:300],
        version=F("version") + 1,
        updated_at=at,
    )
    if not won:
        raise Refused("wrong_state", _("刚有人答复过了，请刷新再看"))
    correction.refresh_from_db()
    if accept:
        _put_right(correction, by)
    record(by, f"hours.correction_{correction.state}", correction, purpose=correction.answer)
    post(user, "correction_answered", correction)
    return correction


def _put_right(correction: HourCorrection, by: Any) -> None:
    old = correction.entry
    if old is not None:
        if HourEntry.objects.filter(reverses=old).exists():
            raise Refused("entry_gone", _("这一条已经收回，请看新的一条"))
        take_back(old, by)
    entry = write(
        Work(
            user=correction.volunteer.user,
            kind=HourKind.VOLUNTARY,
            service=correction.service,
            township=_township(correction),
            starts_at=correction.starts_at,
            ends_at=correction.ends_at,
            volunteer=correction.volunteer,
            visit=old.visit if old is not None else None,
        ),
        HourCause.CORRECTION,
        by,
    )
    if entry.cause != HourCause.CORRECTION:
        raise Refused("hours_overlap", _("这段时间和已经记的重叠，不能再记。请核对时间"))


def _township(correction: HourCorrection) -> Any:
    if correction.entry is not None:
        return correction.entry.township
    home = correction.volunteer.home
    return home.parent if home.level == "village" else home


@transaction.atomic
def withdraw_correction(*, correction: HourCorrection, by: Any, at: datetime | None = None) -> HourCorrection:
    """The volunteer takes it back before an answer. Refused: wrong_state."""
    at = at or timezone.now()
    won = HourCorrection.objects.filter(
        pk=correction.pk, volunteer__user=by, state=CorrectionState.ASKED
    ).update(state=CORRECTION.moves["withdraw"].target, version=F("version") + 1, updated_at=at)
    if not won:
        raise Refused("wrong_state", _("已经答复了，不能再撤回"))
    correction.refresh_from_db()
    record(by, "hours.correction_withdrawn", correction)
    for person in holders_above(KEEP, correction.volunteer.home, at):
        post(person, "correction_withdrawn", correction)
    return correction


@transaction.atomic
def set_levels(*, valid_from: date, hours: list[int], by: Any, at: datetime | None = None) -> None:
    """Set the hours of one to five stars from a day ahead on; set again for that day, the later word counts.

    Refused: not_rising, past.
    """
    if valid_from <= local_date(at or timezone.now()):
        raise Refused("past", _("从明天起的日子才能改，过去的星级不变"), field="valid_from")
    if any(one >= other for one, other in zip(hours, hours[1:], strict=False)):
        raise Refused("not_rising", _("星越多，时长要越多"), field="hours5")
    StarLevel.objects.filter(valid_from=valid_from).delete()
    StarLevel.objects.bulk_create(
        StarLevel(valid_from=valid_from, stars=count, hours=one) for count, one in enumerate(hours, 1)
    )
    record(by, "hours.levels_set", valid_from=valid_from.isoformat(), hours=hours)
