"""What messages about imports say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from services.imports.access import batches_visible_to


def _brought(user: Any, message: OutboxMessage) -> bool:
    return batches_visible_to(user).filter(no=message.object_no, made_by=user).exists()


def _to_batch(message: OutboxMessage) -> str:
    return reverse("services:imports:detail", args=[message.object_no])


def register_topics() -> None:
    """Called once by the app's `ready`."""
    words = {
        "import_checked": _("名册核对好了（%(no)s），请看结果再导入"),
        "import_done": _("名册导入好了（%(no)s）"),
        "import_stopped": _("名册没有导完（%(no)s），请看原因"),
    }
    for topic, said in words.items():
        register(topic, said, link=_to_batch, may_receive=_brought, kind="answer")
