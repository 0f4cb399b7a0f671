"""Keys of an embedded site: made once under DATA_DIR/keys, never in the database."""

import json
import os
import secrets
from pathlib import Path


def embedded_keys(data_dir: Path) -> tuple[str, dict[str, str], str, list[str]]:
    """The secret key, the data keys by id (the last one seals), the index key and those before it that still count."""
    path = data_dir / "keys" / "keys.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        fresh = {
            "secret": secrets.token_urlsafe(50),
            "data": {"k1": secrets.token_hex(32)},
            "index": secrets.token_hex(32),
        }
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(fresh, file)
        except FileExistsError:
            pass
    kept = json.loads(path.read_text())
    return kept["secret"], kept["data"], kept["index"], kept.get("index_before", [])


def signing_keys(data_dir: Path) -> dict[str, str]:
    """Seeds of the Ed25519 keys that sign certificates, by id, the last one signs; made once, in a file of their own."""
    return _made_once(data_dir / "keys" / "signing.json", "s1")


def deposit_keys(data_dir: Path) -> dict[str, str]:
    """Private P-256 numbers by id to which phones seal finished visits; the last one is handed out, made once."""
    return _made_once(data_dir / "keys" / "deposit.json", "d1")


def _made_once(path: Path, key_id: str) -> dict[str, str]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                # Below the order of P-256, which begins with eight F: a key of any kind may be made of it.
                json.dump({key_id: f"7{secrets.token_hex(32)[1:]}"}, file)
        except FileExistsError:
            pass
    return json.loads(path.read_text())
