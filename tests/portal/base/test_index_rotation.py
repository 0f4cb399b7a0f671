"""A new index key: both are looked for while it runs, a killed run goes on, numbers stay unique, nothing stays behind."""

import json
from datetime import date

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from portal.accounts.identities import identity_of
from portal.accounts.phones import set_phone, user_by_phone
from portal.base import index_rotation, keyring
from portal.base.identifiers import check_id_number
from portal.base.privacy import blind_index, blind_indexes
from portal.base.refused import Refused
from portal.management.commands import rotate_keys
from portal.models import AuditEvent, Identity, KeyRotation
from services.imports import known
from services.models import CirclePerson, Household, ImportMark, Person
from services.recipients.finding import find_by_number
from services.recipients.people import ID_PURPOSE, _save_with_number
from tests import makers
from tests.portal.base.test_rotation import key_file, no_wait  # noqa: F401 - fixtures
from tests.services.imports.files import as_csv, number
from tests.services.imports.files import person as row
from tests.services.imports.test_import import bring, counts

LETTERS = " 甲乙丙丁戊"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_file", "no_wait")]


def run(*args: str) -> str:
    """What the command prints."""
    from io import StringIO

    out = StringIO()
    call_command(rotate_keys.Command(), "--index", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def scene():
    """A township with people known by number, by mark and around a household, and logins with phones."""
    village = makers.make_region(name="古城村")
    scene = {"cadre": makers.make_post("township_cadre", village.parent), "village": village}
    scene["rows"] = [row(n, "古城村", name=f"测{LETTERS[n]}") for n in range(1, 6)] + [
        row(9, "古城村", name="没有号", 身份证号="", 出生日期="19480302", 性别="女")
    ]
    batch = bring(scene["cadre"], village.parent, as_csv(scene["rows"], list(scene["rows"][-1])))
    assert counts(batch)[0] == 6, list(batch.findings.values_list("row", "code", "words"))
    household = Household.objects.get(name="测甲")
    CirclePerson.objects.create(
        household=household, part="contact", name="外甥", relation="other", id_number=number(77),
        id_blind=blind_index(number(77), ID_PURPOSE), valid_from="2026-01-01",
    )  # fmt: skip
    scene["users"] = [makers.make_user() for _each in range(3)]
    for place, user in enumerate(scene["users"]):
        set_phone(user, f"1390731000{place}")
    identity_of(check_id_number(number(50), on=date(2026, 11, 24)), name="人")
    return scene


def found(scene) -> list[bool]:
    """Whether each lookup finds its row: persons by number, logins by phone, humans by ID number, rows by mark."""
    persons = [
        Person.objects.filter(id_blind__in=blind_indexes(number(n), ID_PURPOSE)).count() == 1
        for n in range(1, 6)
    ]
    logins = [user_by_phone(f"1390731000{place}") == user for place, user in enumerate(scene["users"])]
    humans = Identity.objects.count()
    identity_of(check_id_number(number(50), on=date(2026, 11, 24)), name="人")
    again = bring(
        scene["cadre"], scene["village"].parent, as_csv(scene["rows"], list(scene["rows"][-1])), write=False
    )
    return [*persons, *logins, Identity.objects.count() == humans, counts(again) == (0, 0, 6, 0)]


def test_every_column_of_fingerprints_is_rotated():
    columns = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.name.endswith("_blind") or field.name == "fingerprint"
    }
    assert {store.name for store in index_rotation.index_stores()} == columns


def test_every_index_is_made_anew_and_the_old_key_is_forgotten_only_then(scene):
    old = dict(Person.objects.values_list("pk", "id_blind"))
    assert all(found(scene))
    assert "all values carry the newest key" in run("--batch", "2")
    assert all(found(scene))
    fresh = dict(Person.objects.exclude(id_blind=None).values_list("pk", "id_blind"))
    assert len(fresh) == 5 and all(fresh[pk] != old[pk] for pk in fresh)
    assert "1 before" in run("--retire")
    assert len(keyring.index_keys()) == 1 and all(found(scene))
    verbs = set(AuditEvent.objects.filter(verb__startswith="index_keys.").values_list("verb", flat=True))
    assert verbs == {"index_keys.added", "index_keys.rotated", "index_keys.retired"}


