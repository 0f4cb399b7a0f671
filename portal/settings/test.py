"""Tests: the same site with a quick password hash, throw-away keys and no outside world."""

import tempfile
from pathlib import Path

from portal.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
DATA_DIR = Path(tempfile.mkdtemp(prefix="shouwang-test-"))
STATIC_ROOT, MEDIA_ROOT = DATA_DIR / "static", DATA_DIR / "media"
STATIC_ROOT.mkdir()
DATA_KEYS, KEY_FILE = {"k1": "ab" * 32}, None
INDEX_KEY, INDEX_KEYS_BEFORE = "cd" * 32, []
SIGNING_KEYS = {"s1": "ef" * 32}
DEPOSIT_KEYS = {"d1": "12" * 32}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
EMBEDDED_WORKER = False
CELERY_TASK_ALWAYS_EAGER = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FAULTS = frozenset(env.list("SHOUWANG_FAULT", default=[]))  # noqa: F405
if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    DATABASES["default"].setdefault("TEST", {"NAME": str(DATA_DIR / "test.sqlite3")})  # noqa: F405
# A server process that a race test starts works in the database of that test.
DATABASES["default"]["NAME"] = env("SHARED_TEST_DATABASE", default=DATABASES["default"]["NAME"])  # noqa: F405
