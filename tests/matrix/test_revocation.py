"""What is taken back is gone with the next request, with no job running (security A5)."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import User
from services.recipients.access import close_file, open_file
from tests import makers

pytestmark = pytest.mark.django_db


def world_of(kind):
    """A person with sight of a household for one reason, and what takes it back."""
    task = makers.make_task()
    household = task.need.household
    county = household.township.parent
    now = timezone.now()
    if kind == "assignment ended":
        person = makers.make_member(task.provider)
        assignment = makers.make_assignment(task, person)
        return person, household, lambda: close_file(cause=f"assignment:{assignment.uid}", at=timezone.now())
    if kind == "task ended":
        person = makers.make_member(task.provider, "manager")
        return person, household, lambda: close_file(cause=f"task:{task.no}", at=timezone.now())
    if kind == "membership ended":
        person = makers.make_member(task.provider, "manager")
        return person, household, lambda: person.memberships.update(valid_to=timezone.now())
    if kind == "provider suspended":
        person = makers.make_member(task.provider, "manager")
        return (
            person,
            household,
            lambda: type(task.provider).objects.filter(pk=task.provider.pk).update(state="suspended"),
        )
    if kind == "post ended":
        person = makers.make_post("township_cadre", household.township)
        return person, household, lambda: person.posts.update(valid_to=timezone.now())
    if kind == "draw over":
        person = makers.make_post("inspector", county)
        open_file(household, cause="inspection:I-1", user=person, at=now - timedelta(days=1))
        return person, household, lambda: close_file(cause="inspection:I-1", at=timezone.now())
    person = makers.make_post("township_cadre", household.township)
    return person, household, lambda: User.objects.filter(pk=person.pk).update(is_active=False)


@pytest.mark.parametrize(
    "kind",
    [
        *("assignment ended", "task ended", "membership ended", "provider suspended"),
        *("post ended", "draw over", "deactivated"),
    ],
)
def test_sight_ends_with_the_next_request(client, kind):
    person, household, take_back = world_of(kind)
    makers.sign_in(client, person)
    url = reverse("services:recipients:detail", args=[household.no])
    assert client.get(url).status_code == 200
    take_back()
    answer = client.get(url)
    assert answer.status_code in {302, 404}
    assert household.no not in answer.content.decode().replace(quote(url, safe=""), "")  # what was asked for
