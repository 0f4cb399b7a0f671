"""What the offices do: check, send back, approve, refuse."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.actions import add_member
from partners.memberships.models import MemberRole
from partners.network.access import office_holders
from partners.network.models import Region
from partners.organisations.actions import settle_uscc
from partners.organisations.models import Organisation
from partners.providers.actions import set_state
from partners.providers.models import ProviderState
from partners.vetting.access import DECIDE, accounts_of, holds_right, objection
from partners.vetting.joining import close_party
from partners.vetting.keeping import refresh_until
from partners.vetting.kin import office_of_case
from partners.vetting.lifecycle import APPLICATION, OFFICES
from partners.vetting.models import (
    Application,
    ApplicationKind,
    ApplicationRecusal,
    ApplicationStep,
    RecusalCause,
)
from partners.vetting.paper_queries import lacking_for, sheet_of
from partners.vetting.parties import Party
from partners.volunteers.actions import open_volunteer
from partners.volunteers.models import Volunteer, VolunteerState
from portal.base.audit import record
from portal.base.outbox import post
from portal.base.periods import local_date
from portal.base.refused import Refused
from portal.permissions.hats import forget_hats, places_for

# 行政复议法: sixty days from the day one hears of the decision.
APPEAL_WITHIN = timedelta(days=60)


@transaction.atomic
def check_application(
    *, application: Application, by: Any, opinion: str = "", at: datetime | None = None
) -> Application:
    """The township has looked at the papers; the bureau decides next.

    Refused: not_yours, own_case, wrong_state, checked_already, stale.
    """
    at = at or timezone.now()
    _move(application, "check", by, checked_by=by, checked_at=at)
    _step(application, "check", by, at, opinion)
    record(by, "application.checked", application)
    county = Region.objects.get(path=application.township.path[:4])
    for person in office_holders(DECIDE, county, at):
        post(person, "application_to_decide", application)
    return application


@transaction.atomic
def return_application(
    *,
    application: Application,
    by: Any,
    reason: str = "",
    points: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> Application:
    """Send it back, saying what is missing: in general, or for each requirement by its code how to mend it.

    Refused: reason_missing, point_unknown, and as for checking.
    """
    asked = {row.requirement.code for row in sheet_of(party_of(application), at or timezone.now()).rows}
    named = {code: how.strip() for code, how in (points or {}).items() if how.strip()}
    if set(named) - asked:
        raise Refused("point_unknown", _("这一项现在不要求，请刷新页面再看"))
    stated = [{"code": code, "how": how} for code, how in named.items()]
    said = reason if reason.strip() or not stated else _("请看下面每一项怎么补")
    return _answer(application, "return_", by, said, at, topic="application_returned", points=stated)


@transaction.atomic
def refuse_application(
    *, application: Application, by: Any, reason: str, ground: str, at: datetime | None = None
) -> Application:
    """Say no, with the reason, the clause it rests on, and the day until which it can be appealed.

    Refused: reason_missing, ground_missing, not_checked, same_person, and as for checking.
    """
    at = at or timezone.now()
    if not ground.strip():
        raise Refused("ground_missing", _("请写依据的法规条款，对方会看到"), "ground")
    until = local_date(at) + APPEAL_WITHIN
    _answer(
        application,
        "refuse",
        by,
        reason,
        at,
        topic="application_refused",
        ground=ground.strip(),
        appeal_until=until,
    )
    close_party(application)
    return application


@transaction.atomic
def stand_aside(
    *, application: Application, by: Any, cause: str = RecusalCause.INTEREST, at: datetime | None = None
) -> None:
    """Leave it to somebody else, because of kin or interest; it cannot be taken back. Refused: not_yours, again."""
    at = at or timezone.now()
    if not any(holds_right(by, application, verb) for verb in OFFICES):
        raise Refused("not_yours", _("这一步不由您办"))
    _row, new = ApplicationRecusal.objects.get_or_create(
        application=application, user=by, defaults={"at": at, "cause": cause}
    )
    if not new:
        raise Refused("again", _("您已经回避了"))
    record(by, "application.stood_aside", application, cause=cause)
    for person in office_of_case(application, at):
        if person.pk != by.pk:
            post(person, "application_left", application)


@transaction.atomic
def approve_application(
    *, application: Application, by: Any, opinion: str = "", at: datetime | None = None
) -> Application:
    """Let them take part: the provider goes live, the applicant becomes its manager; or a badge is given.

    Refused: nothing_asked, requirement_lacking, paper_lapsed, uscc_held, volunteer_twice, not_checked, same_person,
    and as for checking.
    """
    at = at or timezone.now()
    _move(application, "approve", by, decided_by=by, decided_at=at, due_on=None)
    _refuse_lacking(application, at)
    if application.kind == ApplicationKind.ORGANISATION:
        _open_organisation(application, by, at)
    else:
        assert application.volunteer is not None  # written with the application when it was made
        _refuse_second_record(application.volunteer)
        open_volunteer(application.volunteer)
        refresh_until(application.volunteer, at)
    forget_hats(application.applicant)
    _step(application, "approve", by, at, opinion)
    record(by, "application.approved", application)
    post(application.applicant, "application_approved", application)
    return application


def _refuse_lacking(application: Application, at: datetime) -> None:
    """Nobody is let in while something that is asked is missing, nor while nothing is asked at all."""
    party = party_of(application)
    lacking = lacking_for(party.row, party.services, at)
    if lacking is None:
        raise Refused("nothing_asked", _("还没有定准入要求，谁也不能通过。请先在“准入要求”里定好"))
    if lacking:
        names = _("、").join(str(row) for row in lacking)
        raise Refused("requirement_lacking", _("还缺：%(names)s。齐了才能通过") % {"names": names})


def party_of(application: Application) -> Party:
    """The party that applies."""
    if application.organisation is not None:
        return Party(application.organisation.provider)
    return Party(application.volunteer)


def qualification_end(organisation: Organisation, on: date) -> date:
    """Until when the organisation may be asked: as long as its certificate runs. Refused: paper_lapsed."""
    if organisation.registered_until <= on:
        raise Refused("paper_lapsed", _("登记证书已经过期，请退回，让对方补交新的有效期"))
    return organisation.registered_until


def _open_organisation(application: Application, by: Any, at: datetime) -> None:
    organisation = application.organisation
    assert organisation is not None  # written with the application when it was made
    until = qualification_end(organisation, local_date(at))
    settle_uscc(organisation)
    set_state(organisation.provider, ProviderState.LIVE, qualified_until=until)
    refresh_until(organisation.provider, at)
    add_member(
        provider=organisation.provider,
        user=application.applicant,
        role=MemberRole.MANAGER,
        by=by,
        at=at,
    )


def _refuse_second_record(volunteer: Volunteer) -> None:
    """One human is one volunteer."""
    identity = volunteer.user.identity_id
    if identity is None:
        return
    others = Volunteer.objects.filter(
        user__identity_id=identity, state__in=[VolunteerState.APPROVED, VolunteerState.SUSPENDED]
    ).exclude(pk=volunteer.pk)
    if others.exists():
        raise Refused("volunteer_twice", _("这个身份证号已有一条志愿者记录，请退回核对"))


def _answer(
    application: Application, verb: str, by: Any, reason: str, at: datetime | None, *, topic: str, **more: Any
) -> Application:
    at = at or timezone.now()
    if not reason.strip():
        raise Refused("reason_missing", _("请写明原因，对方会看到"), "reason")
    _move(application, verb, by, decided_by=by, decided_at=at, due_on=None)
    _step(application, verb, by, at, reason.strip(), **more)
    record(by, f"application.{verb.rstrip('_')}", application)
    post(application.applicant, topic, application)
    return application


def _move(application: Application, verb: str, by: Any, **fields: Any) -> None:
    """The conditional update, with the two pairs of eyes in the same statement; then the plain reasons."""
    no = objection(by, application, verb)
    if no is not None:
        raise no
    rows = Application.objects.filter(
        pk=application.pk,
        version=application.version,
        state__in=APPLICATION.sources(verb),
        checked_by=application.checked_by,
    ).exclude(applicant=by)
    aside = ApplicationRecusal.objects.filter(application=application, user__in=accounts_of(by))
    won = rows.exclude(Exists(aside)).update(
        state=APPLICATION.step(application.state, verb),
        version=F("version") + 1,
        updated_at=timezone.now(),
        **fields,
    )
    if not won:
        raise Refused("stale", _("刚刚有人办过这份申请。请看最新情况，再决定下一步。"))
    application.refresh_from_db()


def _step(application: Application, verb: str, by: Any, at: datetime, reason: str = "", **more: Any) -> None:
    office = office_of(by, application)
    ApplicationStep.objects.create(
        application=application, at=at, by=by, verb=verb, reason=reason, office=office, **more
    )


def office_of(by: Any, application: Application) -> str:
    """In whose name the step is taken: the bureau's at county level, else the township's."""
    at_county = any(len(place) == 4 for place in places_for(by, DECIDE))
    return settings.SPONSOR_NAME if at_county else f"{application.township.name}民政办"
