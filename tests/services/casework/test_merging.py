"""Two files become one and one becomes two: what they keep, whom they refuse."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.base.models import AuditEvent
from services.models import (
    Assignment,
    CareClock,
    Household,
    NumberRedirect,
    Person,
    PersonCategory,
)
from services.recipients import access, merging
from services.recipients.deaths import DeathFacts, note_death
from services.recipients.look_ins import note_seen
from services.recipients.merging import MergeFacts, SplitFacts
from tests import makers
from tests.services.casework.file_cast import Scene, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def double(scene):
    """The same household a second time, with a task of its own for another service."""
    household = makers.make_household(scene.village, phone="13907310001")
    need = makers.make_need(household, state="placed", service="cleaning")
    task = makers.make_task(need, scene.provider, state="live")
    makers.make_assignment(task, makers.make_member(scene.provider))
    return household


def merge(scene, gone, **more):
    facts = MergeFacts(reason=more.pop("reason", "同一户建了两份"), same=more.pop("same", {}))
    versions = more.pop("versions", (scene.version(), gone.version))
    return merging.merge_households(
        by=more.pop("by", scene.cadre), kept=scene.fresh(), gone=gone, versions=versions, facts=facts
    )


def test_a_merge_carries_all_and_the_old_number_leads_to_the_kept_file(scene, double):
    carer = Assignment.objects.exclude(user=scene.worker).get().user
    old_no = double.no
    kept = merge(scene, double)
    assert not Household.objects.filter(no=old_no).exists()
    assert kept.needs.count() == 2
    assert kept.phone == "13907310001"
    assert scene.seen_by(carer)
    assert [row.relation for row in kept.persons.order_by("pk")] == ["self", "other"]
    assert access.merged_into(scene.cadre, old_no) == kept.no
    stranger = makers.make_post("township_cadre", makers.make_region("township"))
    assert access.merged_into(stranger, old_no) == ""
    assert AuditEvent.objects.get(verb="household.merged").detail == {"old": old_no}


def test_an_old_number_redirects_whoever_may_see_the_file_and_nobody_else(scene, double, client):
    old_no = double.no
    kept = merge(scene, double)
    stranger = makers.make_post("township_cadre", makers.make_region("township"))
    makers.sign_in(client, stranger)
    assert client.get(f"/households/{old_no}/").status_code == 404
    makers.sign_in(client, scene.cadre)
    page = client.get(f"/households/{old_no}/edit/")
    assert (page.status_code, page["Location"]) == (302, f"/households/{kept.no}/edit/")
    assert client.get("/households/H-never/edit/").status_code == 404


def test_the_same_person_becomes_one_with_what_both_had(scene, double):
    twin = double.persons.get()
    Person.objects.filter(pk=twin.pk).update(health_notes="", version=3)
    PersonCategory.objects.create(person=scene.person, mode="dispersed", valid_from=date(2024, 1, 1))
    PersonCategory.objects.create(
        person=twin, mode="dispersed", valid_from=date(2023, 1, 1), verified_on=date(2025, 5, 1)
    )
    PersonCategory.objects.create(person=twin, kind="veteran", valid_from=date(2020, 1, 1))
    twin.refresh_from_db()
    kept = merge(scene, double, same={twin: scene.person})
    assert kept.persons.get() == scene.person
    standing = scene.person.categories.filter(valid_to__gt=date(2026, 1, 1))
    assert sorted(standing.values_list("kind", flat=True)) == ["tekun", "veteran"]
    assert scene.person.categories.count() == 3
    assert standing.get(kind="tekun").verified_on == date(2025, 5, 1)


def died(scene, person, day, words):
    person.refresh_from_db()
    facts = DeathFacts(died_on=day, source="village", words=words)
    note_death(by=scene.cadre, person=person, version=person.version, facts=facts, today=day)
    person.refresh_from_db()


def test_of_one_death_noted_in_both_files_one_notice_stands_with_the_words_of_both(scene, double):
    twin, day = double.persons.get(), timezone.localdate()
    died(scene, scene.person, day, "邻居来说的")
    died(scene, twin, day, "卫生院的证明在村里")
    double.refresh_from_db()
    merge(scene, double, same={twin: scene.person})
    notice = scene.person.deaths.get()
    first, second = notice.words.split("\n")
    assert first == "邻居来说的"
    assert second.startswith("卫生院的证明在村里（")
    assert scene.cadre.get_full_name() in second


@pytest.mark.parametrize("theirs", [None, 3])
def test_two_files_that_differ_about_a_death_are_looked_at_first(scene, double, theirs):
    twin, day = double.persons.get(), timezone.localdate()
    died(scene, scene.person, day, "")
    for ago in [theirs] if theirs else []:
        died(scene, twin, day - timedelta(days=ago), "")
    double.refresh_from_db()
    refused("death_differs", merge, scene, double, same={twin: scene.person})
    assert Person.objects.filter(pk=twin.pk).exists()


def test_a_merge_refuses_and_then_nothing_has_changed(scene, double):
    clash = makers.make_need(double, service="visit_care")
    refused("stands_twice", merge, scene, double)
    assert double.needs.count() == 2
    assert not NumberRedirect.objects.exists()
    clash.delete()
    refused("same_file", merge, scene, scene.fresh())
    refused("reason_empty", merge, scene, double, reason=" ")
    refused("stale", merge, scene, double, versions=(scene.version(), 9))
    elsewhere = makers.make_household()
    refused("not_your_area", merge, scene, elsewhere)
    refused("not_your_area", merge, scene, double, by=scene.worker)
    refused("person_elsewhere", merge, scene, double, same={elsewhere.persons.get(): scene.person})
    merge(scene, double)


def split(scene, household, people, **more):
    facts = SplitFacts(
        **{"people": people, "head": people[0], "region": scene.village, "reason": "分家"} | more
    )
    return merging.split_household(
        by=scene.cadre, household=household, version=household.version, facts=facts, on=timezone.localdate()
    )


def test_a_split_takes_people_needs_and_sights_along_and_may_take_the_old_number_back(scene, double):
    carer = Assignment.objects.exclude(user=scene.worker).get().user
    old_no, need = double.no, double.needs.get()
    guest = double.persons.get()
    kept = merge(scene, double)
    made = split(scene, kept, [guest], needs=[need], old_no=old_no)
    assert (made.no, made.name, made.persons.get().relation) == (old_no, guest.name, "self")
    assert made.needs.get() == need
    assert kept.needs.get() == scene.need
    seen = Household.objects.visible_to(carer, timezone.now())
    assert list(seen) == [made]
    assert access.merged_into(scene.cadre, old_no) == ""
    assert not NumberRedirect.objects.exists()


def test_files_that_merge_or_split_keep_the_day_on_which_somebody_was_seen(scene, double):
    today = timezone.localdate()
    guest = double.persons.get()
    note_seen(scene.household.pk, today - timedelta(days=20), "visit")
    note_seen(double.pk, today - timedelta(days=3), "look_in")
    kept = merge(scene, double)
    assert CareClock.objects.get(household=kept).last_seen_on == today - timedelta(days=3)
    made = split(scene, kept, [guest])
    assert CareClock.objects.get(household=made).last_seen_on == today - timedelta(days=3)
    assert made.created_at == kept.created_at


def test_a_split_refuses_what_leaves_nobody_or_a_house_without_a_head(scene):
    household = scene.fresh()
    wife = Person.objects.create(
        household=household, name="李四", relation="spouse", sex="f", birth_date=date(1950, 1, 1)
    )
    refused("nobody_stays", split, scene, household, [wife, scene.person])
    refused("head_needed", split, scene, household, [scene.person])
    refused("head_elsewhere", split, scene, household, [wife], head=scene.person)
    refused("reason_empty", split, scene, household, [wife], reason="")
    refused("old_number", split, scene, household, [wife], old_no="H-never")
    refused("person_elsewhere", split, scene, household, [wife, makers.make_household().persons.get()])
    made = split(scene, household, [scene.person], new_head_here=wife)
    assert (made.name, scene.fresh().name) == (scene.person.name, "李四")
    assert Household.objects.count() == 3
