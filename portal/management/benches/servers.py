"""The servers that `bench pages` compares, and what asks them: the site under granian, nginx, wrk."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.management.base import CommandError
from django.db import connection

HOST = "127.0.0.1"
CONNECTIONS, THREADS = 8, 2
NGINX = """
daemon off; master_process on; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
    types {{ text/html html; }} default_type "text/html; charset=utf-8";
    open_file_cache max=1000 inactive=60s;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen {host}:{port}; root {folder}/files; index index.html; }}
}}
"""


def lacking() -> list[str]:
    """What this needs and the machine has not."""
    return [name for name in ("nginx", "wrk") if _program(name) is None]


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """A server of one's own until the block ends. Raises CommandError if it does not answer within 60 s."""
    server = subprocess.Popen(  # noqa: S603
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _ in range(600):
            if server.poll() is not None:
                raise CommandError(f"{Path(command[0]).name} ended with {server.returncode}")
            with socket.socket() as one:
                if one.connect_ex((HOST, port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise CommandError(f"nothing answers on port {port}")
        yield f"http://{HOST}:{port}"
    finally:
        _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ask it to stop, and make an end of whatever of it has not stopped in 20 s: it holds the database."""
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(20)
    with suppress(ProcessLookupError):  # all of it has stopped
        os.killpg(server.pid, signal.SIGKILL)
    server.wait(20)


def _database(folder: Path) -> dict[str, str]:
    """How the site's own processes reach the database of this benchmark."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "shouwang.sqlite3")])
        return {}
    before, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    return {"DATABASE_URL": f"{before}/{connection.settings_dict['NAME']}"}


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The site as README tells to run it for real, on the benchmark's database."""
    port = _free_port()
    own = {"DATA_DIR": str(folder), "EMBEDDED_WORKER": "false", **_database(folder)}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "critical"]
    with _running([*command, "portal.wsgi:application"], port, {**os.environ, **own}) as address:
        yield address


@contextmanager
def nginx(folder: Path, pages: Mapping[str, bytes]) -> Iterator[str]:
    """nginx with these pages as files."""
    port = _free_port()
    for path, body in pages.items():
        file = folder / "files" / path.strip("/") / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    conf = folder / "nginx.conf"
    conf.write_text(NGINX.format(folder=folder, host=HOST, port=port), "utf-8")
    folder.chmod(0o755)  # its processes are of another user
    with _running([_program("nginx") or "nginx", "-c", str(conf), "-p", str(folder)], port) as address:
        yield address


def fetch(address: str, path: str) -> bytes:
    """The body of one page. Raises HTTPError unless it is there."""
    with urllib.request.urlopen(address + path, timeout=30) as response:  # noqa: S310 - our own server
        body: bytes = response.read()
        return body


def write_paths(folder: Path, paths: list[str]) -> Path:
    """What wrk asks for: these paths at random, the same order in each run."""
    listed = ", ".join(json.dumps(path) for path in paths)
    script = folder / "paths.lua"
    script.write_text(
        f"local paths = {{{listed}}}\nmath.randomseed(7)\n"
        "request = function() return wrk.format('GET', paths[math.random(#paths)]) end\n",
        "utf-8",
    )
    return script


def rate(address: str, script: Path, seconds: int) -> float:
    """Answers a second, over whole seconds. Raises CommandError if any was not a page."""
    command = [
        _program("wrk") or "wrk",
        f"-t{THREADS}",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "-s",
        str(script),
    ]
    told = subprocess.run([*command, address], capture_output=True, text=True, check=True).stdout  # noqa: S603
    if "Non-2xx" in told or "Socket errors" in told:
        raise CommandError(told)
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if found is None:
        raise CommandError(told)
    return float(found.group(1))
