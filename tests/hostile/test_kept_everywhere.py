"""A session that ends while someone types loses nothing: every form of the site, one after the other."""

import pytest
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import resolve

from portal.accounts.adapter import LAST_USER_SALT
from portal.models import KeptForm
from portal.permissions.kept import SECRET_FIELD
from tests import makers
from tests.hostile.crawl import forms_by_route
from tests.hostile.forms import forms_of
from tests.matrix.engine import Matrix
from tests.matrix.world import build

pytestmark = [pytest.mark.matrix, pytest.mark.django_db]


@pytest.fixture(scope="module")
def known(django_db_setup, django_db_blocker):
    """One world, and every form in it that needs a login."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        matrix = Matrix(build())
        posts, _asks = forms_by_route(matrix)
        inner = {
            route: found
            for route, found in posts.items()
            if resolve(found.form.url.split("?")[0]).func.rule.audience != "public"
        }
        yield matrix, inner
        transaction.set_rollback(True)


def _browser(user) -> Client:
    """A browser on which this person was logged in until just now."""
    client = Client()
    client.cookies[settings.LAST_USER_COOKIE] = signing.dumps(str(user.uid), salt=LAST_USER_SALT)
    return client


def _typed(form) -> dict[str, list[str]]:
    filled = form.filled()
    words = {
        name: [f"没写完的话 {name}\n第二行"] for name, one in form.fields.items() if one.kind == "textarea"
    }
    return filled | words


def test_every_form_is_kept_for_its_owner_and_shown_again_as_it_was(known):
    matrix, inner = known
    lost, kept = [], 0
    for route, found in sorted(inner.items()):
        sent = {name: values for name, values in _typed(found.form).items() if any(values)}
        if not sent or any(SECRET_FIELD.search(name) for name in found.form.fields):
            continue
        user = matrix.world.people[found.persona]
        client = _browser(user)
        with transaction.atomic():
            away = client.post(found.form.url, sent)
            makers.sign_in(client, user)
            page = client.get("/me/kept/")
            back = [
                form for form in forms_of("/me/kept/", page.content.decode()) if form.url == found.form.url
            ]
            transaction.set_rollback(True)
        same = back and {name: one.values for name, one in back[0].fields.items()} == sent
        if away.status_code != 302 or not away["Location"].endswith("%2Fme%2Fkept%2F") or not same:
            lost.append((route, away.status_code, away.get("Location")))
        kept += 1
    assert lost == []
    assert kept > 40


def test_a_form_with_a_password_is_kept_nowhere(known):
    matrix, inner = known
    secret = {r: f for r, f in inner.items() if any(SECRET_FIELD.search(name) for name in f.form.fields)}
    assert "account_change_password" in secret
    for found in secret.values():
        client = _browser(matrix.world.people[found.persona])
        client.post(found.form.url, found.form.filled())
        assert not KeptForm.objects.exists()


def test_every_form_can_be_sent_when_only_its_token_has_grown_old(known):
    matrix, inner = known
    lost = []
    for route, found in sorted(inner.items()):
        sent = {name: values for name, values in _typed(found.form).items() if any(values)}
        if not sent or any(SECRET_FIELD.search(name) for name in found.form.fields):
            continue
        client = Client(enforce_csrf_checks=True)
        client.cookies = matrix.clients[found.persona].cookies
        stale = sent | {"csrfmiddlewaretoken": "a" * 64}
        answer = client.post(found.form.url, stale, HTTP_ORIGIN="http://testserver")
        back = [
            form for form in forms_of(found.form.url, answer.content.decode()) if form.url == found.form.url
        ]
        if answer.status_code != 403 or not back or {n: o.values for n, o in back[0].fields.items()} != sent:
            lost.append((route, answer.status_code))
    assert lost == []
