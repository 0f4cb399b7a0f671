"""Any walk through joining keeps its promises: nobody gets in without every requirement, and each move is noted once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from partners.models import ApplicationState, ApplicationStep, Paper, PaperState, Provider
from partners.organisations.actions import stated_facts
from partners.vetting import actions, joining, papers
from partners.vetting.lifecycle import APPLICATION
from partners.vetting.paper_models import Requirement
from partners.vetting.parties import Party
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage
from tests.partners.casting import apply_as_organisation, make_cast, make_requirement

pytestmark = pytest.mark.django_db

STAFF = st.sampled_from(["cadre", "other_cadre", "bureau", "second_bureau", "outsider"])
CODES = ("certificate", "cover")


class Joining(RuleBasedStateMachine):
    """One organisation on its way in, and everybody who has or thinks they have a word in it."""

    @initialize()
    def begins(self) -> None:
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.cast = make_cast()
        for code in CODES:
            make_requirement("organisation", code, validity="date")
        self.application = apply_as_organisation(self.cast)
        self.manager = self.application.applicant
        self.party = Party(self.application.organisation.provider)
        self.was, self.good, self.aside = "submitted", set(), set()
        self.checker = ""

    def teardown(self) -> None:
        if hasattr(self, "frame"):
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    def noted(self) -> tuple[int, int, int]:
        """Rows of the audit, of the history and of the outbox about this application."""
        no = self.application.no
        return (
            AuditEvent.objects.filter(object_no=no, verb__startswith="application.").count(),
            ApplicationStep.objects.filter(application=self.application).count(),
            OutboxMessage.objects.filter(object_no=no).count(),
        )

    def move(self, verb: str, act: Any, **more: Any) -> bool:
        """Try a move: done, it is noted once and told; refused, nothing at all is written."""
        self.application.refresh_from_db()
        before = self.noted()
        try:
            with transaction.atomic():
                act(application=self.application, **more)
        except Refused:
            assert self.noted() == before
            self.application.refresh_from_db()
            assert self.application.state == self.was
            return False
        after = self.noted()
        assert (after[0] - before[0], after[1] - before[1]) == (1, 1)
        assert after[2] > before[2]
        assert APPLICATION.allows(self.was, verb)
        self.was = APPLICATION.step(self.was, verb)
        return True

    @rule(who=STAFF)
    def check(self, who: str) -> None:
        if self.move("check", actions.check_application, by=getattr(self.cast, who)):
            assert who in {"cadre", "bureau", "second_bureau"}
            assert who not in self.aside
            self.checker = who

    @rule(who=STAFF)
    def send_back(self, who: str) -> None:
        by = getattr(self.cast, who)
        if self.move("return_", actions.return_application, by=by, points={"cover": "请交保单"}):
            assert who in {"cadre", "bureau", "second_bureau"}

    @rule(who=STAFF)
    def refuse(self, who: str) -> None:
        by = getattr(self.cast, who)
        if self.move("refuse", actions.refuse_application, by=by, reason="不合", ground="第六条"):
            assert (who in {"bureau", "second_bureau"}, who != self.checker, bool(self.checker)) == (
                True,
            ) * 3

    @rule(who=STAFF)
    def approve(self, who: str) -> None:
        if self.move("approve", actions.approve_application, by=getattr(self.cast, who)):
            assert self.good == set(CODES), "let in without every requirement"
            assert who in {"bureau", "second_bureau"}
            assert self.checker not in {"", who}, "one pair of eyes"
            assert who not in self.aside

    @rule()
    def complete(self) -> None:
        self.application.refresh_from_db()
        provider = Provider.objects.select_related("organisation", "home").get(pk=self.party.row.pk)
        if self.move("complete", joining.complete_application, facts=stated_facts(provider), by=self.manager):
            self.checker = ""

    @rule(sure=st.integers(0, 5))
    def withdraw(self, sure: int) -> None:
        if sure == 0:
            self.move("withdraw", joining.withdraw_application, by=self.manager)

    @rule(who=STAFF)
    def stand_aside(self, who: str) -> None:
        try:
            actions.stand_aside(application=self.application, by=getattr(self.cast, who))
        except Refused:
            return
        self.aside.add(who)

    @rule(code=st.sampled_from(CODES))
    def hand_in(self, code: str) -> None:
        asked = Requirement.objects.get(code=code)
        today = timezone.localdate()
        papers.hand_in(
            party=self.party,
            requirement=asked,
            issued_on=today,
            valid_until=today + timedelta(days=9),
            by=self.manager,
        )

    @rule(who=STAFF, code=st.sampled_from(CODES), yes=st.booleans())
    def decide_paper(self, who: str, code: str, yes: bool) -> None:
        row = Paper.objects.filter(code=code, state=PaperState.HANDED_IN).first()
        if row is None:
            return
        by = getattr(self.cast, who)
        try:
            papers.accept_paper(paper=row, by=by) if yes else papers.refuse_paper(
                paper=row, by=by, reason="看不清"
            )
        except Refused:
            return
        if yes:
            self.good.add(code)

    @rule(code=st.sampled_from(CODES))
    def runs_out(self, code: str) -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        Paper.objects.filter(code=code).update(issued_on=yesterday, valid_until=yesterday)
        self.good.discard(code)

    @invariant()
    def the_provider_is_live_only_when_it_was_let_in(self) -> None:
        if hasattr(self, "party"):
            state = Provider.objects.get(pk=self.party.row.pk).state
            assert (state == "live") is (self.was == ApplicationState.APPROVED)


def test_no_walk_leads_in_without_every_requirement_and_each_move_is_noted_once():
    run_state_machine_as_test(
        Joining,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_straight_way_leads_in():
    """The control: the walk above can end well."""
    walk = Joining()
    walk.begins()
    try:
        for code in CODES:
            walk.hand_in(code)
            walk.decide_paper("cadre", code, True)
        walk.check("cadre")
        walk.approve("bureau")
        assert walk.was == ApplicationState.APPROVED
    finally:
        walk.teardown()
