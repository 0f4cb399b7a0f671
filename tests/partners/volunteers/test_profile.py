"""A volunteer's own page: what they state of themselves is theirs to see and change, and nobody else's by chance."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Limit, Travel, Volunteer, VolunteerLimit, VolunteerTravel
from partners.vetting.joining import register_volunteer
from partners.volunteers.profile import KEPT, change_profile, standing_wishes, wishes_of
from portal.base.refused import Refused
from portal.models import AuditEvent
from services.privacy.erasing import erase_user
from tests import makers
from tests.partners.casting import PASSWORD, account, make_cast, new_phone, volunteer_facts
from tests.services.hours.scene import make_volunteer

pytestmark = pytest.mark.django_db
URL = "/my/profile/"


@pytest.fixture
def scene():
    """An approved volunteer, logged in, and two townships."""
    county = makers.make_region("county")
    town = makers.make_region("township", county, name="石潭镇")
    other = makers.make_region("township", county, name="花石镇")
    row = make_volunteer(town, times=["weekend"], skills="刻图章")
    row.towns.add(town)
    return {"row": row, "town": town, "other": other, "client": makers.sign_in(Client(), row.user)}


def typed(scene, **more):
    """What the form sends when nothing is changed."""
    row = Volunteer.objects.get(pk=scene["row"].pk)
    now = standing_wishes(row)
    return {**now, "towns": [town.code for town in now["towns"]], "version": row.version, **more}


def test_the_page_shows_what_stands_and_saves_what_is_changed(scene):
    page = scene["client"].get(URL).content.decode()
    assert "刻图章" in page and "不爬楼" in page
    sent = typed(
        scene, towns=[scene["town"].code, scene["other"].code], services=["visit_care", "cleaning"],
        times=["weekday_am", "evening"], skills="量血压", dialect="湘潭话", travel=["ebike", "walk"],
        limits=["no_stairs", "no_dogs"],
    )  # fmt: skip
    assert scene["client"].post(URL, sent).status_code == 302
    row = Volunteer.objects.get(pk=scene["row"].pk)
    kept = standing_wishes(row)
    assert {name: list(kept[name]) for name in ("services", "times", "limits")} == {
        "services": ["visit_care", "cleaning"],
        "times": ["weekday_am", "evening"],
        "limits": ["no_stairs", "no_dogs"],
    }
    assert set(kept["travel"]) == {"ebike", "walk"} and (row.skills, row.dialect) == ("量血压", "湘潭话")
    assert set(row.provider.townships.values_list("region__name", flat=True)) == {"石潭镇", "花石镇"}
    assert set(row.provider.services.values_list("service", flat=True)) == {"visit_care", "cleaning"}
    event = AuditEvent.objects.get(verb="volunteer.profile_changed")
    assert event.actor == row.user and event.object_no == row.no
    assert set(event.detail["fields"]) == {
        "towns", "services", "times", "skills", "dialect", "travel", "limits",
    }  # fmt: skip


def test_a_choice_sent_twice_counts_once(scene):
    sent = typed(scene, travel=["walk", "walk"], services=["visit_care", "visit_care"])
    assert scene["client"].post(URL, sent).status_code == 302
    assert VolunteerTravel.objects.count() == 1
    assert Volunteer.objects.get(pk=scene["row"].pk).services == ["visit_care"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limits", ["怕高"]),
        ("travel", ["plane"]),
        ("towns", []),
        ("services", []),
        ("times", []),
        ("times", ["night"]),
    ],
)
def test_only_what_is_offered_can_be_chosen(scene, field, value):
    answer = scene["client"].post(URL, typed(scene, **{field: value}))
    assert answer.status_code == 422 and answer.context["form"].errors.keys() == {field}
    assert not AuditEvent.objects.filter(verb="volunteer.profile_changed").exists()


def test_the_database_knows_the_choices_too(scene):
    for row in (
        VolunteerTravel(volunteer=scene["row"], means="plane"),
        VolunteerLimit(volunteer=scene["row"], limit="none"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    for each in Travel.values:
        VolunteerTravel.objects.create(volunteer=scene["row"], means=each)
    for each in Limit.values:
        VolunteerLimit.objects.create(volunteer=scene["row"], limit=each)


def test_two_windows_show_both_versions_and_lose_nothing(scene):
    first = typed(scene, times=["evening"], limits=["no_dogs"])
    second = typed(scene, times=["weekday_am"], skills="修水电")
    assert scene["client"].post(URL, first).status_code == 302
    answer = scene["client"].post(URL, second)
    page = answer.content.decode()
    assert answer.status_code == 409 and "刚在别处改过" in page
    assert {each.name: (each.theirs, each.yours) for each in answer.context["both"]} == {
        "times": ("晚上（18 点到 20 点）", "周一到周五上午"),
        "skills": ("刻图章", "修水电"),
        "limits": ("不去有狗的家", ""),
    }
    settled = second | {
        "version": answer.context["form"].data["version"],
        "pick_times": "yours", "pick_skills": "yours", "pick_limits": "theirs",
    }  # fmt: skip
    assert scene["client"].post(URL, settled).status_code == 302
    row = Volunteer.objects.get(pk=scene["row"].pk)
    assert (row.times, row.skills) == (["weekday_am"], "修水电")
    assert wishes_of(row).limits == ("no_dogs",)


@pytest.mark.parametrize("state", ["pending", "approved", "suspended", "ended"])
def test_the_page_is_there_while_the_record_stands(scene, state):
    Volunteer.objects.filter(pk=scene["row"].pk).update(state=state)
    assert scene["client"].get(URL).status_code == (200 if state in KEPT else 404)


def test_another_volunteer_finds_only_their_own_page(scene):
    VolunteerLimit.objects.create(volunteer=scene["row"], limit="no_stairs")
    other = make_volunteer(scene["town"])
    page = makers.sign_in(Client(), other.user).get(URL).content.decode()
    assert "刻图章" not in page and 'value="no_stairs" checked' not in page
    with pytest.raises(Refused) as refusal:
        change_profile(row=scene["row"], version=1, wishes=wishes_of(scene["row"]), by=other.user)
    assert refusal.value.code == "stale"
    assert makers.sign_in(Client(), makers.make_user()).get(URL).status_code == 404


def test_the_registration_asks_the_same_and_may_stay_empty():
    cast = make_cast()
    told = register_volunteer(
        facts=volunteer_facts(cast, travel=("bus",), limits=("daytime",)), applicant=account()
    )
    assert wishes_of(told.volunteer).travel == ("bus",) and wishes_of(told.volunteer).limits == ("daytime",)
    sent = {
        "name": "测试丙", "id_number": "430321195203040021", "login_phone": new_phone(), "password": PASSWORD,
        "password_again": PASSWORD, "home": cast.village.code, "towns": [cast.town.code], "services": ["visit_care"],
        "times": ["weekend"], "consent": "on",
    }  # fmt: skip
    page = Client().get(reverse("join_volunteer")).content.decode()
    assert "怎么去老人家" in page and "有什么做不了的" in page
    answer = Client().post(reverse("join_volunteer"), sent)
    assert answer.status_code in (302, 422)
    wrong = {} if answer.status_code == 302 else answer.context["form"].errors
    assert {"travel", "limits"}.isdisjoint(wrong)


def test_an_erasure_takes_what_was_stated(scene):
    VolunteerTravel.objects.create(volunteer=scene["row"], means="car")
    VolunteerLimit.objects.create(volunteer=scene["row"], limit="no_stairs")
    user = scene["row"].user
    user.is_active = False
    user.save()
    erase_user(by=None, user=user, ground="period", at=timezone.now())
    assert (VolunteerTravel.objects.count(), VolunteerLimit.objects.count()) == (0, 0)
