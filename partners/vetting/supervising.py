"""After approval: stopping a partner and letting it go on, and what the bureau itself enters of an organisation."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.access import HEADS
from partners.memberships.models import Membership
from partners.organisations.models import Organisation
from partners.providers.models import Provider, ProviderState, ProviderSuspension
from partners.providers.stopping import stops_begin
from partners.vetting import parties
from partners.vetting.keeping import refresh_until
from partners.vetting.paper_models import Office
from partners.vetting.parties import Party
from partners.volunteers.models import Volunteer, VolunteerState
from portal.base import public_stamp
from portal.base.audit import record
from portal.base.models import OPEN_END
from portal.base.outbox import post
from portal.base.refused import Refused

REGISTER = (
    "registered_until", "rating", "rating_from", "report_year", "report_result", "credit", "credit_checked_on",
)  # fmt: skip


def objection(user: Any, party: Party) -> Refused | None:
    """Why this person may not stop this partner or write its register; None when they may."""
    if not parties.reaches(user, party, Office.BUREAU):
        return Refused("not_yours", _("这一步不由您办"))
    if parties.stands_with(user, party):
        return Refused("own_case", _("这是您自己或您所在的机构，要由别人来办"))
    return None


@transaction.atomic
def suspend(
    *,
    party: Party,
    ground: str,
    reason: str,
    appeal: str,
    start: datetime,
    end: datetime | None,
    by: Any,
    at: datetime | None = None,
) -> ProviderSuspension:
    """Stop a partner from an instant on. What was done before counts as done, whenever it is sent in.

    Refused: not_yours, own_case, not_approved, ground_missing, reason_missing, begins_past, order, stopped_already.
    """
    at = at or timezone.now()
    _may(by, party)
    provider = party.provider
    if provider is None or provider.state not in (ProviderState.LIVE, ProviderState.SUSPENDED):
        raise Refused("not_approved", _("还没通过审核的，不用停用，可以退回或不通过"))
    if not ground.strip():
        raise Refused("ground_missing", _("请写依据的法规或合同条款"), "ground")
    if not reason.strip():
        raise Refused("reason_missing", _("请写明原因，对方会看到"), "reason")
    if start < at:
        raise Refused("begins_past", _("只能从现在或以后起"), "start_on")
    until = end or OPEN_END
    if until <= start:
        raise Refused("order", _("结束日期应晚于开始日期，请再看一遍"), "end_on")
    rows = ProviderSuspension.objects.filter(provider=provider)
    # Writing to the provider first lets two people at once wait for one another.
    Provider.objects.filter(pk=provider.pk).update(version=F("version") + 1, updated_at=at)
    if rows.filter(valid_from__lt=until, valid_to__gt=start).exists():
        raise Refused("stopped_already", _("这段时间里已经有一次停用，请先看那一次"))
    row = ProviderSuspension.objects.create(
        provider=provider, by=by, ground=ground.strip(), reason=reason.strip(), appeal=appeal.strip(),
        valid_from=start, valid_to=until,
    )  # fmt: skip
    settle_states(at, provider, by=by)
    record(by, "provider.suspended", provider, suspension=str(row.uid))
    _tell(party, "provider_suspended", row)
    return row


@transaction.atomic
def lift(*, party: Party, by: Any, at: datetime | None = None) -> None:
    """End the suspension that runs or is to come. Refused: not_yours, own_case, not_stopped."""
    at = at or timezone.now()
    _may(by, party)
    row = (
        ProviderSuspension.objects.filter(provider=party.provider, valid_to__gt=at)
        .order_by("valid_from")
        .first()
    )
    if row is None or not ProviderSuspension.objects.filter(pk=row.pk, valid_to=row.valid_to).update(
        valid_to=max(at, row.valid_from), lifted_by=by, updated_at=at
    ):
        raise Refused("not_stopped", _("现在没有停用，请刷新页面再看"))
    settle_states(at, party.provider)
    record(by, "provider.suspension_lifted", party.provider, suspension=str(row.uid))
    _tell(party, "provider_freed", row)


@transaction.atomic
def write_register(
    *, organisation: Organisation, by: Any, version: int, at: datetime | None = None, **facts: Any
) -> Organisation:
    """Write what the bureau looked up of an organisation. Refused: not_yours, own_case, stale."""
    at = at or timezone.now()
    party = Party(organisation.provider)
    _may(by, party)
    won = Organisation.objects.filter(pk=organisation.pk, version=version).update(
        **{name: facts[name] for name in REGISTER}, version=F("version") + 1, updated_at=at
    )
    if not won:
        raise Refused("stale", _("刚刚有人改过，请看最新情况"))
    provider = Provider.objects.select_related("organisation").get(pk=organisation.provider_id)
    refresh_until(provider, at)
    record(by, "organisation.register_written", organisation)
    _tell(party, "register_written", provider)
    organisation.refresh_from_db()
    return organisation


def stopped_at(provider_id: int, at: datetime) -> bool:
    """Whether the provider was stopped at that instant: of a visit, the time of the visit is asked."""
    return ProviderSuspension.objects.filter(
        provider=provider_id, valid_from__lte=at, valid_to__gt=at
    ).exists()


def dated_stops(provider_id: int) -> list[tuple[datetime, datetime]]:
    """Every suspension of a provider, from and to; half-open."""
    rows = ProviderSuspension.objects.filter(provider=provider_id)
    return list(rows.values_list("valid_from", "valid_to"))


@transaction.atomic
def settle_states(at: datetime, provider: Provider | None = None, *, by: Any = None) -> int:
    """Let the states follow the dated suspensions, of one provider or of all; returns how many changed.

    Hats, pages and statements of other rooms read the state; it is moved when a suspension begins and ends.
    """
    running = ProviderSuspension.objects.filter(provider=OuterRef("pk"), valid_from__lte=at, valid_to__gt=at)
    dated = ProviderSuspension.objects.filter(provider=OuterRef("pk"))
    rows = Provider.objects.filter(Exists(dated))
    if provider is not None:
        rows = rows.filter(pk=provider.pk)
    begin = list(rows.filter(Exists(running), state=ProviderState.LIVE).values_list("pk", flat=True))
    over = list(rows.filter(~Exists(running), state=ProviderState.SUSPENDED).values_list("pk", flat=True))
    for keys, state in ((begin, ProviderState.SUSPENDED), (over, ProviderState.LIVE)):
        Provider.objects.filter(pk__in=keys).update(state=state, version=F("version") + 1, updated_at=at)
    pairs = (
        (begin, VolunteerState.APPROVED, VolunteerState.SUSPENDED),
        (over, VolunteerState.SUSPENDED, VolunteerState.APPROVED),
    )
    for keys, old, new in pairs:
        Volunteer.objects.filter(provider__in=keys, state=old).update(
            state=new, version=F("version") + 1, updated_at=at
        )
    stops_begin(begin, by, at)
    if begin or over:
        public_stamp.bump()  # the directory shows nobody who is stopped
    return len(begin) + len(over)


def suspensions_to_settle() -> bool:
    """Whether the state of some provider no longer fits its suspensions: the job's cheap look."""
    at = timezone.now()
    running = Q(suspensions__valid_from__lte=at, suspensions__valid_to__gt=at)
    ran_out = Q(state=ProviderState.SUSPENDED, suspensions__isnull=False)
    return (
        Provider.objects.filter(running, state=ProviderState.LIVE).exists()
        or Provider.objects.filter(ran_out).exists()
    )


def heads_of(provider: Provider) -> list[Any]:
    """Who answers for a firm now."""
    now = timezone.now()
    rows = Membership.objects.filter(provider=provider, role__in=HEADS, valid_from__lte=now, valid_to__gt=now)
    return [row.user for row in rows.select_related("user")]


def _may(by: Any, party: Party) -> None:
    no = objection(by, party)
    if no is not None:
        raise no


def _tell(party: Party, topic: str, obj: Any) -> None:
    people = [party.user] if party.user is not None else heads_of(party.row)
    for person in people:
        post(person, topic, obj)


def shown_suspensions(provider: Provider | None) -> list[ProviderSuspension]:
    """The suspensions of a partner, the latest first."""
    if provider is None:
        return []
    rows = ProviderSuspension.objects.filter(provider=provider).select_related("by", "lifted_by")
    return list(rows.order_by("-valid_from")[:20])


def day_of(row: ProviderSuspension) -> date | None:
    """The day on which a suspension ends; None while it is open."""
    return None if row.valid_to == OPEN_END else timezone.localtime(row.valid_to).date()
