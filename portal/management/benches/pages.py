"""Public pages: one that is kept, served by the site's own server, against nginx with the same bytes as files.

Both answer the same 8 connections over the same addresses, by turns in one run; a page not kept is counted in
statements. Own database, own data folder, own ports. Needs the programs `nginx` and `wrk` (Debian: packages of
the same names).
"""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from content.models import PolicyPage
from content.pages.actions import import_notice
from content.pages.tree import home_page
from portal.management.benches.database import own_database, settle
from portal.management.benches.servers import HOST, fetch, lacking, nginx, rate, site, write_paths
from portal.page_cache import PageCache

SCALE = 200
LIMITS = {"cached_vs_nginx": 3.0, "queries_max": 12.0, "cached_queries": 0.0}
EXACT = {"queries_max", "cached_queries"}
ROUNDS = 5
NOTICE = Path("content/data/yunxi-plan.txt")
OTHERS = ("/", "/en/", "/policies/", "/providers/", "/who/", "/search/?q=低保")


def _publish(scale: int) -> list[str]:
    """`scale` documents on the public site; their addresses."""
    text = NOTICE.read_text("utf-8")
    line = next(line for line in text.splitlines() if "〔" in line and line.endswith("号"))
    head = line[: line.index("〕") + 1]
    home_page()
    for n in range(scale):
        import_notice(text=text.replace(line, f"{head}{n + 1}号"), publish=True)
    return [page.url for page in PolicyPage.objects.live().order_by("pk")]


def _statements(paths: list[str]) -> float:
    """The most statements that one page costs which nobody has kept."""
    client, most = Client(SERVER_NAME=HOST), 0
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            response = client.get(path)
        if response.status_code != 200:
            raise CommandError(f"{path} answers {response.status_code}")
        most = max(most, len(caught))
    return most


def _measure(paths: list[str], folder: Path, seconds: int, rounds: int) -> dict[str, float]:
    """Answers a second of both servers, by turns."""
    script = write_paths(folder, paths)
    with site(folder) as ours:
        pages = {path: fetch(ours, path) for path in paths}
        with nginx(folder, pages) as theirs:
            if fetch(theirs, paths[0]) != pages[paths[0]]:
                raise CommandError("nginx serves other bytes")
            rate(ours, script, 1 + len(paths) // 20), rate(theirs, script, 1)  # each process keeps its own
            both = [(rate(ours, script, seconds), rate(theirs, script, seconds)) for _ in range(rounds)]
    return {"app_rate": median(a for a, _b in both), "nginx_rate": median(b for _a, b in both)}


def _kept_asks(paths: list[str]) -> float:
    """The most statements of a page on its second reading through the whole of the site."""
    application, most = PageCache(WSGIHandler()), 0
    for path in paths:
        for kept in (False, True):
            environ = RequestFactory(SERVER_NAME=HOST).get(path).environ
            with CaptureQueriesContext(connection) as caught:
                b"".join(application(environ, lambda *_heard: None))
            most = max(most, len(caught)) if kept else most
    return most


def run(scale: int | None, looser: float = 1.0, grown: int | None = None) -> dict[str, Any]:
    """Measure and judge; see the module's words. It has no growth to measure: `grown` is refused."""
    if grown:
        raise CommandError("--grown belongs to `bench access`")
    if lacking():
        raise CommandError(f"`bench pages` needs {' and '.join(lacking())}: install it and run again")
    scale = scale or SCALE
    with (
        tempfile.TemporaryDirectory(prefix="bench-pages-") as folder,
        override_settings(DATA_DIR=folder, STATIC_ROOT=f"{folder}/static", ALLOWED_HOSTS=["*"]),
        own_database(migrated=True),
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        paths = _publish(scale)
        settle()
        figures = {
            "queries_max": _statements([*OTHERS, *paths[:5]]),
            "cached_queries": _kept_asks(paths[:5]),
        }
        figures |= _measure(paths, Path(folder), 3 if scale >= SCALE else 1, ROUNDS)
    figures["cached_vs_nginx"] = figures["nginx_rate"] / figures["app_rate"]
    limits = {key: value * (1 if key in EXACT else looser) for key, value in LIMITS.items()}
    ok = all(figures[key] <= limit for key, limit in limits.items())
    rounded = {key: round(value, 2) for key, value in figures.items()}
    return {"name": "pages", "scale": scale, "figures": rounded, "limits": limits, "ok": ok}
