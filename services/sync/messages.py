"""What messages about brought visits say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from services.sync.access import decided_by_place
from services.sync.models import SyncInbox


def _decides(user: Any, message: OutboxMessage) -> bool:
    return decided_by_place(user).filter(no=message.object_no).exists()


def _made(user: Any, message: OutboxMessage) -> bool:
    return SyncInbox.objects.filter(no=message.object_no, author=user).exists()


def _to_item(message: OutboxMessage) -> str:
    return reverse("services:sync:desk_item", args=[message.object_no])


def _to_inbox(message: OutboxMessage) -> str:
    return reverse("portal:inbox")


def register_topics() -> None:
    """Called once by the app's `ready`."""
    register(
        "visit_brought", _("手机带回一份上门记录，要您认定（%(no)s）"), link=_to_item, may_receive=_decides
    )
    register(
        "brought_late", _("手机带回的记录等了七天没人认定（%(no)s）"), link=_to_item, may_receive=_decides
    )
    register(
        "brought_counts", _("您手机里补传的那次上门，认定算数（%(no)s）"), link=_to_inbox, may_receive=_made
    )
    register(
        "brought_counts_not",
        _("您手机里补传的那次上门，认定不算（%(no)s）"),
        link=_to_inbox,
        may_receive=_made,
    )
