"""What lies in the database and on the disk tells nothing without the keys, and cannot be moved about."""

import pytest
from django.conf import settings
from django.db import connection

from portal.base.privacy import Sealed, Tampered, seal
from portal.base.rotation import sealed_columns
from tests.matrix import world as worlds
from tests.services.privacy.test_erasing import everything_readable, everything_stored

COLUMNS = list(sealed_columns())
NAMES = [f"{model.__name__}.{field.name}" for model, field in COLUMNS]
IN_CLEAR = {"name", "key", "address", "person"}  # names and addresses are searched and sorted: decided so


@pytest.mark.parametrize(("model", "field"), COLUMNS, ids=NAMES)
def test_a_ciphertext_opens_in_its_own_row_and_column_alone(model, field):
    one, other = model(), model()
    sealed = Sealed(seal("430321194001010019", field.place(one)))
    one.__dict__[field.attname], other.__dict__[field.attname] = sealed, sealed
    assert getattr(one, field.attname) == "430321194001010019"
    with pytest.raises(Tampered):
        getattr(other, field.attname)
    elsewhere = Sealed(seal("x", f"{model._meta.db_table}|another_column|{one.uid}"))
    one.__dict__[field.attname] = elsewhere
    with pytest.raises(Tampered):
        getattr(one, field.attname)


@pytest.mark.django_db
def test_swapping_the_ciphertexts_of_any_two_rows_in_the_database_is_detected():
    worlds.build()
    swapped = 0
    for model, field in COLUMNS:
        rows = [row for row in model._base_manager.order_by("pk") if getattr(row, field.attname)][:2]
        if len(rows) < 2:
            continue
        table, column = model._meta.db_table, field.column
        with connection.cursor() as cursor:
            found = []
            for row in rows:
                cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [row.pk])  # noqa: S608
                found.append(cursor.fetchone()[0])
            for row, value in zip(rows, reversed(found), strict=True):
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, row.pk])  # noqa: S608
        for row in rows:
            with pytest.raises(Tampered):
                getattr(model._base_manager.get(pk=row.pk), field.attname)
        swapped += 1
    assert swapped >= 8


@pytest.mark.django_db
def test_a_dump_without_keys_holds_no_number_phone_or_illness_in_clear():
    worlds.build()
    dump = everything_stored()
    hidden = {text for text, (_letter, name) in worlds.every_secret().items() if name not in IN_CLEAR}
    assert {text for text in hidden if text in dump} == set()
    # The control: the same scan finds what is kept in clear, and the keys open the rest.
    shown = {text for text, (_letter, name) in worlds.every_secret().items() if name in IN_CLEAR}
    assert {text for text in shown if text not in dump} == set()
    readable = everything_readable()
    assert {text for text in hidden if text not in readable} <= {
        worlds.secret(x, "exif") for x in worlds.LETTERS
    }


@pytest.mark.django_db
def test_no_plain_value_of_any_encrypted_column_stands_anywhere_in_the_dump():
    worlds.build()
    dump = everything_stored()
    plain = {
        str(getattr(row, field.attname))
        for model, field in COLUMNS
        for row in model._base_manager.all()
        if len(str(getattr(row, field.attname))) >= 8
    }
    assert len(plain) > 20
    shown = {text for text, (_letter, name) in worlds.every_secret().items() if name in IN_CLEAR}
    assert {value for value in plain - shown if value in dump} == set()


@pytest.mark.django_db
def test_no_stored_file_shows_a_picture():
    worlds.build()
    files = [path for path in (settings.DATA_DIR / "files").rglob("*") if path.is_file()]
    assert files
    for path in files:
        raw = path.read_bytes()
        assert b"\xff\xd8\xff" not in raw[:64]
        assert raw.split(b":")[0] in {key.encode() for key in settings.DATA_KEYS}
