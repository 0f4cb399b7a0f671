"""The version of everything public: one small file. Who publishes bumps it, caches ask it."""

import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction


def _file() -> Path:
    return Path(settings.DATA_DIR) / "public.stamp"


def current() -> str:
    """The version now; every bump makes another."""
    try:
        return _file().read_text("ascii")
    except FileNotFoundError:
        return ""


def bump() -> None:
    """After the commit, what was cached before is no longer shown."""
    transaction.on_commit(_write)


def _write() -> None:
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{secrets.token_hex(8)}")
    fresh.write_text(secrets.token_hex(8), "ascii")
    fresh.replace(path)
