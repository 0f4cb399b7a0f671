"""What the bureau is told about proposed standards."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.rules.actions import SET
from portal.base import topics
from portal.base.models import OutboxMessage


def _to_change(message: OutboxMessage) -> str:
    return reverse("content:standard", args=[message.object_no])


def _sets(user: Any, message: OutboxMessage) -> bool:
    return bool(user.has_perm(SET))


def register_topics() -> None:
    """Make them known; called once by the app's `ready`."""
    topics.register(
        "standard_to_decide", _("有一项救助标准等您同意（%(no)s）"), link=_to_change, may_receive=_sets
    )
    topics.register(
        "standard_answered",
        _("您提的救助标准有答复了（%(no)s）"),
        link=_to_change,
        may_receive=_sets,
        kind="answer",
    )
