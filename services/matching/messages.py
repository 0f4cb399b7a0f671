"""What messages about offers say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from services.matching.access import needs_to_match, offers_of
from services.matching.models import Offer
from services.tasks.access import ANSWER, members_with


def _answers(user: Any, message: OutboxMessage) -> bool:
    return offers_of(user).filter(no=message.object_no).exists()


def _matches(user: Any, message: OutboxMessage) -> bool:
    return needs_to_match(user).filter(offers__no=message.object_no).exists()


def _stands_ready(user: Any, message: OutboxMessage) -> bool:
    return members_with(ANSWER, message.created_at).filter(user=user, provider__kind="station").exists()


def _to_agency(message: OutboxMessage) -> str:
    return reverse("services:tasks:agency")


def _to_need(message: OutboxMessage) -> str:
    no = Offer.objects.filter(no=message.object_no).values_list("need__no", flat=True).first()
    return reverse("services:matching:need", args=[no]) if no else reverse("services:matching:queue")


def register_topics() -> None:
    """Called once by the app's `ready`."""
    register("offer_received", _("有一件派单等您答复（%(no)s）"), link=_to_agency, may_receive=_answers)
    register("offer_withdrawn", _("一件派单县里撤回了（%(no)s）"), link=_to_agency, may_receive=_answers)
    register(
        "offer_accepted", _("派单有人接下了（%(no)s）"), link=_to_need, may_receive=_matches, kind="answer"
    )
    register("offer_declined", _("派单被谢绝，请另派（%(no)s）"), link=_to_need, may_receive=_matches)
    register("offer_expired", _("派单过了时间没答复，请另派（%(no)s）"), link=_to_need, may_receive=_matches)
    register(
        "station_duty",
        _("有一户三次没派出去，请社工站准备接（%(no)s）"),
        link=_to_agency,
        may_receive=_stands_ready,
    )
