"""The annex of a contract and the certificate at its end: who may sign what, when, and who may not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.refused import Refused
from portal.models import AuditEvent
from services.models import ProcessingAnnex
from services.privacy import annexes
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """A contract under way and one that is over, of one agency; its manager, a worker, a stranger, the bureau."""
    provider, other = makers.make_provider(), makers.make_provider()
    today = timezone.localdate()
    return {
        "contract": makers.make_contract(provider),
        "over": makers.make_contract(
            provider, starts_on=today - timedelta(days=300), ends_on=today - timedelta(days=1)
        ),
        "manager": makers.make_member(provider, "manager"),
        "worker": makers.make_member(provider),
        "stranger": makers.make_member(other, "manager"),
        "bureau": makers.make_post("bureau_staff", makers.make_region("county")),
        "township": makers.make_post("township_cadre", makers.make_region("township")),
    }


def code_of(act, **more) -> str:
    """The code of the refusal, with nothing recorded."""
    events = AuditEvent.objects.count()
    with pytest.raises(Refused) as refused:
        act(**more)
    assert AuditEvent.objects.count() == events
    return refused.value.code


@pytest.mark.parametrize("who", ["worker", "stranger", "bureau", "township"])
def test_only_who_leads_the_agency_signs_for_it(scene, who):
    over = scene["over"]
    assert code_of(annexes.agree, by=scene[who], contract=scene["contract"]) == "not_yours"
    assert code_of(annexes.certify, by=scene[who], contract=over, way="deleted") == "not_yours"
    assert not ProcessingAnnex.objects.exists()
    assert annexes.agree(by=scene["manager"], contract=scene["contract"]).agreed_by == scene["manager"]
    assert annexes.certify(by=scene["manager"], contract=over, way="deleted").certified_by == scene["manager"]


@pytest.mark.parametrize("state", ["draft", "terminated"])
def test_the_annex_is_signed_while_the_contract_runs_and_once(scene, state):
    contract = scene["contract"]
    type(contract).objects.filter(pk=contract.pk).update(state=state)
    contract.refresh_from_db()
    assert code_of(annexes.agree, by=scene["manager"], contract=contract) == "wrong_state"
    assert code_of(annexes.agree, by=scene["manager"], contract=scene["over"]) == "wrong_state"
    type(contract).objects.filter(pk=contract.pk).update(state="active")
    contract.refresh_from_db()
    row = annexes.agree(by=scene["manager"], contract=contract)
    assert (row.text_version, row.text_digest) == (annexes.VERSION, annexes.digest_of(annexes.VERSION))
    assert code_of(annexes.agree, by=scene["manager"], contract=contract) == "agreed_already"


def test_a_certificate_needs_an_ended_contract_and_a_way(scene):
    manager = scene["manager"]
    assert code_of(annexes.certify, by=manager, contract=scene["contract"], way="deleted") == "not_over"
    for way in ("", "burnt"):
        assert code_of(annexes.certify, by=manager, contract=scene["over"], way=way) == "way_empty"
    row = annexes.certify(by=manager, contract=scene["over"], way="returned", note=" 交回两箱 ")
    assert (row.way, row.note, row.accepted_at) == ("returned", "交回两箱", None)


def test_a_contract_ended_early_is_over_the_same_day(scene):
    contract = scene["contract"]
    type(contract).objects.filter(pk=contract.pk).update(state="terminated")
    contract.refresh_from_db()
    assert annexes.certify(by=scene["manager"], contract=contract, way="none").way == "none"


@pytest.mark.parametrize("who", ["manager", "stranger", "worker", "township"])
def test_only_the_bureau_accepts(scene, who):
    annexes.certify(by=scene["manager"], contract=scene["over"], way="deleted")
    assert code_of(annexes.accept, by=scene[who], contract=scene["over"]) == "not_yours"
    assert annexes.accept(by=scene["bureau"], contract=scene["over"]).accepted_by == scene["bureau"]


def test_nothing_is_accepted_before_it_was_certified_nor_twice_and_then_it_stands(scene):
    over, manager, bureau = scene["over"], scene["manager"], scene["bureau"]
    assert code_of(annexes.accept, by=bureau, contract=over) == "wrong_state"
    annexes.certify(by=manager, contract=over, way="deleted")
    annexes.certify(by=manager, contract=over, way="returned")  # mended before it was accepted
    assert annexes.accept(by=bureau, contract=over).way == "returned"
    assert code_of(annexes.accept, by=bureau, contract=over) == "wrong_state"
    assert code_of(annexes.certify, by=manager, contract=over, way="deleted") == "wrong_state"


def test_nobody_accepts_their_own_certificate(scene):
    over = scene["over"]
    both = makers.make_member(over.provider, "manager", scene["bureau"])
    annexes.certify(by=both, contract=over, way="deleted")
    assert code_of(annexes.accept, by=both, contract=over) == "own_certificate"
    other = makers.make_post("bureau_staff", makers.make_region("county"))
    assert annexes.accept(by=other, contract=over).accepted_by == other


def test_the_pages_answer_a_stranger_as_if_the_contract_never_was(scene):
    over = scene["over"]
    client = makers.sign_in(Client(), scene["stranger"])
    for name, send in (("annex", client.get), ("annex_agree", client.post), ("certificate", client.get)):
        assert send(reverse(f"services:privacy:{name}", args=[over.no])).status_code == 404
    assert (
        client.post(reverse("services:privacy:certificate", args=[over.no]), {"way": "none"}).status_code
        == 404
    )
    own = makers.sign_in(Client(), scene["manager"])
    assert own.post(reverse("services:privacy:certificate", args=[over.no]), {"way": ""}).status_code == 422
    assert (
        own.post(reverse("services:privacy:certificate", args=[over.no]), {"way": "none"}).status_code == 302
    )


def test_the_certificate_s_page_asks_the_bureau_only_when_there_is_something_to_accept(scene):
    over = scene["over"]
    url = reverse("services:privacy:certificate_accept", args=[over.no])
    client = makers.sign_in(Client(), scene["bureau"])
    page = reverse("services:privacy:certificate", args=[over.no])
    assert url not in client.get(page).content.decode()
    annexes.certify(by=scene["manager"], contract=over, way="deleted")
    assert url in client.get(page).content.decode()
    assert url not in makers.sign_in(Client(), scene["manager"]).get(page).content.decode()


def test_the_words_that_were_agreed_to_never_change():
    assert annexes.digest_of("2026-01-01").startswith("8f30249212079c35")
