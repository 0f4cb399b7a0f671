"""The envelope against the vectors that the phone is built against, and what a changed one is worth."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from services.sync.envelopes import Undecodable, b64, open_envelope, point_of, read, signed_by
from tests.architecture.reading import ROOT
from tests.services.sync.phone import CURVE, sealed

VECTORS = json.loads((ROOT / "docs" / "sync_vectors.json").read_text())


def test_the_published_vector_opens_and_its_signature_holds(settings):
    settings.DEPOSIT_KEYS = {VECTORS["kid"]: VECTORS["site_private"]}
    envelope = read(VECTORS["envelope"])
    assert open_envelope(envelope).decode() == VECTORS["plain"]
    assert signed_by(envelope, VECTORS["phone_public"])


def test_sealing_the_same_with_the_same_numbers_gives_the_published_bytes(settings):
    settings.DEPOSIT_KEYS = {VECTORS["kid"]: VECTORS["site_private"]}
    made = sealed(
        VECTORS["plain"].encode(),
        device=VECTORS["envelope"]["device"],
        seq=VECTORS["envelope"]["seq"],
        ephemeral=ec.derive_private_key(int(VECTORS["ephemeral_private"], 16), CURVE),
        iv=bytes.fromhex(VECTORS["iv"]),
    )
    assert made == {name: value for name, value in VECTORS["envelope"].items() if name != "sig"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seq": 8}, "broken"),
        ({"device": "019ab000-0000-7000-8000-000000000002"}, "broken"),
        ({"iv": b64(bytes(12))}, "broken"),
        ({"epk": b64(b"\x04" + bytes(64))}, "broken"),
        ({"kid": "zz"}, "unknown_key"),
        ({"seq": -1}, "malformed"),
        ({"seq": True}, "malformed"),
        ({"hash": "x"}, "malformed"),
        ({"body": "é"}, "malformed"),
    ],
)
def test_what_stands_outside_is_bound_to_what_is_inside(settings, change, code):
    settings.DEPOSIT_KEYS = {VECTORS["kid"]: VECTORS["site_private"]}
    with pytest.raises(Undecodable) as refused:
        open_envelope(read(VECTORS["envelope"] | change))
    assert refused.value.code == code


def test_another_phone_did_not_sign_it():
    other = b64(point_of(ec.generate_private_key(CURVE).public_key()))
    assert not signed_by(read(VECTORS["envelope"]), other)
    assert not signed_by(read(VECTORS["envelope"]), "")


def test_an_older_key_still_opens_what_was_sealed_to_it(settings):
    settings.DEPOSIT_KEYS = {VECTORS["kid"]: VECTORS["site_private"], "d9": "34" * 32}
    assert open_envelope(read(VECTORS["envelope"])).decode() == VECTORS["plain"]
    assert sealed(b"{}", device=VECTORS["envelope"]["device"], seq=1)["kid"] == "d9"
