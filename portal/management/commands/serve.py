"""`make run`: bring the embedded site up to date, tell its demo accounts, and serve it."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from content.guides.loading import load_guides
from content.pages.tree import policy_index
from portal.management import catalogue, embedded

COUNTY_PLAN = Path("../shared/seeds/xiangtan-social-assistance-reform-2021.txt")


class Command(BaseCommand):
    """Serve the site with demo data. HOST, PORT, TLS and POLICY are read from the environment."""

    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        port = os.environ.get("PORT", "8000")
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise CommandError(f"PORT must be a number between 1 and 65535, not {port!r}")
        tls = os.environ.get("TLS") == "1"
        host = os.environ.get("HOST") or ("0.0.0.0" if tls else "127.0.0.1")  # noqa: S104
        Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
        catalogue.compile_catalogues()
        if embedded.bring_schema_up():
            self.stdout.write("Database: brought up to date.")
        accounts = embedded.load_demo()
        self._publish()
        if embedded.collect_static():
            self.stdout.write("Static files: collected.")
        self._tell(accounts, host, port, tls)
        connection.close()
        self._become_server(host, port, tls)

    def _publish(self) -> None:
        policy_index()
        named = os.environ.get("POLICY")
        file = Path(named) if named else settings.ROOT / COUNTY_PLAN
        if named and not file.is_file():
            raise CommandError(f"POLICY: there is no file {named!r}")
        if file.is_file() and embedded.publish_policy(file):
            self.stdout.write(f"Policy: published from {file.name}.")
        made = load_guides(publish=True).made
        if made:
            self.stdout.write(f"Guides: {len(made)} published.")

    def _tell(self, accounts: list[dict], host: str, port: str, tls: bool) -> None:
        width = max((len(row["username"]) for row in accounts), default=0)
        self.stdout.write(
            "\nDemo accounts (fictitious people; * asks for six digits: manage.py demo_code NAME)"
        )
        for row in accounts:
            second = "*" if row.get("totp_secret") else " "
            self.stdout.write(
                f"  {row['username']:<{width}} {second} {row['password']}  {row['role']}  {row.get('scope', '')}"
            )
        scheme = "https" if tls else "http"
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
        self.stdout.write(f"\n{scheme}://{shown}:{port}/  (stop with Ctrl-C)")
        self.stdout.flush()

    def _become_server(self, host: str, port: str, tls: bool) -> None:
        workers = "1" if connection.vendor == "sqlite" else "2"
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", port]
        command += ["--workers", workers, "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
        if tls:
            cert, key = embedded.own_certificate()
            command += ["--ssl-certificate", str(cert), "--ssl-keyfile", str(key)]
        os.execv(sys.executable, [*command, "portal.wsgi:application"])  # noqa: S606
