"""The API of households against the pages: every persona and household, the same door, the same masks, the same 404."""

import json

import pytest
from django.core.cache import cache
from django.db import transaction

from portal.models import AuditEvent
from services.models import Unmasking
from tests.matrix.engine import _HINT, _SPACED, Findings, Matrix, OwnRoute
from tests.matrix.secrets_met import CLICK
from tests.matrix.standing import DESKS, SEES, VILLAGES
from tests.matrix.world import ANONYMOUS, build

pytestmark = [pytest.mark.matrix, pytest.mark.django_db, pytest.mark.only("sqlite")]
ROOT = "/api/v1/households"
PAGE, CLICKED = OwnRoute("services:recipients:detail", ()), OwnRoute("services:recipients:unmask", ())
NEVER = "H-00000000"
SHUT = {ANONYMOUS, "worker-left"}
GROUND = "核对资料"


@pytest.fixture(scope="module")
def matrix(django_db_setup, django_db_blocker):
    """One world for the whole module; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Matrix(build())
        transaction.set_rollback(True)


def ask(matrix, persona, path, body=None):
    """One answer of the API; what it wrote does not stay."""
    client = matrix.clients[persona]
    cache.clear()
    with transaction.atomic():
        if body is None:
            answer = client.get(ROOT + path)
        else:
            answer = client.post(ROOT + path, json.dumps(body), content_type="application/json")
        answer.noted = set(Unmasking.objects.exclude(ground="").values_list("field", "ground"))
        answer.written = AuditEvent.objects.filter(verb="household.unmasked").count()
        transaction.set_rollback(True)
    return answer


def leaks(matrix, route, persona, answer):
    """Planted secrets that this answer holds and this persona may not meet."""
    matrix.found = Findings()
    text = _SPACED.sub("", answer.content.decode())
    if _HINT.search(text):
        matrix._look(route, persona, text)
    return matrix.found.leaks


def test_a_file_opens_to_whom_the_page_opens_with_the_same_masks(matrix):
    met = set()
    for persona in matrix.clients:
        for letter, file in matrix.world.files.items():
            no = file.rows["household"].no
            sees = persona in SEES[letter]
            for path in (f"/{no}", f"/{no}/why"):
                answer = ask(matrix, persona, path)
                wanted = 401 if persona in SHUT else 200 if sees else 404
                assert answer.status_code == wanted, (persona, letter, path)
                assert leaks(matrix, PAGE, persona, answer) == set()
                met |= {name for name, _persona in matrix.found.met}
    assert {"name", "phone", "address", "health", "person"} <= met


def test_a_mask_opens_by_the_same_table_and_leaves_the_same_line(matrix):
    opened = 0
    for persona in set(matrix.clients) - SHUT:
        for letter, file in matrix.world.files.items():
            no = file.rows["household"].no
            for field in ("phone", "health"):
                answer = ask(matrix, persona, f"/{no}/unmask", {"field": field, "ground": GROUND})
                may = persona in CLICK[field].get(letter, set())
                assert answer.status_code == (200 if may else 404), (persona, letter, field)
                assert leaks(matrix, CLICKED, persona, answer) == set()
                assert answer.noted == ({(field, GROUND)} if may else set())
                opened += may
    assert opened >= 10


def test_where_a_ground_is_asked_none_shows_nothing(matrix):
    no = matrix.world.files["A"].rows["household"].no
    answer = ask(matrix, "bureau", f"/{no}/unmask", {"field": "health", "ground": " "})
    assert (answer.status_code, answer.json()["code"]) == (409, "ground_empty")
    assert answer.written == 0
    assert leaks(matrix, PAGE, "bureau", answer) == set()


def test_another_households_number_answers_like_one_that_never_was(matrix):
    for persona in set(matrix.clients) - SHUT:
        for letter, file in matrix.world.files.items():
            no = file.rows["household"].no
            if persona in SEES[letter]:
                continue
            for tail, body in (("", None), ("/why", None), ("/unmask", {"field": "phone"})):
                there, never = (
                    ask(matrix, persona, f"/{no}{tail}", body),
                    ask(matrix, persona, f"/{NEVER}{tail}", body),
                )
                assert there.status_code == never.status_code == 404
                assert _plain(there, no) == _plain(never, NEVER)


def _plain(answer, no):
    text = answer.content.decode().replace(no, "#")
    return "" if "<html" in text else text  # a page for those who may call no such route; its nonce differs


def test_the_list_names_only_what_its_reader_sees(matrix):
    for persona in matrix.clients:
        answer = ask(matrix, persona, "")
        wanted = 401 if persona in SHUT else 200 if persona in DESKS | VILLAGES else 403
        assert answer.status_code == wanted, persona
        assert leaks(matrix, PAGE, persona, answer) == set()
        if wanted == 200:
            listed = {row["no"] for row in answer.json()["households"]}
            own = {
                file.rows["household"].no
                for letter, file in matrix.world.files.items()
                if persona in SEES[letter]
            }
            assert listed >= own
            others = {file.rows["household"].no for file in matrix.world.files.values()} - own
            assert not listed & others