@pytest.mark.parametrize("store", ["services_person.id_blind", "portal_user.phone_blind"])
def test_a_run_that_dies_midway_loses_nobody_and_goes_on_with_the_same_key(scene, store, monkeypatch):
    real, calls = index_rotation.swap, []

    def dies_at_the_second(model, blind, changes):
        if f"{model._meta.db_table}.{blind}" == store:
            calls.append(store)
            if len(calls) == 2:
                raise KeyboardInterrupt
        return real(model, blind, changes)

    monkeypatch.setattr(index_rotation, "swap", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run("--batch", "2")
    made = keyring.index_id()
    half = next(one for one in index_rotation.index_stores() if one.name == store)
    assert 0 < half.left() < half.total()
    assert KeyRotation.objects.get(key_id=made, store=store).last_pk > 0
    assert all(found(scene))
    with pytest.raises(CommandError, match="older key"):
        run("--retire")
    monkeypatch.setattr(index_rotation, "swap", real)
    assert f"indexing with {made}" in run("--batch", "2")
    assert [one.left() for one in index_rotation.index_stores()] == [0] * 5
    assert KeyRotation.objects.get(key_id=made, store=store).looked == half.total()
    run("--retire")
    assert all(found(scene))


def test_in_the_middle_no_number_enters_twice_and_the_desk_still_finds_it(scene):
    keyring.add_index_key()
    taken = scene["users"][0]
    with pytest.raises(Refused) as refused:
        set_phone(makers.make_user(), "13907310000")
    assert refused.value.code == "phone_taken"
    set_phone(taken, "13907310000")
    other = makers.make_household(scene["village"]).persons.get()
    _save_with_number(other, number(1), by=scene["cadre"])
    assert other.id_blind is None
    assert AuditEvent.objects.filter(verb="person.number_twice").exists()
    from django.utils import timezone

    asked = find_by_number(by=scene["cadre"], number=number(2), ground="核对", at=timezone.now())
    assert asked == Household.objects.get(name="测乙")
    free = makers.make_household(scene["village"]).persons.get()
    _save_with_number(free, number(60), by=scene["cadre"])
    assert free.id_blind == blind_indexes(number(60), ID_PURPOSE)[0]


def test_what_a_late_process_wrote_with_the_old_key_is_met_in_the_second_round(scene, monkeypatch):
    from portal.base import rotation

    keyring.add_index_key()
    real, rounds = rotation._rotate_store, []

    def with_a_late_writer(store, batch, tell):
        real(store, batch, tell)
        if store.name == "services_person.id_blind":
            rounds.append(store.name)
            if len(rounds) == 1:
                late = makers.make_household(scene["village"]).persons.get()
                late.id_number, late.id_blind = number(61), blind_indexes(number(61), ID_PURPOSE)[1]
                late.save()

    monkeypatch.setattr(rotation, "_rotate_store", with_a_late_writer)
    run("--resume")
    assert len(rounds) == 2
    assert Person.objects.filter(id_blind=blind_index(number(61), ID_PURPOSE)).exists()


def test_a_number_that_two_hold_after_all_is_told_and_stops_nothing_else(scene):
    keyring.add_index_key()
    twin = makers.make_household(scene["village"]).persons.get()
    twin.id_number, twin.id_blind = number(1), blind_index(number(1), ID_PURPOSE)
    twin.save()
    with pytest.raises(CommandError, match="1 values still carry an older key"):
        run("--resume")
    assert "services_person.id_blind: 1 of" in run("--status")
    assert Person.objects.filter(id_blind=blind_index(number(2), ID_PURPOSE)).exists()


def test_a_mark_whose_file_changed_since_is_told_of(scene):
    Person.objects.filter(name="没有号").update(name="改了名")
    assert known.stranded_marks() == ImportMark.objects.count() == 1
    assert "1 marks of imported rows" in run()


def test_keys_of_the_environment_are_rotated_with_both_named(settings, scene):
    settings.KEY_FILE, settings.INDEX_KEYS_BEFORE, settings.INDEX_KEY = None, ["cd" * 32], "ef" * 32
    assert all(found(scene))
    assert "all values carry the newest key" in run()
    settings.INDEX_KEYS_BEFORE = []
    assert all(found(scene))
    with pytest.raises(CommandError, match="INDEX_KEYS_BEFORE"):
        run("--retire")


def test_the_key_file_keeps_both_until_retired(scene, key_file):  # noqa: F811
    first = json.loads(key_file.read_text())["index"]
    run()
    kept = json.loads(key_file.read_text())
    assert kept["index_before"] == [first] and kept["index"] != first
    run("--retire")
    assert json.loads(key_file.read_text()) == kept | {"index_before": []}
