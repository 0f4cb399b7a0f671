"""Scheduled publishing: at its hour the page ends for readers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base.worker import run_job

pytestmark = pytest.mark.django_db


def test_a_page_ends_at_its_hour(client, plan):
    type(plan).objects.filter(pk=plan.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert client.get(plan.get_url()).status_code == 200
    assert run_job("publish_scheduled") is True
    assert client.get(plan.get_url()).status_code == 404
