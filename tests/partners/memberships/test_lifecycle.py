"""Every path of a membership: one audit row and one message a move, and dates that never lie."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from partners.memberships import actions, invitations
from partners.memberships.lifecycle import MEMBERSHIP
from partners.models import Membership, MembershipState
from portal.base.models import AuditEvent, OutboxMessage
from portal.base.refused import Refused
from portal.permissions.hats import hats
from tests import makers

ALLOWED = {
    ("invited", "renew"),
    ("invited", "withdraw"),
    ("invited", "decline"),
    ("invited", "expire"),
    ("invited", "join"),
    ("joined", "plan_end"),
    ("joined", "end"),
}


@pytest.mark.parametrize("state", MembershipState.values)
@pytest.mark.parametrize("verb", MEMBERSHIP.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    assert MEMBERSHIP.allows(state, verb) is ((state, verb) in ALLOWED)


# column values that the database refuses
LIES = [
    {"state": "invited"},
    {"state": "invited", "valid_to": datetime(2026, 1, 1, tzinfo=UTC)},
    {"state": "ended"},
]


@pytest.mark.django_db
@pytest.mark.parametrize("lie", LIES)
def test_the_database_refuses_a_state_that_its_dates_deny(lie):
    user = makers.make_member(makers.make_provider(), valid_from=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(user=user).update(**lie)


class Walk(RuleBasedStateMachine):
    """A head, a person with an account, and whatever they do with one invitation after another."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.provider = makers.make_provider()
        self.head = makers.make_member(self.provider, "manager", valid_from=datetime(2026, 1, 1, tzinfo=UTC))
        self.person = makers.make_user(name="走走")
        self.now = datetime(2026, 11, 28, 4, tzinfo=UTC)
        self.row: Membership | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def written(self) -> tuple[int, int]:
        """Audit rows and messages about memberships."""
        audit = AuditEvent.objects.filter(kind="membership").count()
        return audit, OutboxMessage.objects.filter(kind="membership").count()

    def step(self, act, *, moves: bool, **args) -> None:
        """One act: it either moves, with one row of each kind, or is refused and writes nothing."""
        before, done = self.written(), True
        try:
            with transaction.atomic():
                act(**args, at=self.now)
        except Refused:
            done = False
        self.row.refresh_from_db()
        audit, told = self.written()
        assert done is moves, (act.__name__, self.row.state)
        assert (audit - before[0], told - before[1]) == ((1, 1) if moves else (0, 0))

    @property
    def state(self) -> str:
        """The row's state in the database."""
        return self.row.state

    @precondition(lambda self: self.row is None or self.row.state == "ended")
    @rule(begins=st.integers(0, 20), lasts=st.one_of(st.none(), st.integers(1, 20)))
    def invite(self, begins, lasts) -> None:
        start = self.now + timedelta(days=begins)
        before = self.written()
        self.row = invitations.invite_known(
            provider=self.provider, username=self.person.username, name="走走", by=self.head, begins=start,
            until=start + timedelta(days=lasts) if lasts else None, at=self.now,
        )  # fmt: skip
        assert self.written() == (before[0] + 1, before[1] + 1)

    @rule(days=st.integers(0, 9))
    def wait(self, days) -> None:
        """Time passes and the minute's job runs: at most one row moves, with one row of each kind."""
        self.now += timedelta(days=days)
        before = self.written()
        moved = invitations.finish_memberships(self.now)
        assert self.written() == (before[0] + moved, before[1] + moved)
        assert moved <= 1
        if self.row is not None:
            self.row.refresh_from_db()

    @precondition(lambda self: self.row is not None)
    @rule()
    def accept(self) -> None:
        fits = self.state == "invited" and self.row.wanted_to > self.now
        self.step(invitations.accept_invitation, moves=fits, membership=self.row, by=self.person)

    @precondition(lambda self: self.row is not None)
    @rule()
    def decline(self) -> None:
        self.step(
            invitations.decline_invitation, moves=self.state == "invited", membership=self.row, by=self.person
        )

    @precondition(lambda self: self.row is not None)
    @rule()
    def renew(self) -> None:
        fits = self.state == "invited" and self.row.wanted_to > self.now
        self.step(invitations.renew_invitation, moves=fits, membership=self.row, by=self.head)

    @precondition(lambda self: self.row is not None)
    @rule()
    def withdraw(self) -> None:
        self.step(
            invitations.withdraw_invitation, moves=self.state == "invited", membership=self.row, by=self.head
        )

    @precondition(lambda self: self.row is not None)
    @rule(days=st.one_of(st.none(), st.integers(1, 20)))
    def end(self, days) -> None:
        on = self.now + timedelta(days=days) if days else None
        self.step(
            actions.end_membership, moves=self.state == "joined", membership=self.row, by=self.head, on=on
        )

    @precondition(lambda self: self.row is not None)
    @rule()
    def strangers_do_nothing(self) -> None:
        stranger = makers.make_user()
        for act in (invitations.accept_invitation, invitations.withdraw_invitation, actions.end_membership):
            self.step(act, moves=False, membership=self.row, by=stranger)

    @invariant()
    def hats_follow_the_dates_of_the_joined(self) -> None:
        if self.row is None:
            return
        self.row.refresh_from_db()
        worn = [hat.cause for hat in hats(self.person, self.now)]
        in_force = self.row.state == "joined" and self.row.valid_from <= self.now < self.row.valid_to
        assert (f"membership:{self.row.no}" in worn) is in_force

    @invariant()
    def at_most_one_is_open(self) -> None:
        if self.row is not None:
            rows = Membership.objects.filter(user=self.person).exclude(state="ended")
            assert rows.count() <= 1


class TestWalk(TestCase):
    """The machine inside one database transaction for each example."""

    def test_no_walk_breaks_a_membership(self) -> None:
        run_state_machine_as_test(
            Walk,
            settings=settings(
                max_examples=12,
                stateful_step_count=14,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
