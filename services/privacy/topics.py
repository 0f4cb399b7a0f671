"""What messages about requests say and where they lead; and the jobs of this room."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base import topics, worker
from portal.base.models import OutboxMessage
from services.privacy import copying, retention
from services.privacy.models import SubjectRequest


def _mine(user: Any, message: OutboxMessage) -> bool:
    return SubjectRequest.objects.filter(no=message.object_no, user=user).exists()


def register_all() -> None:
    """Called once by the app's `ready`."""
    topics.register(
        "request_answered",
        _("您提的要求有答复了（%(no)s）"),
        link=lambda message: reverse("services:privacy:own"),
        may_receive=_mine,
        kind="answer",
    )
    worker.register(
        worker.Job(
            "make_copies",
            copying.make_copies,
            timedelta(seconds=5),
            lambda: copying.waiting_copies().exists(),
        )
    )
    worker.register(worker.Job("clear_expired", _clear_tonight, timedelta(days=1), hold=timedelta(hours=1)))


def _clear_tonight() -> None:
    """The daily clearing; a run without anything due leaves no line."""
    today = timezone.localdate()
    if retention.anything_due(today):
        retention.clear(by=None, on=today, at=timezone.now())
