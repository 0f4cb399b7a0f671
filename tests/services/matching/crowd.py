"""Server processes and a crowd of clients that ask at the same moment."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from portal.models import User

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "c" * 32
PROCESSES, THREADS = 4, 10


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def servers(
    fault: str = "", *, application: str = "portal.wsgi:application", threads: int = THREADS
) -> Iterator[int]:
    """Four processes of so many threads serve the site on the test's own database; yields the port."""
    port = free_port()
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "SHARED_TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "SHOUWANG_FAULT": fault,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", application]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(PROCESSES)]
    command += ["--blocking-threads", str(threads), "--backlog", "1024", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
    try:
        _wait(port, process)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def _wait(port: int, process: subprocess.Popen) -> None:
    """Until every process has most likely answered once."""
    answered, until = 0, time.monotonic() + 150
    while answered < PROCESSES * 6:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the servers did not start")
        try:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            client.request("GET", "/healthz", headers={"Connection": "close"})
            answered += client.getresponse().status == 200
            client.close()
        except OSError:
            time.sleep(0.2)


def prepare_session(user: User) -> str:
    """A logged-in session with both factors shown, as the login page would leave it; returns its key."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store["account_authentication_methods"] = [
        {"method": "password", "at": time.time()},
        {"method": "mfa", "type": "totp", "at": time.time()},
    ]
    store.create()
    return store.session_key


def ask_at_once(port: int, asks: list[tuple[str, str, dict[str, str]]]) -> list[tuple[int, str]]:
    """Each posts its form (path, session, fields) at the same moment; returns status and target or text."""
    barrier = threading.Barrier(len(asks))
    answers: list[tuple[int, str]] = [(0, "no answer")] * len(asks)

    def ask(place: int, path: str, key: str, fields: dict[str, str]) -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        barrier.wait(60)
        client.request("POST", path, urlencode(fields), headers)
        response = client.getresponse()
        body = response.read().decode()
        answers[place] = (response.status, response.getheader("Location") or body)
        client.close()

    threads = [threading.Thread(target=ask, args=(place, *one)) for place, one in enumerate(asks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    return answers
