"""Erasure reaches every place where somebody stands; money and lawful records stay without a name."""

from datetime import timedelta

import pytest
from django.db import connection, models
from django.utils import timezone

from portal.base.filestore import path_of
from portal.base.models import OutboxMessage
from portal.base.outbox import post
from portal.base.refused import Refused
from portal.models import ProtectedFile, User
from services.models import Household, Person, VisitPhoto, VisitRecord
from services.privacy import actions, erasing
from services.privacy.models import RequestState, SubjectRequest
from tests.matrix import world as worlds

pytestmark = pytest.mark.django_db


def everything_stored() -> str:
    """Every cell of every table as text, as a dump would hold it; and with the keys applied."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def everything_readable() -> str:
    """The plain text of every encrypted column."""
    from portal.base.rotation import sealed_columns

    return "\n".join(
        str(getattr(row, field.attname))
        for model, field in sealed_columns()
        for row in model._base_manager.all()
    )


@pytest.fixture
def world():
    """The matrix's world: five households with planted secrets in every field."""
    return worlds.build()


def closed(household: Household) -> Household:
    """Off the register."""
    Household.objects.filter(pk=household.pk).update(state="closed")
    household.refresh_from_db()
    return household


def planted(letter: str) -> set[str]:
    """Every secret of one household."""
    return {worlds.secret(letter, name) for name in worlds.FIELDS}


def test_nothing_of_an_erased_household_is_left_in_any_table_or_file_and_the_others_keep_theirs(
    world, django_capture_on_commit_callbacks
):
    rows = world.files["A"].rows
    before_stored, before_readable = everything_stored(), everything_readable()
    assert {text for text in planted("A") if text in before_stored or text in before_readable} == planted(
        "A"
    ) - {worlds.secret("A", "exif")}
    post(world.people["bureau"], "alert_raised", rows["alert"], household=rows["household"])
    photo = path_of(rows["photo"].file.uid)
    assert photo.exists()
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_household(
            by=world.people["bureau"],
            household=closed(rows["household"]),
            ground="purpose_over",
            at=timezone.now(),
        )
    stored, readable = everything_stored(), everything_readable()
    assert {text for text in planted("A") if text in stored or text in readable} == set()
    kept = worlds.secret("B", "name")
    assert kept in stored and worlds.secret("B", "health") in readable
    assert not photo.exists()
    assert not VisitPhoto.objects.filter(pk=rows["photo"].pk).exists()
    assert not ProtectedFile.objects.filter(uid=rows["photo"].file.uid).exists()
    assert not OutboxMessage.objects.filter(household_no=rows["household"].no).exists()


def test_records_of_work_and_money_stay_without_a_name(world):
    rows = world.files["A"].rows
    drawn = rows["contract"].drawn_fen
    erasing.erase_household(by=None, household=closed(rows["household"]), ground="period", at=timezone.now())
    record = VisitRecord.objects.get(pk=rows["record"].pk)
    assert (record.note, record.answers) == ("", {})
    assert record.started_at == rows["record"].started_at
    rows["contract"].refresh_from_db()
    assert rows["contract"].drawn_fen == drawn
    person = Person.objects.get(pk=rows["person"].pk)
    assert (person.name, person.id_number, person.id_blind) == ("已删除", "", None)
    assert (person.birth_date.month, person.birth_date.day) == (1, 1)


def test_a_household_on_the_register_or_held_is_not_erased_and_a_free_one_is(world):
    household = world.files["A"].rows["household"]
    bureau = world.people["bureau"]
    with pytest.raises(Refused) as refused:
        erasing.erase_household(by=bureau, household=household, ground="period", at=timezone.now())
    assert refused.value.code == "still_in_care"
    closed(household)
    actions.set_hold(by=bureau, household=household, reason="案子没结")
    with pytest.raises(Refused) as refused:
        erasing.erase_household(by=bureau, household=household, ground="period", at=timezone.now())
    assert refused.value.code == "held"
    actions.lift_hold(by=bureau, household=household)
    assert erasing.erase_household(by=bureau, household=household, ground="period", at=timezone.now())


def test_an_erased_volunteer_keeps_hours_under_a_number_and_nothing_else(world):
    user = world.people["volunteer-chen"]
    user.phone, user.name = "13907319977", "陈特征名"
    user.save()
    with pytest.raises(Refused) as refused:
        erasing.erase_user(by=world.people["bureau"], user=user, ground="consent_gone", at=timezone.now())
    assert refused.value.code == "still_active"
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert "陈特征名" in everything_stored()
    erasing.erase_user(by=world.people["bureau"], user=user, ground="consent_gone", at=timezone.now())
    assert "陈特征名" not in everything_stored() and "m-volunteer-chen" not in everything_stored()
    assert "13907319977" not in everything_readable()
    user.refresh_from_db()
    assert user.username == f"erased-{user.pk}"
    assert not user.has_usable_password()
    assert user.assignments.count() == 2


def test_two_people_are_needed_and_the_request_is_the_record(world):
    rows, township, bureau = world.files["A"].rows, world.people["township-shitan"], world.people["bureau"]
    closed(rows["household"])
    asked = actions.take_request(by=bureau, kind="erase", way="paper", person=rows["person"])
    with pytest.raises(Refused) as refused:
        actions.carry_out_erasure(by=bureau, asked=asked, ground="unlawful")
    assert refused.value.code == "own_request"
    SubjectRequest.objects.filter(pk=asked.pk).update(received_by=township)
    asked.refresh_from_db()
    done = actions.carry_out_erasure(by=bureau, asked=asked, ground="unlawful")
    assert done.state == RequestState.DONE
    with pytest.raises(Refused) as refused:
        actions.carry_out_erasure(by=bureau, asked=done, ground="unlawful")
    assert refused.value.code == "wrong_state"


def test_a_finished_copy_goes_with_the_erasure(world, django_capture_on_commit_callbacks):
    from services.privacy.copying import make_copies

    rows = world.files["A"].rows
    asked = actions.take_request(
        by=world.people["township-shitan"], kind="copy", way="paper", person=rows["person"]
    )
    assert make_copies() == 1
    asked.refresh_from_db()
    path = path_of(asked.file.uid)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_household(
            by=None, household=closed(rows["household"]), ground="period", at=timezone.now()
        )
    assert not path.exists()


def test_the_scan_would_see_a_column_that_erasure_forgets(world, monkeypatch):
    from services.privacy import register

    table = register.tables()["services.Alert"]
    forgetful = register.Table(table.label, table.kept, table.ways, {**table.groups, "empty": ()})
    monkeypatch.setitem(register.tables(), "services.Alert", forgetful)
    erasing.erase_household(
        by=None,
        household=closed(world.files["A"].rows["household"]),
        ground="period",
        at=timezone.now() + timedelta(1),
    )
    assert worlds.secret("A", "alert") in everything_readable()


def test_every_emptied_column_can_be_emptied():
    from services.privacy.register import tables

    for table in tables().values():
        for name in table.groups.get("empty", ()):
            column = table.model._meta.get_field(name)
            assert column.null or isinstance(
                column, models.CharField | models.TextField | models.JSONField
            ), name
