"""A new key: everything is sealed anew while it is read, a killed run goes on, nothing stays behind."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings as live_settings
from django.core.management import CommandError, call_command
from django.db import connection

from portal.base import keyring, rotation
from portal.base.filestore import path_of, read_bytes, store_bytes
from portal.base.privacy import Tampered
from portal.models import AuditEvent, Identity, KeyRotation
from tests import makers

ID = "430321195001010018"


@pytest.fixture
def key_file(settings, tmp_path):
    """An embedded site's key file with the one key of the tests."""
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"secret": "x", "data": {"k1": "ab" * 32}, "index": "cd" * 32}))
    settings.KEY_FILE, settings.DATA_KEYS = path, {"k1": "ab" * 32}
    keyring._seen.update(looked=0.0, changed=0.0)
    settings.DATA_DIR = tmp_path
    return path


@pytest.fixture
def no_wait(monkeypatch):
    """The command need not wait for other processes here."""
    monkeypatch.setattr(keyring, "LOOK_EVERY_SECONDS", 0.0)


def sealed_with(table: str = "portal_identity", column: str = "id_number") -> set[str]:
    """The key ids that stand in a column."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> ''")  # noqa: S608
        return {value.partition(":")[0] for (value,) in cursor.fetchall()}


def run(*args: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("rotate_keys", *args, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_everything_is_sealed_anew_and_reads_as_before(key_file, no_wait):
    people = [Identity.objects.create(name="测试", id_number=ID) for _ in range(7)]
    file = store_bytes(b"picture", kind="visit_photo", content_type="image/jpeg", by=None)
    user = makers.make_user()
    factor = Authenticator.objects.create(
        user=user, type="totp", data={"secret": get_adapter().encrypt("JBSWY3DPEHPK3PXP")}
    )
    said = run("--batch", "2")
    assert "all values carry the newest key" in said
    assert sealed_with() == {"k2"}
    assert all(Identity.objects.get(pk=person.pk).id_number == ID for person in people)
    assert path_of(file.uid).read_bytes().startswith(b"k2:")
    assert read_bytes(file) == b"picture"
    factor.refresh_from_db()
    assert factor.data["secret"].startswith("k2:")
    assert get_adapter().decrypt(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert AuditEvent.objects.filter(verb="keys.rotated").exists()


@pytest.mark.django_db
def test_a_run_that_dies_midway_leaves_both_keys_readable_and_goes_on_with_the_same_key(
    key_file, no_wait, monkeypatch
):
    people = [Identity.objects.create(name="测试", id_number=ID) for _ in range(10)]
    real, calls = rotation.reseal, []

    def dies_at_the_sixth(text, place):
        if place.startswith("portal_identity"):
            calls.append(place)
            if len(calls) == 6:
                raise KeyboardInterrupt
        return real(text, place)

    monkeypatch.setattr(rotation, "reseal", dies_at_the_sixth)
    with pytest.raises(KeyboardInterrupt):
        run("--batch", "2")
    assert sealed_with() == {"k1", "k2"}
    assert all(Identity.objects.get(pk=person.pk).id_number == ID for person in people)
    monkeypatch.setattr(rotation, "reseal", real)
    said = run("--batch", "2")
    assert "sealing with k2" in said
    assert sealed_with() == {"k2"}
    assert list(json.loads(key_file.read_text())["data"]) == ["k1", "k2"]
    assert KeyRotation.objects.get(store="portal_identity.id_number").changed == 10


@pytest.mark.django_db
def test_a_value_written_meanwhile_is_never_overwritten_by_the_older_one(key_file, no_wait, monkeypatch):
    person = Identity.objects.create(name="测试", id_number=ID)
    real = rotation.reseal

    def while_somebody_saves(text, place):
        if place.startswith("portal_identity"):
            row = Identity.objects.get(pk=person.pk)
            row.id_number = "430321195001010026"
            row.save()
        return real(text, place)

    monkeypatch.setattr(rotation, "reseal", while_somebody_saves)
    run()
    assert Identity.objects.get(pk=person.pk).id_number == "430321195001010026"
    assert sealed_with() == {"k2"}


@pytest.mark.django_db
def test_what_a_late_process_sealed_with_the_old_key_is_met_in_the_second_round(
    key_file, no_wait, monkeypatch
):
    Identity.objects.create(name="测试", id_number=ID)
    rounds = []
    real = rotation._rotate_store

    def with_a_late_writer(store, batch, tell):
        real(store, batch, tell)
        if store.name == "portal_identity.id_number":
            rounds.append(store.name)
            if len(rounds) == 1:
                newest = live_settings.DATA_KEYS.pop("k2")
                Identity.objects.create(name="迟到", id_number=ID)
                live_settings.DATA_KEYS["k2"] = newest

    monkeypatch.setattr(rotation, "_rotate_store", with_a_late_writer)
    monkeypatch.setattr(keyring, "_read_again", lambda: None)
    keys = json.loads(key_file.read_text())["data"]
    live_settings.DATA_KEYS = {**keys, "k2": "77" * 32}
    run("--resume")
    assert len(rounds) == 2
    assert sealed_with() == {"k2"}


@pytest.mark.django_db
def test_an_old_key_is_forgotten_only_when_it_seals_nothing(key_file, no_wait):
    person = Identity.objects.create(name="测试", id_number=ID)
    keyring.add_key()
    with pytest.raises(CommandError, match="older key"):
        run("--retire")
    run("--resume")
    assert "forgotten: k1" in run("--retire")
    assert list(json.loads(key_file.read_text())["data"]) == ["k2"]
    assert Identity.objects.get(pk=person.pk).id_number == ID


@pytest.mark.django_db
def test_keys_of_the_environment_are_not_made_or_dropped_here(settings):
    settings.KEY_FILE, settings.DATA_KEYS = None, {"k1": "ab" * 32, "k2": "12" * 32}
    with pytest.raises(CommandError, match="DATA_KEYS"):
        run("--retire")
    assert "sealing with k2" in run()


@pytest.mark.django_db
def test_a_running_process_learns_the_new_key_from_the_file(key_file, monkeypatch):
    monkeypatch.setattr(keyring, "LOOK_EVERY_SECONDS", 3600.0)
    person = Identity.objects.create(name="测试", id_number=ID)
    kept = json.loads(key_file.read_text())
    kept["data"]["k2"] = "12" * 32
    os.utime(key_file, (1, 1))
    key_file.write_text(json.dumps(kept))
    # Written by another process that knows k2 already.
    sealed = "k2:" + "AAAA"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_identity SET id_number = %s WHERE id = %s", [sealed, person.pk])
    with pytest.raises(Tampered, match="cannot be opened|not a ciphertext"):
        _ = Identity.objects.get(pk=person.pk).id_number
    assert "k2" in live_settings.DATA_KEYS


@pytest.mark.only("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_loses_nothing(key_file, no_wait):
    count = 4000
    Identity.objects.bulk_create(Identity(name="测试", id_number=ID) for _ in range(count))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "SHARED_TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from pathlib import Path\n"
        f"settings.KEY_FILE = Path({str(key_file)!r}); settings.DATA_DIR = settings.KEY_FILE.parent\n"
        "from django.core.management import call_command\n"
        "from portal.base import keyring; keyring.LOOK_EVERY_SECONDS = 0.0\n"
        "call_command('rotate_keys', batch=20)\n"
    )
    for _time in range(3):
        process = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)  # noqa: S603
        started = KeyRotation.objects.filter(store="portal_identity.id_number", changed__gt=0)
        before = started.values_list("changed", flat=True).first() or 0
        deadline = time.monotonic() + 40
        while (
            time.monotonic() < deadline and (started.values_list("changed", flat=True).first() or 0) <= before
        ):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert sealed_with() == {"k1", "k2"}
    run("--resume")
    assert sealed_with() == {"k2"}
    assert all(person.id_number == ID for person in Identity.objects.all())
    assert Identity.objects.count() == count
