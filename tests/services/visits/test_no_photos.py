"""A household that does not want photos has none: not asked for, not kept when sent all the same, gone when withdrawn."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.base.filestore import path_of
from portal.models import ProtectedFile
from services.consents.actions import answer_purpose
from services.consents.purposes import PURPOSES
from services.models import VisitPhoto, VisitRecord
from services.visits.photos import forget_waiting
from tests.services.visits.cast import arrive, make_cast
from tests.services.visits.test_phone_views import filled, picture, signed, url

pytestmark = pytest.mark.django_db


def say(cast, answer) -> None:
    """What the household answers to photos in the home."""
    person = cast.household.persons.get()
    words = PURPOSES["photos"].words_on(timezone.localdate())
    answer_purpose(
        by=cast.cadre,
        category="photos",
        answer=answer,
        way="spoken",
        version=words.version,
        person=person,
    )


@pytest.mark.parametrize(("answer", "asked"), [("refused", False), ("given", True)])
def test_the_form_asks_for_photos_only_where_nobody_said_no(answer, asked):
    cast = make_cast()
    say(cast, answer)
    arrive(cast)
    page = signed(cast.worker).get(url("visit", cast.planned.no)).content.decode()
    assert ("这户不让拍照" in page) is not asked
    assert ('name="photo_1"' in page) is asked


@pytest.mark.parametrize(("answer", "kept"), [("refused", 0), ("given", 1)])
def test_a_photo_sent_all_the_same_is_destroyed_and_the_visit_counts(
    answer, kept, django_capture_on_commit_callbacks
):
    cast = make_cast()
    say(cast, answer)
    arrive(cast)
    with django_capture_on_commit_callbacks(execute=True):
        sent = signed(cast.worker).post(url("hand_in", cast.planned.no), filled(photo_1=picture()))
    assert sent.status_code == 302
    row = VisitRecord.objects.get()
    assert (row.photos.count(), ProtectedFile.objects.filter(kind="visit_photo").count()) == (kept, kept)
    assert [path_of(photo.file.uid).exists() for photo in VisitPhoto.objects.all()] == [True] * kept


def test_one_who_says_no_speaks_for_the_whole_household():
    cast = make_cast()
    say(cast, "given")
    other = cast.household.persons.create(
        name="老伴", relation="spouse", sex="m", birth_date=date(1950, 1, 1), name_key=""
    )
    words = PURPOSES["photos"].words_on(timezone.localdate())
    answer_purpose(
        by=cast.cadre,
        category="photos",
        answer="refused",
        way="spoken",
        version=words.version,
        person=other,
    )
    arrive(cast)
    assert "这户不让拍照" in signed(cast.worker).get(url("visit", cast.planned.no)).content.decode()


def test_a_photo_that_no_record_took_up_goes_after_a_day(django_capture_on_commit_callbacks):
    cast = make_cast()
    arrive(cast)
    client = signed(cast.worker)
    client.post(url("hand_in", cast.planned.no), filled(note="字" * 1001, photo_1=picture()))
    file = ProtectedFile.objects.get(kind="visit_photo")
    assert forget_waiting(at=timezone.now() + timedelta(hours=23)) == 0 and path_of(file.uid).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_waiting(at=timezone.now() + timedelta(hours=25)) == 1
    assert not path_of(file.uid).exists() and not ProtectedFile.objects.filter(pk=file.pk).exists()


def test_a_photo_of_a_record_stays_however_old():
    cast = make_cast()
    arrive(cast)
    signed(cast.worker).post(url("hand_in", cast.planned.no), filled(photo_1=picture()))
    assert forget_waiting(at=timezone.now() + timedelta(days=400)) == 0
    assert VisitPhoto.objects.count() == 1
