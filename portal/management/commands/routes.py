"""Print the route policy: every route with its methods and its rule."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.permissions.policy import Route, routes


def described(route: Route) -> dict[str, Any]:
    """One route as plain values."""
    rule = route.rule
    return {
        "route": route.path,
        "name": route.name,
        "own": route.own,
        "methods": list(rule.methods) if rule else [],
        "rule": rule.audience if rule else None,
        "permissions": list(rule.permissions) if rule else [],
        "takes_object": rule.takes_object if rule else "",
    }


class Command(BaseCommand):
    """`--json` for machines; otherwise one line a route."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [described(route) for route in routes()]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            asked = " ".join(row["permissions"]) or row["rule"] or "REFUSED: no rule"
            self.stdout.write(f"/{row['route']}  {','.join(row['methods'])}  {asked}  {row['takes_object']}")
