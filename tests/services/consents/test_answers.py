"""Consents: one answer a category, tied to the words, withdrawn by one act."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.filestore import path_of
from portal.base.refused import Refused
from portal.models import AuditEvent
from services.consents.actions import answer_purpose
from services.consents.models import Consent
from services.consents.purposes import CONSENT, DUTY, PURPOSES, RECIPIENT
from services.consents.queries import household_said_no, said_no, standings
from services.models import Person, VisitPhoto
from tests import makers
from tests.matrix import world as worlds

pytestmark = pytest.mark.django_db
# The words people answered to may never change; a new text is a new version with its own digest.
DIGESTS = {
    "identity": ["2d7263524b891fdd"],
    "health": ["a13857110e23fedd"],
    "bank": ["acdffaf7c8f122d8"],
    "health_carer": ["8a7fe47f151b106e"],
    "photos": ["3674499367b021d7"],
    "charity": ["4393211193bcecd1"],
    "minor": ["02f17b278df94ad4"],
    "member_identity": ["0a4e1ff34182ce6f"],
    "whereabouts": ["672f529b5271419c"],
    "member_public": ["a473dade4c331a21"],
}


@pytest.fixture
def person() -> Person:
    """A grown-up recipient."""
    return makers.make_household().persons.get()


def say(person, answer="given", category="photos", **more):
    """An answer taken by the township."""
    words = PURPOSES[category].words_on(timezone.localdate())
    return answer_purpose(
        by=more.pop("by", None) or makers.make_user(), category=category, answer=answer, way=more.pop("way", "spoken"),
        version=more.pop("version", words.version), person=person, **more,
    )  # fmt: skip


def test_an_answer_keeps_the_version_and_digest_of_what_was_read(person):
    row = say(person)
    words = PURPOSES["photos"].words_on(timezone.localdate())
    assert (row.text_version, row.text_digest) == (words.version, words.digest)
    assert PURPOSES["photos"].text_of(row.text_version) == words.text
    event = AuditEvent.objects.get(verb="consent.given")
    assert event.household_no == person.household.no


def test_old_words_statutory_duties_and_unknown_categories_are_refused(person):
    for more, code in (
        ({"version": "2020-01-01"}, "old_words"),
        ({"category": "health"}, "not_asked"),
        ({"category": "whereabouts"}, "not_asked"),
    ):
        with pytest.raises(Refused) as refused:
            say(person, **more)
        assert refused.value.code == code
    assert say(person).answer == "given"


def test_a_child_s_guardian_answers_and_is_named(person):
    person.birth_date = date(timezone.localdate().year - 8, 1, 1)
    person.save()
    for more in ({"way": "spoken"}, {"way": "guardian", "guardian": " "}):
        with pytest.raises(Refused) as refused:
            say(person, category="minor", **more)
        assert refused.value.code == "guardian_missing"
    row = say(person, category="minor", way="guardian", guardian="外婆")
    assert Consent.objects.get(pk=row.pk).guardian == "外婆"
    assert {s.purpose.code for s in standings(person=person, on=timezone.localdate())} == {
        code for code, purpose in PURPOSES.items() if purpose.whom == RECIPIENT
    }


def test_a_later_answer_ends_the_earlier_one_and_history_stays(person):
    say(person)
    say(person, "refused")
    assert Consent.objects.filter(person=person).count() == 2
    assert Consent.objects.get(person=person, withdrawn_at=None).answer == "refused"
    assert said_no("photos", person=person) and household_said_no("photos", person.household)


def test_who_was_never_asked_has_not_said_no_and_who_gave_again_neither(person):
    assert not said_no("photos", person=person)
    say(person, "refused")
    say(person)
    assert not said_no("photos", person=person) and not household_said_no("photos", person.household)


def test_only_oneself_answers_for_oneself():
    mine, other = makers.make_user(), makers.make_user()
    words = PURPOSES["whereabouts"].words_on(timezone.localdate())
    with pytest.raises(Refused) as refused:
        answer_purpose(
            by=other, category="whereabouts", answer="given", way="own_page", version=words.version, user=mine
        )
    assert refused.value.code == "own_answer"


def test_withdrawing_is_one_click_and_takes_the_photos_with_it(django_capture_on_commit_callbacks):
    world = worlds.build()
    rows = world.files["B"].rows
    from services.models import Alert

    Alert.objects.filter(household=rows["household"]).update(state="closed")
    row = say(rows["person"], by=world.people["township-shitan"])
    path = path_of(rows["photo"].file.uid)
    client = Client()
    makers.sign_in(client, world.people["township-shitan"])
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(
            reverse("services:privacy:withdraw", args=[rows["household"].no]), {"consent": str(row.uid)}
        )
    assert response.status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert not VisitPhoto.objects.filter(pk=rows["photo"].pk).exists()
    assert not path.exists()
    assert VisitPhoto.objects.filter(pk=world.files["A"].rows["photo"].pk).exists()


def test_a_volunteer_gives_and_withdraws_on_their_own_page_and_nobody_else_can():
    mine, other = makers.make_user(), makers.make_user()
    client, stranger = Client(), Client()
    makers.sign_in(client, mine)
    makers.sign_in(stranger, other)
    words = PURPOSES["whereabouts"].words_on(timezone.localdate())
    client.post(
        reverse("services:privacy:own_answer"),
        {"category": "whereabouts", "version": words.version, "answer": "given"},
    )
    row = Consent.objects.get(user=mine)
    url = reverse("services:privacy:own_withdraw")
    assert stranger.post(url, {"consent": str(row.uid)}).status_code == 404
    assert client.post(url, {"consent": str(row.uid)}).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_way == "own_page"
    assert said_no("whereabouts", user=mine)


def test_every_category_has_a_ground_and_those_that_are_asked_say_what_withdrawing_does():
    for purpose in PURPOSES.values():
        assert purpose.ground in {DUTY, CONSENT}
        assert (purpose.ground == CONSENT) == bool(purpose.effect), purpose.code
        assert len({words.version for words in purpose.words}) == len(purpose.words)


def test_words_that_people_answered_to_never_change():
    assert {
        code: [words.digest[:16] for words in purpose.words] for code, purpose in PURPOSES.items()
    } == DIGESTS


def test_who_withdrew_is_not_located_and_a_household_that_said_no_has_no_photos():
    from services.models import PlannedVisit
    from services.visits.actions import check_in
    from services.visits.rules import Fix

    carer = makers.make_user()
    words = PURPOSES["whereabouts"].words_on(timezone.localdate())
    planned = [
        makers.make_planned(
            makers.make_assignment(makers.make_task(state="live"), carer), starts_at=timezone.now()
        )
        for _visit in range(2)
    ]
    fix = Fix(27.72, 112.82)
    check_in(planned=planned[0], by=carer, fix=fix)
    answer_purpose(
        by=carer, category="whereabouts", answer="refused", way="own_page", version=words.version, user=carer
    )
    with pytest.raises(Refused):
        check_in(planned=planned[1], by=carer, fix=fix)
    check_in(planned=planned[1], by=carer, fix=fix, ground="不同意记位置")
    positions = [PlannedVisit.objects.get(pk=row.pk).check_in_lat for row in planned]
    assert positions == [27.72, None]
