"""A voluntary visit has no agency: the township office stands for it, nobody else does."""

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import ProviderKind
from portal.base.relay import relay
from portal.models import InboxItem
from services.models import DrawDown, NeedPart, NeedState, PlannedVisit
from tests import makers
from tests.services.visits.cast import make_cast, make_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def voluntary():
    """A record a volunteer wrote, with the desks of its place."""
    cast = make_cast()
    provider = cast.task.provider
    provider.kind = ProviderKind.VOLUNTEER
    provider.save(update_fields=["kind"])
    cast.task.contract = None
    cast.task.save(update_fields=["contract"])
    cast.task.need.part = NeedPart.VOLUNTARY
    cast.task.need.state = NeedState.PLACED
    cast.task.need.save(update_fields=["part", "state"])
    cast.planned = PlannedVisit.objects.get(pk=cast.planned.pk)
    return cast, make_record(cast)


def confirm(person, row) -> int:
    """What the desk's button answers this person."""
    client = makers.sign_in(Client(), person)
    return client.post(reverse("services:visits:desk_confirm", args=[row.no])).status_code


def test_the_township_is_told_and_confirms_and_no_money_moves(voluntary):
    cast, row = voluntary
    relay()
    assert InboxItem.objects.filter(receiver=cast.cadre, message__topic="visit_recorded").exists()
    assert confirm(cast.cadre, row) == 302
    row.refresh_from_db()
    assert row.verdict == "confirmed"
    assert not DrawDown.objects.exists()


def test_an_agencys_visit_is_not_the_townships_to_confirm():
    cast = make_cast()
    row = make_record(cast)
    assert confirm(cast.cadre, row) == 404
    row.refresh_from_db()
    assert row.verdict == "submitted"


def test_the_next_township_may_not_confirm_it(voluntary):
    cast, row = voluntary
    stranger = makers.make_post(
        "township_cadre", makers.make_region("township", cast.household.township.parent)
    )
    assert confirm(stranger, row) == 404
