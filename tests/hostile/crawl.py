"""Which form leads to which route: read off the pages that each persona may open."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import Resolver404, resolve, reverse

from tests.hostile.forms import Form, forms_of
from tests.hostile.states import Page, more_pages
from tests.matrix.engine import OUTSIDE, Matrix, own_routes, parameters
from tests.matrix.expectations import LINES
from tests.matrix.never import never
from tests.matrix.standing import PUBLIC, SIGNED, Line
from tests.matrix.world import ANONYMOUS

ANYBODY = "township-shitan"  # for pages of everybody who is signed in
SPENT = {"account_logout", "portal:open_link"}  # looking at them changes the client


@dataclass(frozen=True)
class Found:
    """A form, with who met it."""

    persona: str
    form: Form


def allowed(line: Line, persona: str, label: str) -> bool:
    """Whether the expectations let this person in."""
    if line.who == PUBLIC:
        return persona == ANONYMOUS
    if persona in OUTSIDE:
        return False
    if line.kind:
        return persona in line.may.get(label, set())
    return persona == ANYBODY if line.who == SIGNED else persona in line.who


def addresses(matrix: Matrix, method: str = "G") -> Iterator[tuple[str, Page]]:
    """Route, persona and address of every own route that takes this method, one object for each persona."""
    for route in own_routes():
        line = LINES[route.name]
        if method not in line.methods or route.name in SPENT:
            continue
        none = {name: never(name, kind) for name, kind in route.parameters}
        for persona in matrix.clients:
            label = next((label for label in line.may or [""] if allowed(line, persona, label)), None)
            if label is None:
                continue
            given = {**none, **(parameters(matrix.world, line.kind, label) if line.kind else {})}
            yield route.name, (persona, reverse(route.name, kwargs={name: given[name] for name in none}))


def route_of(url: str) -> str:
    """The name of the route that an address leads to; empty where none."""
    try:
        return resolve(url.split("?")[0]).view_name
    except Resolver404:
        return ""


def read(client: Any, page: str) -> list[Form]:
    """The forms of one page; none where it does not open."""
    cache.clear()
    with transaction.atomic():
        answer = client.get(page)
        transaction.set_rollback(True)
    if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
        return []
    return list(forms_of(page, answer.content.decode()))


def forms_by_route(matrix: Matrix) -> tuple[dict[str, Found], dict[str, Found]]:
    """The first form met for each route, those that post and those that ask; pages of one route count once a persona."""
    posts: dict[str, Found] = {}
    asks: dict[str, Found] = {}
    pages = [page for _route, page in addresses(matrix)] + more_pages(matrix)
    for persona, page in pages:
        for form in read(matrix.clients[persona], page):
            into = posts if form.method == "post" else asks
            have = into.get(route_of(form.url))
            if have is None or len(have.form.fields) < len(form.fields):
                into[route_of(form.url)] = Found(persona, form)
    return posts, asks
