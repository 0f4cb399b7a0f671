"""What the asker of a run is told."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from services.discovery.access import runs_of


def _mine(user: Any, message: OutboxMessage) -> bool:
    return runs_of(user).filter(no=message.object_no).exists()


def _to_list(message: OutboxMessage) -> str:
    return reverse("services:discovery:list")


def register_topics() -> None:
    """Called once by the app's `ready`."""
    register(
        "discovery_done",
        _("政策找人查完了（%(no)s），请逐户核对"),
        link=_to_list,
        may_receive=_mine,
        kind="answer",
    )
