"""What people do with requests for a certificate: ask, withdraw, issue, refuse; and set within how many days.

民政部令第67号 asks for certificates that are true, whole, free and in good time (及时). The text that we could read gives
no number of days; the first term is therefore the platform's own, and the bureau changes it with the paper it follows.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.queries import holders_above
from partners.volunteers.models import Volunteer
from portal.base.audit import record
from portal.base.deadlines import TimeLeft, time_left
from portal.base.models import OPEN_END, record_number
from portal.base.outbox import post
from portal.base.periods import day_start, local_date, working_days_after
from portal.base.refused import Refused
from portal.permissions.hats import places_for
from services.hours.access import ISSUE, STARS
from services.hours.certificates import Signatories, issue_certificate
from services.hours.lifecycle import REQUEST
from services.hours.queries import term_on, voluntary_minutes
from services.hours.request_models import CertificateRequest, CertificateTerm, RequestedState

SHORTEST = 4


@transaction.atomic
def ask_for_certificate(
    *, volunteer: Volunteer, first: date, last: date, at: datetime | None = None
) -> CertificateRequest:
    """A volunteer asks for a certificate of some days. Refused: ends_before, future, no_hours, already_asked."""
    at = at or timezone.now()
    today = local_date(at)
    if last < first:
        raise Refused("ends_before", _("结束的一天不能早于开始的一天"), field="last")
    if last > today:
        raise Refused("future", _("证明只能开到今天为止"), field="last")
    if voluntary_minutes(volunteer, first=first, last=last) < 1:
        words = _("这段日子还没有记下的志愿服务时长。请换一段日子；少记了的，先请人更正")
        raise Refused("no_hours", words, field="first")
    try:
        with transaction.atomic():
            row = CertificateRequest.objects.create(
                no=record_number("CR"),
                volunteer=volunteer,
                first=first,
                last=last,
                asked_at=at,
                due_on=working_days_after(today, term_on(today).working_days),
            )
    except IntegrityError:
        raise Refused("already_asked", _("您已经要过一份，正在办。要换一段日子，请先撤回")) from None
    record(volunteer.user, "certificate_request.asked", row, first=first.isoformat(), last=last.isoformat())
    _tell_office(row, "certificate_asked", at)
    return row


def _tell_office(row: CertificateRequest, topic: str, at: datetime) -> None:
    for person in holders_above(ISSUE, row.volunteer.home, at):
        if person.pk != row.volunteer.user_id:
            post(person, topic, row)


@transaction.atomic
def withdraw_request(
    *, request: CertificateRequest, by: Any, at: datetime | None = None
) -> CertificateRequest:
    """The volunteer needs it no more. Refused: wrong_state."""
    at = at or timezone.now()
    won = CertificateRequest.objects.filter(
        pk=request.pk, volunteer__user=by, state__in=REQUEST.sources("withdraw")
    ).update(state=REQUEST.moves["withdraw"].target, version=F("version") + 1, updated_at=at)
    if not won:
        raise Refused("wrong_state", _("已经办了，不能再撤回"))
    request.refresh_from_db()
    record(by, "certificate_request.withdrawn", request)
    _tell_office(request, "certificate_unasked", at)
    return request


@transaction.atomic
def issue_requested(
    *,
    request: CertificateRequest,
    first: date,
    last: date,
    signed_by: Signatories,
    by: Any,
    at: datetime | None = None,
) -> CertificateRequest:
    """Issue what was asked for; the certificate's own row in the audit names the request.

    Refused: own_hours, wrong_state, and what `issue_certificate` refuses.
    """
    at = at or timezone.now()
    _take(request, "issue", by, at)
    certificate = issue_certificate(
        volunteer=request.volunteer,
        first=first,
        last=last,
        signed_by=signed_by,
        by=by,
        request=request,
        at=at,
    )
    CertificateRequest.objects.filter(pk=request.pk).update(
        state=REQUEST.moves["issue"].target, certificate=certificate, decided_by=by, decided_at=at
    )
    request.refresh_from_db()
    return request


@transaction.atomic
def refuse_request(
    *, request: CertificateRequest, answer: str, mend: str, by: Any, at: datetime | None = None
) -> CertificateRequest:
    """Say why not, and what to do so that it can be issued. Refused: own_hours, wrong_state, answer_empty, mend_empty."""
    at = at or timezone.now()
    if len(answer.strip()) < SHORTEST:
        raise Refused("answer_empty", _("请写明理由，至少 4 个字"), field="answer")
    if len(mend.strip()) < SHORTEST:
        raise Refused("mend_empty", _("请写明怎么补，至少 4 个字"), field="mend")
    _take(request, "refuse", by, at)
    CertificateRequest.objects.filter(pk=request.pk).update(
        state=REQUEST.moves["refuse"].target,
        decided_by=by,
        decided_at=at,
        answer=answer.strip()[:300],
        mend=mend.strip()[:300],
    )
    request.refresh_from_db()
    record(by, "certificate_request.refused", request, purpose=request.answer)
    post(request.volunteer.user, "certificate_refused", request)
    return request


def _take(request: CertificateRequest, verb: str, by: Any, at: datetime) -> None:
    """Exactly one of many who answer wins, and never the volunteer under any account."""
    user = request.volunteer.user
    if by.pk == user.pk or (by.identity_id is not None and by.identity_id == user.identity_id):
        raise Refused("own_hours", _("自己的证明，请另一位同事来开"))
    won = CertificateRequest.objects.filter(
        pk=request.pk, version=request.version, state__in=REQUEST.sources(verb)
    ).update(version=F("version") + 1, updated_at=at)
    if not won:
        raise Refused("wrong_state", _("刚有人办过了，请刷新再看"))


@transaction.atomic
def set_certificate_term(*, by: Any, working_days: int, source: str, valid_from: date) -> CertificateTerm:
    """A new number of working days from a day on; who asked before keeps their day. Refused: not_yours, rule_order,
    source_empty."""
    if not places_for(by, STARS):
        raise Refused("not_yours", _("几天办好由县民政局定"))
    if not source.strip():
        raise Refused("source_empty", _("请写明依据的文件"), field="source")
    standing = CertificateTerm.objects.select_for_update().filter(valid_to=OPEN_END.date()).first()
    if standing is not None:
        if valid_from <= standing.valid_from:
            raise Refused("rule_order", _("要晚于现在这条的开始日"), field="valid_from")
        standing.valid_to = valid_from
        standing.save(update_fields=["valid_to", "updated_at"])
    row = CertificateTerm.objects.create(
        working_days=working_days, source=source.strip(), valid_from=valid_from, set_by=by
    )
    record(by, "certificate_term.set", row, working_days=working_days, valid_from=valid_from.isoformat())
    return row


def is_open(request: CertificateRequest) -> bool:
    """Whether it still waits for an answer."""
    return request.state == RequestedState.ASKED


def left(request: CertificateRequest, now: datetime) -> TimeLeft:
    """How long until the end of the last working day, in words and a colour."""
    return time_left(day_start(request.due_on + timedelta(days=1)), now)
