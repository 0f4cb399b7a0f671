"""The version of everything public: one small file. Who publishes bumps it, caches ask it."""

import os
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

# What the file said when it was last read: its path, its inode and time, the version.
_last: tuple[str, int, int, str] = ("", 0, 0, "")


def _file() -> str:
    return os.path.join(settings.DATA_DIR, "public.stamp")  # noqa: PTH118 - asked at every reading of a page


def current() -> str:
    """The version now; every bump makes another. The file is read only when it is another one than last time."""
    global _last
    path = _file()
    try:
        about = os.stat(path)  # noqa: PTH116 - the same
        if _last[:3] == (path, about.st_ino, about.st_mtime_ns):
            return _last[3]
        # Replaced between the two lines, the newer version goes with the older time and is read once more.
        version = Path(path).read_text("ascii")
    except FileNotFoundError:
        return ""
    _last = (path, about.st_ino, about.st_mtime_ns, version)
    return version


def bump() -> None:
    """After the commit, what was cached before is no longer shown."""
    transaction.on_commit(_write)


def _write() -> None:
    path = Path(_file())
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{secrets.token_hex(8)}")
    fresh.write_text(secrets.token_hex(8), "ascii")
    now = time.time_ns()
    os.utime(fresh, ns=(now, now))  # the file system's own clock ticks too coarsely to tell two files apart
    fresh.replace(path)
