"""Scheduled publishing: at its hour the page appears or ends for readers, and not before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base import public_stamp
from portal.base.worker import run_job

pytestmark = pytest.mark.django_db
NEW = "到点才公布的题目"


def test_a_change_appears_at_its_hour_with_a_new_stamp_and_not_before(
    client, plan, django_capture_on_commit_callbacks
):
    plan.short_title = NEW
    plan.save_revision(approved_go_live_at=timezone.now() + timedelta(hours=1))
    assert run_job("publish_scheduled") is False
    assert NEW not in client.get(plan.get_url()).content.decode()

    plan.revisions.update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    before = public_stamp.current()
    with django_capture_on_commit_callbacks(execute=True):
        assert run_job("publish_scheduled") is True
    assert public_stamp.current() != before
    assert NEW in client.get(plan.get_url()).content.decode()


def test_a_page_ends_at_its_hour(client, plan):
    type(plan).objects.filter(pk=plan.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert client.get(plan.get_url()).status_code == 200
    assert run_job("publish_scheduled") is True
    assert client.get(plan.get_url()).status_code == 404
