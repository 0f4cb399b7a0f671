"""Care agreements: the table of moves, one in force a person, signed by those who may, and who reads them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from portal.base.models import AuditEvent
from portal.base.refused import Refused
from services.models import AgreementState, CareAgreement
from services.recipients.agreement_terms import holds_on, shown_state
from services.recipients.agreements import (
    change_agreement,
    draft_agreement,
    end_agreement,
    renew_agreement,
    send_agreement_back,
    sign_agreement,
    submit_agreement,
)
from services.recipients.care_access import agreement_for, agreement_verbs
from services.recipients.clock import unseen_by
from services.recipients.deaths import DeathFacts, note_death
from services.recipients.lifecycle import AGREEMENT
from services.recipients.plans import draft_plan
from tests import makers
from tests.services.care_cast import TODAY, agreement_facts, make_scene, plan_lines

ALLOWED = {
    ("draft", "change"), ("draft", "submit"), ("to_sign", "send_back"), ("to_sign", "sign"), ("live", "lapse"),
    ("draft", "end"), ("to_sign", "end"), ("live", "end"), ("ended", "restore"), ("ended", "redraft"),
}  # fmt: skip


@pytest.mark.parametrize("state", AgreementState.values)
@pytest.mark.parametrize("verb", AGREEMENT.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    assert AGREEMENT.allows(state, verb) is ((state, verb) in ALLOWED)


@pytest.fixture
def scene(db):
    """A village with a dispersed tekun person."""
    return make_scene()


def signed(scene, **more):
    """An agreement in force."""
    row = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts(**more))
    row = submit_agreement(by=scene.cadre, row=row, version=row.version)
    return sign_agreement(
        by=scene.cadre,
        row=row,
        version=row.version,
        on=TODAY,
        signing="finger",
        witness="罗见证",
        today=TODAY,
    )


def test_an_agreement_is_drafted_submitted_and_signed(scene):
    row = signed(scene)
    assert (row.state, row.signed_on, row.signed_by, row.witness) == ("live", TODAY, scene.cadre, "罗见证")
    assert CareAgreement.objects.get(pk=row.pk).carer_phone == "+8619000009999"
    verbs = list(AuditEvent.objects.filter(object_no=row.no).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["agreement.drafted", "agreement.submitted", "agreement.signed"]
    assert not AuditEvent.objects.filter(detail__icontains="刘邻友").exists()


def test_only_a_dispersed_tekun_person_gets_one(scene):
    scene.person.categories.update(mode="institutional")
    with pytest.raises(Refused) as refusal:
        draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    assert refusal.value.code == "not_dispersed"
    scene.person.categories.update(mode="dispersed")
    assert draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts()).state == "draft"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends_on": TODAY}, "term_order"),
        ({"monthly_fen": -1}, "money"),
        ({"carer_kind": "organisation"}, "contact_empty"),
    ],
)
def test_facts_that_do_not_fit_are_refused(scene, change, code):
    with pytest.raises(Refused) as refusal:
        draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts(**change))
    assert refusal.value.code == code
    assert not CareAgreement.objects.exists()


def test_a_person_has_one_open_and_one_live_agreement(scene):
    row = signed(scene)
    second = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    with pytest.raises(Refused) as refusal:
        draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    assert refusal.value.code == "agreement_open"
    second = submit_agreement(by=scene.cadre, row=second, version=second.version)
    with pytest.raises(Refused) as refusal:
        sign_agreement(
            by=scene.cadre,
            row=second,
            version=second.version,
            on=TODAY,
            signing="hand",
            witness="",
            today=TODAY,
        )
    assert refusal.value.code == "agreement_live"
    end_agreement(by=scene.cadre, row=row, version=row.version, on=TODAY, reason="照料人搬走了")
    done = sign_agreement(
        by=scene.cadre, row=second, version=second.version, on=TODAY, signing="hand", witness="", today=TODAY
    )
    assert done.state == "live"


def test_the_database_holds_one_live_agreement_a_person(scene):
    row = signed(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        CareAgreement.objects.create(
            no="X-1", person=scene.person, carer_name="甲", carer_tie="other", content="x", frequency="x",
            monthly_fen=0, starts_on=TODAY, ends_on=TODAY + timedelta(days=1), state="live", signed_on=TODAY,
            drafted_by=scene.cadre,
        )  # fmt: skip
    assert CareAgreement.objects.get().pk == row.pk


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"signing": "finger", "witness": " "}, "witness_empty"),
        ({"signing": "guardian", "witness": ""}, "witness_empty"),
        ({"signing": "hand", "witness": "", "on": TODAY + timedelta(days=1)}, "signed_future"),
    ],
)
def test_signing_needs_a_witness_where_the_hand_is_not_ones_own(scene, more, code):
    row = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    row = submit_agreement(by=scene.cadre, row=row, version=row.version)
    common = {"by": scene.cadre, "row": row, "version": row.version, "today": TODAY}
    with pytest.raises(Refused) as refusal:
        sign_agreement(**common | {"on": TODAY} | more)
    assert refusal.value.code == code
    assert sign_agreement(**common, on=TODAY, signing="hand", witness="").state == "live"


def test_a_stale_change_is_refused_and_a_fresh_one_goes_through(scene):
    row = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    changed = change_agreement(by=scene.cadre, row=row, version=1, facts=agreement_facts(monthly_fen=400_00))
    assert changed.monthly_fen == 400_00
    with pytest.raises(Refused) as refusal:
        change_agreement(by=scene.cadre, row=row, version=1, facts=agreement_facts())
    assert refusal.value.code == "stale"


def test_the_right_is_judged_in_the_same_statement(scene):
    row = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    for other in (scene.stranger, scene.bureau, scene.officer):
        with pytest.raises(Refused) as refusal:
            submit_agreement(by=other, row=row, version=row.version)
        assert refusal.value.code == "stale"
    assert submit_agreement(by=scene.second, row=row, version=row.version).state == "to_sign"


def test_sending_back_and_ending_need_a_reason(scene):
    row = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    row = submit_agreement(by=scene.cadre, row=row, version=row.version)
    with pytest.raises(Refused) as refusal:
        send_agreement_back(by=scene.cadre, row=row, version=row.version, reason=" ")
    assert refusal.value.code == "reason_empty"
    row = send_agreement_back(by=scene.cadre, row=row, version=row.version, reason="金额要改")
    assert row.state == "draft"
    assert (
        end_agreement(by=scene.cadre, row=row, version=row.version, on=TODAY, reason="不订了").state
        == "ended"
    )


def test_a_renewal_follows_the_term_and_makes_room_when_signed(scene):
    old = signed(scene, starts_on=TODAY - timedelta(days=350), ends_on=TODAY + timedelta(days=15))
    new = renew_agreement(by=scene.cadre, row=old)
    assert (new.starts_on, new.carer_name, new.renews) == (old.ends_on, old.carer_name, old)
    new = submit_agreement(by=scene.cadre, row=new, version=new.version)
    new = sign_agreement(
        by=scene.cadre, row=new, version=new.version, on=TODAY, signing="hand", witness="", today=TODAY
    )
    old.refresh_from_db()
    assert (old.state, new.state) == ("lapsed", "live")
    assert holds_on(old, TODAY) and not holds_on(new, TODAY)


@pytest.mark.parametrize(
    ("left", "word"), [(31, "live"), (30, "lapsing"), (1, "lapsing"), (0, "lapsed"), (-5, "lapsed")]
)
def test_an_agreement_lapses_by_its_date_without_a_job(scene, left, word):
    row = signed(scene, starts_on=TODAY - timedelta(days=100), ends_on=TODAY + timedelta(days=left))
    assert shown_state(row, TODAY) == word


def test_who_reads_and_who_changes_an_agreement(scene):
    row = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    task = makers.make_task(makers.make_need(scene.household, state="placed"))
    manager = makers.make_member(task.provider, "manager")
    for reader in (scene.cadre, scene.bureau):
        assert agreement_for(reader, row.no) == row
    for other in (scene.stranger, scene.officer, manager):
        with pytest.raises(Http404):
            agreement_for(other, row.no)
    with pytest.raises(Http404):
        agreement_for(scene.bureau, row.no, to="sign")
    assert agreement_verbs(scene.cadre, row) == ["change", "submit", "end"]
    assert agreement_verbs(scene.bureau, row) == []


def test_death_ends_agreement_and_plan_and_empties_the_list_of_the_unseen(scene):
    row = signed(scene)
    plan = draft_plan(by=scene.cadre, person=scene.person, starts_on=TODAY, goal="", lines=plan_lines())
    assert unseen_by(scene.cadre, TODAY).exists()
    facts = DeathFacts(died_on=TODAY, source="village")
    note_death(by=scene.cadre, person=scene.person, version=scene.person.version, facts=facts, today=TODAY)
    row.refresh_from_db()
    plan.refresh_from_db()
    assert (row.state, plan.state) == ("ended", "ended")
    assert not unseen_by(scene.cadre, TODAY).exists()
