"""Garbage in every form, query and API body: a clear no, nothing typed lost, never an error page.

The forms are read off the pages that the route policy opens to each persona, so a new form is in it at once.
"""

import json
import uuid
from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.utils.html import escape

from services.models import PlannedVisit
from services.visits.forms import ReasonForm
from tests.hostile.attack import BROKEN, NASTY, RIGHT, Attack, Blow, some
from tests.hostile.crawl import SPENT, addresses, forms_by_route, route_of
from tests.hostile.forms import Field, Form, forms_of
from tests.matrix.engine import Matrix
from tests.matrix.world import build

pytestmark = [pytest.mark.matrix, pytest.mark.django_db]
PARTS = 6
# Rows that nobody of the matrix may touch: tests.hostile.states makes one of each, with who may.
BESIDE = {"services:tasks:desk_companion", "services:tasks:desk_dates", "services:visits:desk_doubt"}
# Pages without a form of their own: what they take comes from elsewhere, or is nothing.
FORMLESS = {
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "portal:csp_report",
    "portal:kept",
    "portal:open_letter",
    "portal:revive",
    "usersessions_list",
    # Their form stands on the page of a row in another state than the world's.
    *(
        "services:tasks:resume",
        "services:tasks:desk_resume",
        "services:care:plan_needs",
        "services:files:merge",
        "services:recipients:dibao_end",
    ),
    *(f"services:reviews:{step}" for step in ("propose", "decide", "send_back", "periodic", "withdraw")),
    *("services:privacy:certificate", "services:privacy:certificate_accept"),
    *(
        "services:files:ending_ask",
        "partners:partner_lift",
        "partners:requirements_starter",
        "partners:own_bank",
    ),
    *(
        f"services:hours:{step}"
        for step in ("ask_certificate", "withdraw", "withdraw_request", "correct_missing", "issue")
    ),
    # It stands there once a key was made, digits were sent, or a message could not be carried.
    *("mfa_reauthenticate_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
    # It stands under answers, which lie in a cookie.
    *("check_town", "check_again"),
    # It shows to who proposed it.
    "content:standard_withdraw",
    *("account_code_enter", "portal:phone_enter", "portal:carry_again"),
}
# Success shows a one-time link or a value, on the page of the answer itself.
SHOWS = {
    "partners:invite",
    "partners:invite_worker",
    "partners:renew_invitation",
    "portal:reset_person",
    "services:recipients:unmask",
    "services:reviews:words",
}
ASKED = ("page", "q", "sort", "state", "tab", "household", "next", "year", "part", "done")


@pytest.fixture(scope="module")
def known(django_db_setup, django_db_blocker):
    """One world, and every form in it, for the whole module; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        matrix = Matrix(build())
        posts, asks = forms_by_route(matrix)
        yield matrix, posts, asks
        transaction.set_rollback(True)


def test_every_route_that_takes_a_post_has_its_form_attacked(known):
    matrix, posts, _asks = known
    takes = {route for route, _page in addresses(matrix, "P")}
    assert takes - set(posts) <= FORMLESS
    assert set(posts) - takes - SPENT == BESIDE
    assert len(posts) > 60


@pytest.mark.parametrize("part", range(PARTS))
def test_no_form_breaks_under_garbage_and_each_says_what_to_mend(known, part):
    matrix, posts, _asks = known
    faults = []
    for route in sorted(posts)[part::PARTS]:
        found = posts[route]
        attack = Attack(matrix.clients[found.persona])
        faults += attack.on(route, found.form, shows=route in SHOWS)
        assert attack.sent
    assert faults == []


def test_routes_without_a_form_of_their_own_take_garbage_too(known):
    matrix, posts, _asks = known
    names = ("version", "reason", "item", "session", "code", "uid", "field")
    faults = []
    for route, (persona, url) in addresses(matrix, "P"):
        if route in posts:
            continue
        attack = Attack(matrix.clients[persona])
        for label in ("nul", "huge number", "emoji", "overlong"):
            answer = attack.strike(url, Blow(label, dict.fromkeys(names, NASTY[label])))
            if answer.status_code not in RIGHT | {200, 204}:
                faults.append(f"{route}: {label}: {answer.status_code}{attack.problem}")
    assert faults == []


@pytest.mark.parametrize("blow", BROKEN, ids=[name for name, _body, _kind in BROKEN])
def test_broken_bodies_are_refused(known, blow):
    matrix, posts, _asks = known
    for route in ("services:tasks:end", "services:visits:hand_in", "join_agency"):
        attack = Attack(matrix.clients[posts[route].persona])
        answer = attack.strike(posts[route].form.url, Blow(*blow))
        assert answer.status_code in RIGHT | {200}, f"{route}{attack.problem}"


@pytest.mark.parametrize("part", range(2))
def test_no_page_breaks_when_its_address_asks_garbage(known, part):
    matrix, _posts, asks = known
    fields = {route: list(found.form.fields) for route, found in asks.items()}
    faults, seen = [], set()
    pages = [(route, page) for route, page in addresses(matrix) if route not in seen and not seen.add(route)]
    for route, (persona, url) in pages[part::2]:
        names = dict.fromkeys([*ASKED, *fields.get(route_of(url), [])])
        for text in some(route, ("a\x00b", "9" * 400, "-1", "好😀" + "长" * 3000), 2):
            cache.clear()
            with transaction.atomic():
                answer = matrix.clients[persona].get(url, dict.fromkeys(names, text))
                transaction.set_rollback(True)
            if answer.status_code not in {200, 302, 400, 404, 409, 410, 422}:
                faults.append(f"{route} {text[:4]!r}: {answer.status_code}")
    assert faults == []


VISIT = {"uid": str(uuid.uuid4()), "visit": "V-1", "answers": {}, "note": "", "photos": []}
BODIES = [
    b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b"{" * 5000, b'{"uid": NaN}', b"[" * 100_000,
    *(
        json.dumps(VISIT | change).encode()
        for change in (
            {"uid": "x"}, {"uid": 7}, {"uid": None}, {"visit": "V\x00"}, {"visit": "x" * 9999}, {"visit": []},
            {"answers": []}, {"answers": {"x\x00": {"state": "normal"}}}, {"answers": {"a": {"state": "no-such"}}},
            {"note": "\x00"}, {"note": "长" * 100_000}, {"note": "\ud800"}, {"next_day": "2026-02-30"}, {"next_day": 10**40},
            {"out": {"lat": 1e308, "lng": -1e308}}, {"out": {"lat": "x"}}, {"photos": ["x"]}, {"photos": [str(uuid.uuid4())] * 500},
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("persona", ["worker-tonghe", "township-shitan", "anonymous"])
def test_the_api_answers_garbage_with_a_problem(known, persona):
    matrix, _posts, _asks = known
    open_visit = next(
        visit.no for visit in _under_way(matrix) if visit.assignment.user.username == "m-worker-tonghe"
    )
    for body in BODIES:
        body = body.replace(b'"V-1"', json.dumps(open_visit).encode())
        attack = Attack(matrix.clients[persona])
        answer = attack.strike("/api/v1/visits", Blow("json", body, "application/json"))
        assert answer.status_code in {400, 401, 403, 404, 409, 422}, f"{body[:80]!r}{attack.problem}"
        if persona == "worker-tonghe":
            assert answer["Content-Type"] == "application/problem+json"


def _under_way(matrix):
    return PlannedVisit.objects.filter(state="under_way").select_related("assignment__user")


PAGE = '<div role="alert"></div><form method="post" action="/x/"><input name="a" value="{a}"></form>'


class _Site:
    """A client of a site that answers as it is told, with or without what was typed."""

    def __init__(self, status: int, page: str) -> None:
        self.cookies, self.status, self.page = SimpleCookie(), status, page

    def post(self, url, data):
        """The answer to a form."""
        typed = data.get("a")
        typed = escape(typed[-1]) if isinstance(typed, list) else ""
        answer = HttpResponse(self.page.format(a=typed), status=self.status)
        answer.context = []
        return answer

    def generic(self, method, url, data, content_type):
        """The answer to any other body."""
        return HttpResponse(status=400)


@pytest.mark.parametrize(
    ("status", "page", "word"),
    [
        (500, PAGE, ": 500"),
        (200, PAGE, ": 200"),
        (422, PAGE.replace(' role="alert"', ""), "no summary"),
        (422, PAGE.replace(' value="{a}"', ""), "lost what was typed in a"),
    ],
)
def test_the_judge_sees_a_fault(status, page, word):
    form = Form("/x/", "post", {"a": Field("a", "text")})
    assert Attack(_Site(422, PAGE)).on("x", form) == []
    assert any(word in fault for fault in Attack(_Site(status, page)).on("x", form))


def test_the_judge_misses_the_message_beside_a_field():
    bound = ReasonForm({})
    form = next(forms_of("/x/", f'<form method="post">{bound.as_p()}</form>'))
    answer = HttpResponse('<div role="alert"></div><textarea name="reason"></textarea>', status=422)
    answer.context = [{"form": bound}]
    attack = Attack(_Site(422, PAGE))
    attack._explained("x", form, Blow("nothing", {}), answer)
    assert attack.faults == ["x: nothing: no message beside reason"]
