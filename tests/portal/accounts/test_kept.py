"""A session that ends while someone types loses nothing, and shows nothing to anybody else."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.base.worker import run_job
from portal.models import KeptForm, User
from tests import makers

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
WORDS = "刚才写的一大段话 <b>x</b> 'quote'"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def ann() -> User:
    return makers.make_user(username="ann-test")


def log_in(client: Client, user: User, back: str = "") -> str:
    response = client.post("/accounts/login/", {"login": user.username, "password": PASSWORD, "next": back})
    return response["Location"]


def expired(user: User, **options) -> Client:
    """A browser whose session ran out while the person was typing."""
    client = Client(**options)
    log_in(client, user)
    client.session.flush()
    return client


def send(client: Client, **fields) -> str:
    """Send a form to a signed-in page; where it leads."""
    response = client.post("/me/language/", {"language": "en", "note": WORDS, **fields})
    assert response.status_code == 302
    return response["Location"]


def test_what_was_typed_is_shown_after_login_and_sent_by_a_click(ann):
    client = expired(ann)
    where = send(client)
    assert where == "/accounts/login/?next=%2Fme%2Fkept%2F"
    assert log_in(client, ann, "/me/kept/") == "/me/kept/"
    page = client.get("/me/kept/")
    text = page.content.decode()
    assert "您刚才填的内容还在" in text
    assert "刚才写的一大段话 &lt;b&gt;x&lt;/b&gt;" in text
    assert 'action="/me/language/"' in text
    assert User.objects.get(pk=ann.pk).language == "zh-hans"
    assert client.post(page.context["typed"].path, dict(page.context["typed"].fields)).status_code == 302
    assert User.objects.get(pk=ann.pk).language == "en"
    assert not KeptForm.objects.exists()
    assert client.get("/me/kept/").status_code == 302


def test_another_person_on_the_same_computer_gets_nothing(ann):
    client, bob = expired(ann), makers.make_user()
    send(client)
    log_in(client, bob, "/me/kept/")
    response = client.get("/me/kept/", follow=True)
    assert "刚才写的" not in response.content.decode()
    client.post("/accounts/logout/")
    log_in(client, ann, "/me/kept/")
    assert "刚才写的" in client.get("/me/kept/").content.decode()


def test_the_same_person_on_another_computer_gets_nothing(ann):
    send(expired(ann))
    other = Client()
    log_in(other, ann)
    assert "刚才写的" not in other.get("/me/kept/", follow=True).content.decode()


def test_a_browser_that_nobody_used_keeps_nothing():
    assert send(Client()) == "/accounts/login/?next=%2Fme%2Flanding%2F"
    assert not KeptForm.objects.exists()


def test_a_forged_name_of_the_last_user_keeps_nothing(ann):
    client = Client()
    client.cookies["last-user"] = str(ann.uid)
    send(client)
    assert not KeptForm.objects.exists()


def test_it_is_encrypted_and_gone_after_half_an_hour(ann, time_machine_at):
    client = expired(ann)
    send(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM portal_keptform")
        assert "language" not in cursor.fetchone()[0]
    time_machine_at(minutes=31)
    log_in(client, ann)
    assert client.get("/me/kept/").status_code == 302
    assert KeptForm.objects.get().valid_to < timezone.now()


def test_a_job_drops_what_nobody_came_back_for(ann, time_machine_at):
    send(expired(ann))
    assert not run_job("tidy_kept_forms")
    assert KeptForm.objects.exists()
    time_machine_at(minutes=31)
    assert run_job("tidy_kept_forms")
    assert not KeptForm.objects.exists()


def test_it_can_be_dropped(ann):
    client = expired(ann)
    send(client)
    log_in(client, ann)
    assert client.post("/me/kept/").status_code == 302
    assert not KeptForm.objects.exists()


def test_files_are_named_to_be_chosen_again(ann):
    client = expired(ann)
    send(client, photo=SimpleUploadedFile("x.jpg", b"12345", "image/jpeg"))
    log_in(client, ann)
    assert '<input type="file" id="file-1" name="photo">' in client.get("/me/kept/").content.decode()


@pytest.mark.parametrize("field", ["password1", "oldpassword", "code", "client_secret"])
def test_a_form_with_a_secret_is_not_kept(ann, field):
    client = expired(ann)
    send(client, **{field: "x"})
    assert not KeptForm.objects.exists()


def test_a_form_too_large_or_of_another_kind_is_not_kept_and_no_error(ann):
    client = expired(ann)
    send(client, big="长" * 100_000)
    client.post("/me/language/", "{}", content_type="application/json")
    client.post("/me/language/", b"\xff\x00broken", content_type="multipart/form-data; boundary=x")
    assert not KeptForm.objects.exists()


def test_a_staff_session_that_idled_out_keeps_the_form_for_its_owner(time_machine_at):
    cadre = makers.make_post("township_cadre", makers.make_region("township"))
    client = makers.sign_in(Client(), cadre)
    client.get("/me/")
    time_machine_at(minutes=31)
    assert send(client) == "/accounts/login/?next=%2Fme%2Fkept%2F"
    assert KeptForm.objects.get().user == cadre


def test_a_stale_token_shows_what_was_typed_with_a_fresh_one(ann):
    client = Client(enforce_csrf_checks=True)
    makers.sign_in(client, ann)
    stale = {"language": "en", "note": WORDS, "csrfmiddlewaretoken": "a" * 64}
    response = client.post("/me/language/", stale, HTTP_ORIGIN="http://testserver")
    assert response.status_code == 403
    assert "刚才写的一大段话" in response.content.decode()
    assert User.objects.get(pk=ann.pk).language == "zh-hans"
    fresh = {**stale, "csrfmiddlewaretoken": response.context["csrf_token"]}
    assert client.post("/me/language/", fresh, HTTP_ORIGIN="http://testserver").status_code == 302
    assert User.objects.get(pk=ann.pk).language == "en"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_a_form_from_elsewhere_is_refused_and_shown_nowhere(ann, origin):
    client = Client(enforce_csrf_checks=True)
    makers.sign_in(client, ann)
    headers = {"HTTP_ORIGIN": origin} if origin else {}
    response = client.post("/me/language/", {"language": "en", "note": WORDS}, **headers)
    assert response.status_code == 403
    assert "刚才写的" not in response.content.decode()
    assert not KeptForm.objects.exists()


def test_the_api_is_told_in_its_own_way(ann, rf):
    from portal.permissions.gate import to_login

    response = to_login(rf.post("/api/v1/sync/visits"), ann)
    assert response.status_code == 401
    assert b"login_required" in response.content
