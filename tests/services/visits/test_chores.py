"""What waits for a carer besides the visits."""

import pytest
from django.test import Client
from django.utils import timezone

from portal.base.models import InboxItem, OutboxMessage
from services.consents.actions import answer_purpose
from services.consents.models import Answer, AnswerWay
from services.consents.queries import standings
from services.visits.chores import chores
from tests import makers

pytestmark = pytest.mark.django_db


def words(user):
    return [each.words for each in chores(user, timezone.localdate())]


def test_an_unread_message_waits_until_it_is_read():
    worker = makers.make_member(makers.make_provider())
    assert not any("消息" in line for line in words(worker))
    letter = OutboxMessage.objects.create(
        dedupe_key="x", topic="dates_set", receiver=worker, kind="task", object_no="T-1"
    )
    item = InboxItem.objects.create(receiver=worker, message=letter)
    assert "有 1 条消息没看" in words(worker)
    page = makers.sign_in(Client(), worker).get("/my/today/").content.decode()
    assert "有 1 条消息没看" in page and 'href="/me/inbox/"' in page
    item.read_at = timezone.now()
    item.save()
    assert not any("消息" in line for line in words(worker))


def test_questions_about_ones_data_wait_until_they_are_answered():
    worker = makers.make_member(makers.make_provider())
    today = timezone.localdate()
    assert any("3 项" in line for line in words(worker))
    for each in standings(user=worker, on=today):
        answer_purpose(
            by=worker, user=worker, category=each.purpose.code, answer=Answer.GIVEN, way=AnswerWay.OWN_PAGE,
            version=each.words.version,
        )  # fmt: skip
    assert words(worker) == []
