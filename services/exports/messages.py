"""What messages about exports say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from services.exports.access import own_exports, to_agree


def _link(message: OutboxMessage) -> str:
    return reverse("services:exports:detail", args=[message.object_no])


def _asked(user: Any, message: OutboxMessage) -> bool:
    return own_exports(user).filter(no=message.object_no).exists()


def _agrees(user: Any, message: OutboxMessage) -> bool:
    return to_agree(user).filter(no=message.object_no).exists()


def register_topics() -> None:
    """Called once by the app's `ready`."""
    register(
        "export_ready",
        _("您要的名册导出好了（%(no)s），24 小时内有效"),
        link=_link,
        may_receive=_asked,
        kind="answer",
    )
    register("export_to_agree", _("有一份带全名的导出等您同意（%(no)s）"), link=_link, may_receive=_agrees)
