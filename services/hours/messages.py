"""What messages about hours and certificates say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from services.hours.access import (
    corrections_for,
    own_certificates,
    own_corrections,
    own_requests,
    requests_for,
)


def _own(message: OutboxMessage) -> str:
    return reverse("services:hours:own")


def _desk(message: OutboxMessage) -> str:
    return reverse("services:hours:correction", args=[message.object_no])


def _request(message: OutboxMessage) -> str:
    return reverse("services:hours:request", args=[message.object_no])


def _office(user: Any, message: OutboxMessage) -> bool:
    return corrections_for(user).filter(no=message.object_no).exists()


def _issuer(user: Any, message: OutboxMessage) -> bool:
    return requests_for(user).filter(no=message.object_no).exists()


def _requester(user: Any, message: OutboxMessage) -> bool:
    return own_requests(user).filter(no=message.object_no).exists()


def _asker(user: Any, message: OutboxMessage) -> bool:
    return own_corrections(user).filter(no=message.object_no).exists()


def _holder(user: Any, message: OutboxMessage) -> bool:
    return own_certificates(user).filter(no=message.object_no).exists()


TOPICS = (
    ("correction_asked", _("有志愿者请您更正时长（%(no)s）"), _desk, _office),
    ("correction_withdrawn", _("更正时长的请求 %(no)s 撤回了"), _desk, _office),
    ("correction_answered", _("您请求更正的时长有答复了（%(no)s）"), _own, _asker),
    ("certificate_asked", _("有志愿者要一份志愿服务记录证明（%(no)s）"), _request, _issuer),
    ("certificate_unasked", _("证明申请 %(no)s 本人撤回了，不用办了"), _request, _issuer),
    ("certificate_refused", _("您要的证明没有开（%(no)s），请看原因和怎么补"), _own, _requester),
    ("certificate_issued", _("您的志愿服务记录证明开好了（%(no)s）"), _own, _holder),
    ("certificate_revoked", _("您的志愿服务记录证明 %(no)s 作废了，请看原因"), _own, _holder),
)


def register_topics() -> None:
    """Called once by the app's `ready`."""
    for name, words, link, may_receive in TOPICS:
        register(name, words, link=link, may_receive=may_receive)
