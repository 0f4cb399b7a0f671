"""What the applicant does: register, complete, withdraw."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.access import office_holders
from partners.network.models import Region
from partners.organisations.actions import create_organisation, update_organisation
from partners.organisations.facts import OrganisationFacts
from partners.providers.actions import set_state
from partners.providers.models import ProviderState
from partners.vetting.access import CHECK
from partners.vetting.kin import declare_kin
from partners.vetting.lifecycle import APPLICATION, OPEN
from partners.vetting.models import Application, ApplicationKind, ApplicationState, ApplicationStep
from partners.volunteers.actions import close_volunteer, write_volunteer
from partners.volunteers.facts import VolunteerFacts
from partners.volunteers.models import Volunteer, VolunteerState
from portal.accounts.models import User
from portal.accounts.phones import set_phone, user_by_phone
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.periods import is_working_day, local_date
from portal.base.refused import Refused

ANSWER_WITHIN = 3


@dataclass(frozen=True)
class NewAccount:
    """Who registers without an account: the phone will be the login. The password comes hashed."""

    name: str
    phone: str
    password_hash: str


def due_after(day: date) -> date:
    """The day by which the applicant hears: the third working day after."""
    left = ANSWER_WITHIN
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def register_organisation(
    *, facts: OrganisationFacts, applicant: User | NewAccount, kin: str = "", at: datetime | None = None
) -> Application | None:
    """An organisation asks to take part: account, provider, organisation and application in one transaction.

    None when the phone is the login of somebody else: that person is told, the asker learns nothing.
    Refused: applied_already.
    """
    at = at or timezone.now()
    with transaction.atomic():
        user = _account(applicant)
        if user is not None:
            organisation = create_organisation(facts)
            return _submit(
                user, facts.office, at, ApplicationKind.ORGANISATION, kin, organisation=organisation
            )
        _tell_holder(applicant, at)
    return None


def register_volunteer(
    *, facts: VolunteerFacts, applicant: User | NewAccount, kin: str = "", at: datetime | None = None
) -> Application | None:
    """A person asks to volunteer; the township of the home village answers.

    None when the phone is the login of somebody else, as for organisations.
    Refused: applied_already, volunteer_already, too_young.
    """
    at = at or timezone.now()
    with transaction.atomic():
        user = _account(applicant)
        if user is not None:
            known = Volunteer.objects.filter(user=user).first()
            if known is not None and known.state in {VolunteerState.APPROVED, VolunteerState.SUSPENDED}:
                raise Refused("volunteer_already", _("您已经是志愿者了，不用再报名"))
            volunteer = write_volunteer(user, facts, at)
            return _submit(
                user, _township(facts.home), at, ApplicationKind.VOLUNTEER, kin, volunteer=volunteer
            )
        _tell_holder(applicant, at)
    return None


@transaction.atomic
def complete_application(
    *,
    application: Application,
    facts: OrganisationFacts | VolunteerFacts,
    by: User,
    at: datetime | None = None,
) -> Application:
    """Hand in again what was sent back. `application.version` is the one the person was shown.

    Refused: not_yours, wrong_state, stale, too_young.
    """
    at = at or timezone.now()
    if application.applicant_id != by.pk:
        raise Refused("not_yours", _("这不是您的申请"))
    township = facts.office if isinstance(facts, OrganisationFacts) else _township(facts.home)
    _move(
        application,
        "complete",
        submitted_at=at,
        due_on=due_after(local_date(at)),
        checked_by=None,
        checked_at=None,
        township=township,
    )
    if isinstance(facts, OrganisationFacts):
        assert application.organisation is not None  # written with the application when it was made
        update_organisation(application.organisation, facts)
    else:
        write_volunteer(by, facts, at)
    _step(application, "complete", by, at)
    record(by, "application.completed", application)
    _tell_office(application, at)
    return application


@transaction.atomic
def withdraw_application(*, application: Application, by: User, at: datetime | None = None) -> None:
    """Take the application back. Refused: not_yours, wrong_state, stale."""
    at = at or timezone.now()
    if application.applicant_id != by.pk:
        raise Refused("not_yours", _("这不是您的申请"))
    _move(application, "withdraw", due_on=None)
    close_party(application)
    _step(application, "withdraw", by, at)
    record(by, "application.withdrawn", application)
    for person in office_holders(CHECK, application.township, at):
        post(person, "application_withdrawn", application)


def close_party(application: Application) -> None:
    """Nothing comes of it: the provider or volunteer record that waited is ended."""
    if application.organisation is not None:
        set_state(application.organisation.provider, ProviderState.ENDED)
    if application.volunteer is not None:
        close_volunteer(application.volunteer)


def _move(application: Application, verb: str, **fields: Any) -> None:
    """The conditional update: only from the right state, and only if nobody wrote in between."""
    target = APPLICATION.step(application.state, verb)
    won = Application.objects.filter(
        pk=application.pk, version=application.version, state__in=APPLICATION.sources(verb)
    ).update(state=target, version=F("version") + 1, updated_at=timezone.now(), **fields)
    if not won:
        raise Refused("stale", _("刚刚有人改过这份申请。您填的还在，请核对后再交一次。"))
    application.refresh_from_db()


def _account(applicant: User | NewAccount) -> User | None:
    if isinstance(applicant, User):
        return applicant
    user = User(
        username=record_number("U").lower().replace("-", ""),
        name=applicant.name,
        password=applicant.password_hash,
    )
    try:
        set_phone(user, applicant.phone)
    except Refused as refusal:
        if refusal.code == "phone_taken":
            return None
        raise
    record(user, "account.registered", user)
    return user


def _tell_holder(applicant: User | NewAccount, at: datetime) -> None:
    """One message a day to the holder of the phone."""
    holder = user_by_phone(applicant.phone)
    if holder is not None:
        post(holder, "join_repeated", holder, dedupe=f"join_repeated:{holder.pk}:{local_date(at)}")
        record(None, "account.phone_reused", holder)


def _submit(user: User, township: Region, at: datetime, kind: str, kin: str, **party: Any) -> Application:
    if Application.objects.filter(applicant=user, kind=kind, state__in=OPEN).exists():
        raise Refused("applied_already", _("您的申请还在办，请看进度。要改内容可以先撤回"))
    try:
        with transaction.atomic():
            application = Application.objects.create(
                no=record_number("A"),
                kind=kind,
                state=APPLICATION.step(ApplicationState.DRAFT, "submit"),
                applicant=user,
                township=township,
                submitted_at=at,
                due_on=due_after(local_date(at)),
                **party,
            )
    except IntegrityError:
        raise Refused("applied_already", _("您的申请还在办，请看进度。要改内容可以先撤回")) from None
    _step(application, "submit", user, at)
    record(user, "application.submitted", application, kind=kind, township=township.code)
    post(user, "application_received", application)
    if kin:
        declare_kin(application=application, name=kin, by=user, at=at)
    _tell_office(application, at)
    return application


def _tell_office(application: Application, at: datetime) -> None:
    for person in office_holders(CHECK, application.township, at):
        post(person, "application_to_check", application)


def _step(application: Application, verb: str, by: User, at: datetime) -> None:
    ApplicationStep.objects.create(application=application, at=at, by=by, verb=verb)


def _township(home: Region) -> Region:
    return Region.objects.get(path=home.path[:8])
