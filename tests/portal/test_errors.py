"""The page for a fault of ours stands on its own feet."""

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from portal import context
from portal.busy import BusyMiddleware
from portal.views import not_found, server_error


@pytest.fixture
def broken_frame(monkeypatch):
    """What every framed page asks for fails."""

    def fail():
        raise OperationalError("the database is gone")

    monkeypatch.setattr(context, "site_name", fail)


def test_the_page_for_faults_asks_nothing_that_may_have_failed(broken_frame):
    request = RequestFactory().get("/")
    answer = server_error(request)
    assert answer.status_code == 500
    assert "不是您的错" in answer.content.decode()
    with pytest.raises(OperationalError):
        not_found(request, Exception())


def test_the_page_for_busy_moments_neither(broken_frame):
    busy = BusyMiddleware(lambda request: None)
    answer = busy.process_exception(RequestFactory().get("/"), OperationalError("database is locked"))
    assert answer.status_code == 503
