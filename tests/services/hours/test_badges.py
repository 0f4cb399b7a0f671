"""Badges: shown at the door, checked by anybody, valid today or not."""

import pytest
from django.urls import reverse

from partners.models import ProviderState, Volunteer, VolunteerState
from partners.volunteers.badges import VALID, valid_today
from portal.base.privacy import mask_name
from tests import makers
from tests.services.hours.scene import make_office, make_volunteer

pytestmark = pytest.mark.django_db


def check(client, no):
    return client.get(reverse("verify", args=[no]))


def test_a_badge_is_valid_while_its_wearer_is_approved_and_active(client):
    row = make_office().volunteer
    page = check(client, row.badge_no)
    text = page.content.decode()
    assert "今天有效" in text and mask_name(row.user.name) in text and row.user.name not in text
    assert page["Cache-Control"] == "no-store"


@pytest.mark.parametrize("fault", ["suspended", "ended", "stopped", "gone"])
def test_a_badge_of_somebody_stopped_or_gone_is_not_valid_today(client, fault):
    row = make_office().volunteer
    if fault == "stopped":
        row.provider.state = ProviderState.SUSPENDED
        row.provider.save()
    elif fault == "gone":
        row.user.is_active = False
        row.user.save()
    else:
        row.state = VolunteerState(fault)
        row.save()
    assert valid_today(row) is Volunteer.objects.filter(VALID, pk=row.pk).exists() is False
    text = check(client, row.badge_no).content.decode()
    assert "今天无效" in text and "今天有效" not in text


@pytest.mark.parametrize("no", ["ZY-999999", "x", "Y-1", " ", "XT-ZM-2026-000009"])
def test_a_number_that_never_was_is_404(client, no):
    make_office()
    assert check(client, no).status_code == 404


def test_who_asks_leaves_no_trace(client, django_assert_max_num_queries):
    from portal.models import AuditEvent, OutboxMessage

    row = make_office().volunteer
    with django_assert_max_num_queries(6):
        page = check(client, row.badge_no)
    assert not page.cookies
    assert not AuditEvent.objects.exists() and not OutboxMessage.objects.exists()


def test_ones_own_badge_has_a_code_and_who_has_none_gets_404(client):
    row = make_office().volunteer
    makers.sign_in(client, row.user)
    text = client.get(reverse("partners:badge")).content.decode()
    assert row.badge_no in text and "data:image/svg+xml" in text
    makers.sign_in(client, makers.make_user())
    assert client.get(reverse("partners:badge")).status_code == 404


def test_the_sheet_prints_the_badges_of_ones_place_alone(client, queries_of):
    office = make_office()
    makers.sign_in(client, office.cadre)
    url = reverse("services:hours:badges")
    assert office.volunteer.badge_no in client.get(url).content.decode()
    client.get(url)
    first = queries_of(client, url)
    for _n in range(27):
        make_volunteer(office.town)
    assert queries_of(client, url) == first <= 20
    makers.sign_in(client, office.other_cadre)
    assert office.volunteer.badge_no not in client.get(url).content.decode()
