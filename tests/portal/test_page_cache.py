"""The page cache: whom it answers, and that a publication shows on the next request."""

from datetime import datetime
from io import BytesIO

import pytest
from django.core.wsgi import get_wsgi_application

from content.pages.actions import import_notice
from portal import page_cache
from portal.base import public_stamp
from portal.base.periods import SHANGHAI
from portal.page_cache import PageCache, display_mode
from tests.content.policy_source import YUNXI


class Inside:
    """A WSGI application that counts how often it is asked."""

    def __init__(self, headers=(("X-Page-Cache", "public"),), status="200 OK"):
        self.asked, self.headers, self.status = 0, list(headers), status

    def __call__(self, environ, start_response):
        self.asked += 1
        start_response(self.status, [("Content-Type", "text/html"), *self.headers])
        return [f"{self.asked}".encode()]


def ask(app, path="/", cookie="", method="GET", query=""):
    heard = {}
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "testserver",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
    }
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    parts = app(environ, lambda status, headers, *more: heard.update(status=status, headers=dict(headers)))
    return heard["status"], heard["headers"], b"".join(parts).decode()


@pytest.fixture(autouse=True)
def own_stamp(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_a_page_of_yesterday_is_made_anew_after_midnight(monkeypatch):
    app = PageCache(Inside())
    noon = datetime(2026, 11, 28, 12, tzinfo=SHANGHAI).timestamp()
    for later, made in ((0, "1"), (43_199, "1"), (43_200, "2"), (43_201, "2"), (129_600, "3")):
        monkeypatch.setattr(page_cache.time, "time", lambda later=later: noon + later)
        assert ask(app)[2] == made, later


def test_versions_written_within_one_tick_of_the_file_systems_clock_are_told_apart(tmp_path):
    seen = []
    for _ in range(50):
        public_stamp._write()
        seen.append(public_stamp.current())
        assert seen[-1] == (tmp_path / "public.stamp").read_text()
    assert len(set(seen)) == 50


def test_a_public_page_is_made_once_and_the_mark_is_not_sent():
    app = PageCache(Inside())
    assert ask(app)[2] == ask(app)[2] == "1"
    assert "X-Page-Cache" not in ask(app)[1]


@pytest.mark.parametrize(
    "different",
    [
        {"path": "/x/"},
        {"cookie": "size=l"},
        {"cookie": "theme=contrast"},
        {"cookie": "size=xl; theme=contrast"},
    ],  # fmt: skip
)
def test_another_address_or_display_mode_is_another_page(different):
    app = PageCache(Inside())
    assert ask(app)[2] == "1"
    assert ask(app, **different)[2] == ask(app, **different)[2] == "2"


@pytest.mark.parametrize(
    "different",
    [
        {"cookie": "sessionid=abc"},
        {"cookie": "size=l; sessionid=abc"},
        {"cookie": "size=huge"},
        {"cookie": "csrftoken=x"},
        {"cookie": "size"},
        {"method": "POST"},
        {"method": "HEAD"},
        {"query": "q=1"},
    ],  # fmt: skip
)
def test_other_readers_are_never_answered_from_the_cache(different):
    app = PageCache(Inside())
    ask(app)
    assert [ask(app, **different)[2] for _ in range(2)] == ["2", "3"]


@pytest.mark.parametrize(
    "inside",
    [
        Inside(headers=[]),
        Inside(headers=[("X-Page-Cache", "public"), ("Set-Cookie", "a=b")]),
        Inside(status="404 Not Found"),
    ],  # fmt: skip
)
def test_only_marked_answers_without_cookies_are_kept(inside):
    app = PageCache(inside)
    assert ask(app)[2] != ask(app)[2]


def test_display_choices_are_the_only_cookies_that_count():
    assert display_mode("") == ("", "")
    assert display_mode("theme=contrast; size=xl") == ("xl", "contrast")
    assert display_mode("a=b") is None


@pytest.mark.django_db(transaction=True)
def test_a_publication_an_unpublication_and_a_deletion_show_on_the_next_request():
    app = PageCache(get_wsgi_application())
    plan = import_notice(text=YUNXI.read_text("utf-8"), publish=True).page
    assert "云溪县困难群众帮扶服务三年工作方案" in ask(app, "/policies/")[2]
    plan.short_title = "新的短标题"
    plan.save_revision().publish()
    assert "新的短标题" in ask(app, "/policies/")[2]
    assert ask(app, "/policies/2025-6/")[0].startswith("200")
    plan.unpublish()
    assert "新的短标题" not in ask(app, "/policies/")[2]
    assert ask(app, "/policies/2025-6/")[0].startswith("404")


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_asks_nothing_of_the_database(django_assert_num_queries):
    app = PageCache(get_wsgi_application())
    import_notice(text=YUNXI.read_text("utf-8"), publish=True)
    first = ask(app, "/policies/2025-6/")
    with django_assert_num_queries(0):
        assert ask(app, "/policies/2025-6/") == first


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_bumps_nothing():
    from django.db import transaction

    before = public_stamp.current()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        public_stamp.bump()
        raise ZeroDivisionError
    assert public_stamp.current() == before
    public_stamp.bump()
    assert public_stamp.current() != before
