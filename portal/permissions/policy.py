"""The route policy: every route of the site with its rule, read off the URL table itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from portal.permissions.gate import Rule

# Nobody enters: what the site does not use and the CMS would open to every editor (names of documents in private
# collections by their choosers and listings, titles of any page by actions on many, users and groups).
SHUT = Rule("needs")
# Routes of other packages, by the beginning of their path; the longest fitting one counts.
THIRD_PARTY: dict[str, Rule] = {
    "api/v1/": Rule("signed_in", methods=("GET",)),
    "api/v1/households": Rule("needs", ("services.verify_need", "services.report_need"), methods=("GET",)),
    "api/v1/households/": Rule(
        "needs",
        (
            "services.view_household",
            "services.answer_referral",
            "services.inspect_household",
            "services.ask_emergency",
        ),
        takes_object="household",
    ),
    "api/v1/visits": Rule("needs", ("services.log_visit", "services.finish_visit"), methods=("POST",)),
    # Whoever is logged in may hand in what they made: a right that ended since sends it to a person, it loses nothing.
    "api/v1/sync/": Rule("signed_in", methods=("POST",)),
    "api/v1/sync/deposit": Rule("public", methods=("POST",)),
    "cms/": Rule("needs", ("wagtailadmin.access_admin",)),
    "cms/documents/": SHUT,
    "cms/images/": SHUT,
    # as the request matches them, and as the table of addresses spells them
    "cms/api/main/documents/": SHUT,
    "cms/api/main/images/": SHUT,
    "cms/api/main/^documents/": SHUT,
    "cms/api/main/^images/": SHUT,
    "cms/bulk/": SHUT,
    "cms/users/": SHUT,
    "cms/groups/": SHUT,
    "static/": Rule("public", methods=("GET",)),
    "^((?:[\\w\\-]+/)*)$": Rule("public", methods=("GET",)),
}


@dataclass(frozen=True)
class Route:
    """One route: its path, its view's name, and its rule (None where none is declared)."""

    path: str
    name: str
    view: str
    rule: Rule | None
    own: bool


def third_party_rule(path: str) -> Rule | None:
    """The rule of the longest prefix that fits."""
    fits = [prefix for prefix in THIRD_PARTY if path.startswith(prefix)]
    return THIRD_PARTY[max(fits, key=len)] if fits else None


def rule_for(view: Callable, path: str) -> Rule | None:
    """The rule of a view reached by `path`: its own mark, else its package's prefix."""
    return getattr(view, "rule", None) or third_party_rule(path.removeprefix("en/"))


def routes() -> Iterator[Route]:
    """Every route that the resolver knows."""
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern):
            view = pattern.callback
            yield Route(
                path=path,
                name=f"{namespace}{pattern.name}" if pattern.name else "",
                view=f"{view.__module__}.{getattr(view, '__qualname__', view.__class__.__name__)}",
                rule=rule_for(view, path),
                own=view.__module__.split(".")[0] in {"portal", "partners", "services", "content"},
            )
