"""What is done with papers: handed in, accepted, refused, or a check recorded without a paper."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.models import Membership
from partners.network.access import office_holders
from partners.network.models import Region
from partners.vetting import parties
from partners.vetting.access import CHECK, DECIDE, same_human
from partners.vetting.joining import due_after
from partners.vetting.keeping import refresh_until
from partners.vetting.lifecycle import PAPER
from partners.vetting.paper_models import DemandSort, Office, Paper, PaperState, Requirement, Validity
from partners.vetting.parties import Party
from partners.vetting.standing_queries import read_rules, rules_for
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.periods import local_date
from portal.base.refused import Refused

BY_HAND = frozenset({DemandSort.PAPER, DemandSort.INSURANCE})


def asked_of(party: Party, code: str, on: date) -> Requirement | None:
    """The requirement of this code in force for the party; the general one before one of a service."""
    rows = [
        r for r in rules_for(party.row, read_rules(on)) if r.code == code and r.valid_from <= on < r.valid_to
    ]
    return min(rows, key=lambda row: (row.service, row.pk), default=None)


@transaction.atomic
def hand_in(
    *,
    party: Party,
    requirement: Requirement,
    issued_on: date,
    by: Any,
    valid_until: date | None = None,
    number: str = "",
    issuer: str = "",
    level: str = "",
    document: Any = None,
    at: datetime | None = None,
) -> Paper:
    """Hand a paper in; one that still waits for an answer is replaced.

    Refused: not_by_hand, issued_later, until_missing, lapsed_already.
    """
    at = at or timezone.now()
    on = local_date(at)
    if requirement.sort not in BY_HAND:
        raise Refused("not_by_hand", _("这一项不用交材料"))
    if issued_on > on:
        raise Refused("issued_later", _("开具日期不能晚于今天"), "issued_on")
    if requirement.validity == Validity.DATE and valid_until is None:
        raise Refused("until_missing", _("请填证件上的有效期"), "valid_until")
    if valid_until is not None and valid_until < max(on, issued_on):
        raise Refused("lapsed_already", _("这份材料已经过期，请交新的"), "valid_until")
    waiting = Paper.objects.filter(**party.owner, code=requirement.code, state=PaperState.HANDED_IN)
    waiting.update(
        state=PAPER.moves["replace"].target, reason=_("后来又交了一份新的"), decided_by=by, decided_at=at,
        version=F("version") + 1, updated_at=at,
    )  # fmt: skip
    paper = Paper.objects.create(
        no=record_number("PA"),
        **party.of_paper,
        code=requirement.code,
        number=number,
        issuer=issuer,
        issued_on=issued_on,
        valid_until=valid_until,
        level=level,
        document=document,
        handed_in_by=by,
        handed_in_at=at,
        due_on=due_after(on),
    )
    record(by, "paper.handed_in", paper, party=party.no, code=paper.code)
    for person in _deciders(party, requirement, at):
        post(person, "paper_to_decide", paper)
    return paper


@transaction.atomic
def accept_paper(*, paper: Paper, by: Any, at: datetime | None = None) -> Paper:
    """Take it as true; the standing changes at once. Refused: not_yours, own_case, wrong_state, stale."""
    at = at or timezone.now()
    _move(paper, "accept", by, at, reason="")
    if paper.membership_id is not None and paper.level:
        Membership.objects.filter(pk=paper.membership_id).update(certificate_level=paper.level)
    refresh_until(parties.party_of_paper(paper).row, at)
    record(by, "paper.accepted", paper, code=paper.code)
    _tell(paper, "paper_accepted")
    return paper


@transaction.atomic
def refuse_paper(*, paper: Paper, by: Any, reason: str, at: datetime | None = None) -> Paper:
    """Say what is wrong with it. Refused: reason_missing, and as for accepting."""
    at = at or timezone.now()
    if not reason.strip():
        raise Refused("reason_missing", _("请写明原因，对方会看到"), "reason")
    _move(paper, "refuse", by, at, reason=reason.strip())
    record(by, "paper.refused", paper, code=paper.code)
    _tell(paper, "paper_refused")
    return paper


@transaction.atomic
def record_check(*, party: Party, requirement: Requirement, by: Any, at: datetime | None = None) -> Paper:
    """The office has looked into it itself, today. Refused: not_a_check, not_yours, own_case."""
    at = at or timezone.now()
    if requirement.sort != DemandSort.CHECK:
        raise Refused("not_a_check", _("这一项要对方交材料，不能直接勾"))
    no = objection(by, party, requirement)
    if no is not None:
        raise no
    paper = Paper.objects.create(
        no=record_number("PA"), **party.of_paper, code=requirement.code, issued_on=local_date(at),
        state=PAPER.step(PaperState.HANDED_IN, "accept"), handed_in_by=by, handed_in_at=at, decided_by=by,
        decided_at=at,
    )  # fmt: skip
    refresh_until(party.row, at)
    record(by, "paper.checked", paper, party=party.no, code=paper.code)
    if party.user is not None:
        post(party.user, "paper_accepted", paper)
    return paper


def objection(user: Any, party: Party, requirement: Requirement | None) -> Refused | None:
    """Why this person may not decide papers of this requirement; None when they may."""
    office = requirement.decided_by if requirement is not None else Office.BUREAU
    if not parties.reaches(user, party, office):
        return Refused("not_yours", _("这一步不由您办"))
    if parties.stands_with(user, party):
        return Refused("own_case", _("这是您自己或您所在机构的材料，要由别人来办"))
    return None


def _move(paper: Paper, verb: str, by: Any, at: datetime, *, reason: str) -> None:
    party = parties.party_of_paper(paper)
    no = objection(by, party, asked_of(party, paper.code, local_date(at)))
    if no is not None:
        raise no
    if paper.handed_in_by is not None and same_human(by, paper.handed_in_by):
        raise Refused("own_case", _("这是您自己交的材料，要由别人来办"))
    target = PAPER.step(paper.state, verb)
    won = Paper.objects.filter(
        pk=paper.pk, version=paper.version, state__in=PAPER.sources(verb)
    ).exclude(handed_in_by=by).update(
        state=target, reason=reason, decided_by=by, decided_at=at, due_on=None,
        version=F("version") + 1, updated_at=at,
    )  # fmt: skip
    if not won:
        raise Refused("stale", _("刚刚有人办过这份材料。请看最新情况。"))
    paper.refresh_from_db()


def _tell(paper: Paper, topic: str) -> None:
    """Whoever handed it in hears the answer; of papers that were carried over nobody is known."""
    if paper.handed_in_by is not None:
        post(paper.handed_in_by, topic, paper)


def _deciders(party: Party, requirement: Requirement, at: datetime) -> Any:
    """Who is told: the township's people, or the bureau's."""
    bureau = requirement.decided_by == Office.BUREAU
    place = Region.objects.filter(path=party.place[:4] if bureau else party.place).first()
    return office_holders(DECIDE if bureau else CHECK, place, at) if place is not None else ()
