"""The data keys and index keys in use. An embedded site reads them anew when the key file changes, so a rotation needs no restart.

`settings.KEY_FILE` names that file; where keys come from the environment it is None, and a new key
comes with a restart (both keys named in DATA_KEYS, the new one last; a new INDEX_KEY with the old one in
INDEX_KEYS_BEFORE).
"""

import hashlib
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from portal.base.refused import Refused

LOOK_EVERY_SECONDS = 1.0
_seen: dict[str, float] = {"looked": 0.0, "changed": 0.0}


def data_keys() -> dict[str, str]:
    """All data keys by id in hexadecimal, oldest first; the last one seals."""
    now = time.monotonic()
    if settings.KEY_FILE is not None and now - _seen["looked"] >= LOOK_EVERY_SECONDS:
        _seen["looked"] = now
        _read_again()
    return settings.DATA_KEYS


def find_key(key_id: str) -> str | None:
    """One key by id; the file is looked at once more before it is called missing."""
    found = data_keys().get(key_id)
    if found is None and settings.KEY_FILE is not None:
        _read_again()
        found = settings.DATA_KEYS.get(key_id)
    return found


def sealing_id() -> str:
    """The id of the key that seals from now on."""
    return next(reversed(data_keys()))


def add_key() -> str:
    """Make a new key and let it seal; returns its id. Refused: keys_outside."""
    kept = _file()
    number = 1 + max((int(name[1:]) for name in kept["data"] if name[1:].isdecimal()), default=0)
    kept["data"][f"k{number}"] = secrets.token_hex(32)
    _write(kept)
    return f"k{number}"


def drop_keys(key_ids: set[str]) -> None:
    """Forget keys that seal nothing any more. Refused: keys_outside, key_in_use."""
    kept = _file()
    if sealing_id() in key_ids:
        raise Refused("key_in_use", _("正在使用的密钥不能去掉"))
    kept["data"] = {name: key for name, key in kept["data"].items() if name not in key_ids}
    _write(kept)


def index_keys() -> list[str]:
    """The index keys in hexadecimal, the newest first: it makes what is written, and all of them are looked for."""
    data_keys()
    return [settings.INDEX_KEY, *settings.INDEX_KEYS_BEFORE]


def index_id() -> str:
    """A name for the newest index key, under which a rotation notes its progress; it tells nothing of the key."""
    return f"x{hashlib.sha256(f'index|{index_keys()[0]}'.encode()).hexdigest()[:12]}"


def add_index_key() -> str:
    """Make a new index key; what the older ones made is still found. Returns its name. Refused: keys_outside."""
    kept = _index_file()
    kept["index_before"] = [kept["index"], *kept.get("index_before", [])]
    kept["index"] = secrets.token_hex(32)
    _write(kept)
    return index_id()


def drop_index_keys() -> int:
    """Forget the index keys before the newest; returns how many. Refused: keys_outside."""
    kept = _index_file()
    gone = len(kept.get("index_before", []))
    kept["index_before"] = []
    _write(kept)
    return gone


def _index_file() -> dict[str, Any]:
    if settings.KEY_FILE is None:
        raise Refused(
            "keys_outside",
            _("密钥来自环境变量：请把新密钥写进 INDEX_KEY，旧的放进 INDEX_KEYS_BEFORE，重启后再运行"),
        )
    return _file()


def _read_again() -> None:
    path = _path()
    changed = path.stat().st_mtime if path.exists() else 0.0
    if changed and changed != _seen["changed"]:
        _seen["changed"] = changed
        kept = json.loads(path.read_text())
        settings.DATA_KEYS = kept["data"]
        # Those before first: a lookup between the two lines must find what the old key made.
        settings.INDEX_KEYS_BEFORE = kept.get("index_before", [])
        settings.INDEX_KEY = kept["index"]


def _path() -> Path:
    if settings.KEY_FILE is None:
        raise Refused("keys_outside", _("密钥来自环境变量：请在 DATA_KEYS 末尾加上新密钥，重启后再运行"))
    return settings.KEY_FILE


def _file() -> dict[str, Any]:
    return json.loads(_path().read_text())


def _write(kept: dict[str, Any]) -> None:
    """All or nothing, readable by the owner alone."""
    path = _path()
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(kept, out)
        out.flush()
        os.fsync(out.fileno())
    os.replace(part, path)
    _read_again()
