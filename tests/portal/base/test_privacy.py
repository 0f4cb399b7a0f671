"""Encryption of columns, the blind index, masks."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction

from portal.base import privacy
from portal.base.privacy import Tampered
from portal.models import Identity

ID = "430321195001010018"


def raw_id_number(identity: Identity) -> str:
    """What the database holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM portal_identity WHERE id = %s", [identity.pk])
        return cursor.fetchone()[0]


def write_raw(identity: Identity, value: str) -> None:
    """What someone with the database but without the keys can do."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_identity SET id_number = %s WHERE id = %s", [value, identity.pk])


@pytest.mark.django_db
def test_the_database_holds_only_a_ciphertext_and_the_row_reads_in_clear():
    identity = Identity.objects.create(name="测试甲", id_number=ID)
    assert raw_id_number(identity).startswith("k1:")
    assert ID not in raw_id_number(identity)
    assert Identity.objects.get(pk=identity.pk).id_number == ID
    assert Identity.objects.only("name").get(pk=identity.pk).id_number == ID


@pytest.mark.django_db
def test_the_same_value_is_never_the_same_ciphertext():
    one, other = (Identity.objects.create(name="测试", id_number=ID) for _ in range(2))
    assert raw_id_number(one) != raw_id_number(other)


@pytest.mark.django_db
def test_swapped_ciphertexts_are_noticed_in_both_rows():
    one = Identity.objects.create(name="测试甲", id_number=ID)
    other = Identity.objects.create(name="测试乙", id_number="430321195001010026")
    first, second = raw_id_number(one), raw_id_number(other)
    write_raw(one, second)
    write_raw(other, first)
    for row in (one, other):
        with pytest.raises(Tampered):
            _ = Identity.objects.get(pk=row.pk).id_number


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["plain text", "k1:", "k1:????", "k1:AAAA", "k9:AAAA", ":"])
def test_what_is_no_ciphertext_is_noticed(value):
    identity = Identity.objects.create(name="测试甲", id_number=ID)
    write_raw(identity, value)
    with pytest.raises(Tampered):
        _ = Identity.objects.get(pk=identity.pk).id_number


@pytest.mark.django_db
def test_an_encrypted_column_cannot_be_searched_or_written_in_bulk():
    Identity.objects.create(name="测试甲", id_number=ID)
    with pytest.raises(FieldError):
        Identity.objects.filter(id_number=ID).exists()
    with pytest.raises(FieldError):
        Identity.objects.filter(id_number__contains="4303").exists()
    with pytest.raises(FieldError), transaction.atomic():
        Identity.objects.update(id_number=ID)
    assert Identity.objects.filter(id_number__isnull=False).count() == 1


@pytest.mark.django_db
def test_bulk_create_and_saving_one_field_encrypt_too():
    made = Identity.objects.bulk_create([Identity(name="测试甲", id_number=ID)])[0]
    row = Identity.objects.get(uid=made.uid)
    row.id_number = "430321195001010026"
    row.save(update_fields=["id_number"])
    assert Identity.objects.get(uid=made.uid).id_number == "430321195001010026"
    assert raw_id_number(row).startswith("k1:")


@pytest.mark.django_db
def test_saving_another_field_keeps_the_secret_readable():
    identity = Identity.objects.create(name="测试甲", id_number=ID)
    row = Identity.objects.get(pk=identity.pk)
    row.name = "测试乙"
    row.save()
    assert Identity.objects.get(pk=identity.pk).id_number == ID


@pytest.mark.django_db
def test_the_empty_text_stays_empty():
    identity = Identity.objects.create(name="测试甲")
    assert raw_id_number(identity) == ""
    assert Identity.objects.get(pk=identity.pk).id_number == ""


@pytest.mark.django_db
def test_a_new_key_seals_from_now_on_and_the_old_values_stay_readable(settings):
    identity = Identity.objects.create(name="测试甲", id_number=ID)
    settings.DATA_KEYS = {"k1": "ab" * 32, "k2": "12" * 32}
    row = Identity.objects.get(pk=identity.pk)
    assert row.id_number == ID
    row.save()
    assert raw_id_number(identity).startswith("k2:")
    settings.DATA_KEYS = {"k2": "12" * 32}
    assert Identity.objects.get(pk=identity.pk).id_number == ID


@pytest.mark.django_db
def test_without_its_key_a_value_is_lost_and_says_so(settings):
    identity = Identity.objects.create(name="测试甲", id_number=ID)
    settings.DATA_KEYS = {"k2": "12" * 32}
    with pytest.raises(Tampered, match="k1"):
        _ = Identity.objects.get(pk=identity.pk).id_number
    settings.DATA_KEYS = {"k1": "12" * 32}
    with pytest.raises(Tampered):
        _ = Identity.objects.get(pk=identity.pk).id_number


def test_bytes_are_bound_to_their_place():
    sealed = privacy.seal_bytes(b"\x00\xffphoto", "files|file|1")
    assert privacy.open_bytes(sealed, "files|file|1") == b"\x00\xffphoto"
    with pytest.raises(Tampered):
        privacy.open_bytes(sealed, "files|file|2")
    for damaged in (b"", b"k1:", sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), b"\xff" + sealed):
        with pytest.raises(Tampered):
            privacy.open_bytes(damaged, "files|file|1")


def test_the_blind_index_depends_on_value_column_and_key(settings):
    one = privacy.blind_index(ID, "id_number")
    assert len(one) == 64
    assert privacy.blind_index(ID, "id_number") == one
    assert privacy.blind_index(ID, "phone") != one
    assert privacy.blind_index("430321195001010026", "id_number") != one
    settings.INDEX_KEY = "ef" * 32
    assert privacy.blind_index(ID, "id_number") != one


@pytest.mark.parametrize(
    ("name", "masked"),
    [("", ""), ("周", "*"), ("周莲", "周*"), ("周桂莲", "周*莲"), ("欧阳桂莲", "欧*莲"), ("𠮷田莲", "𠮷*莲")],
)
def test_names_are_masked(name, masked):
    assert privacy.mask_name(name) == masked


@pytest.mark.parametrize(("value", "masked"), [(ID, "****0018"), ("1234", "****"), ("", "****")])
def test_only_the_tail_of_a_number_shows(value, masked):
    assert privacy.mask_tail(value) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+8613800000000", "138****0000"),
        ("13800000000", "138****0000"),
        ("0731-57880012", "****12"),
        ("", ""),
    ],
)
def test_phones_are_masked(phone, masked):
    assert privacy.mask_phone(phone) == masked
