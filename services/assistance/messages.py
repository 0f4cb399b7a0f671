"""What messages about changes and reviews say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from services.assistance.access import READ, own_reports, reviews_of


def _reads(user: Any, message: OutboxMessage) -> bool:
    return reviews_of(user).filter(no=message.object_no).exists()


def _follows(user: Any, message: OutboxMessage) -> bool:
    return _reads(user, message) or own_reports(user).filter(no=message.object_no).exists()


def _to_review(message: OutboxMessage) -> str:
    return reverse("services:reviews:detail", args=[message.object_no])


def _to_followed(message: OutboxMessage) -> str:
    page = "detail" if message.receiver.has_perm(READ) else "followed"
    return reverse(f"services:reviews:{page}", args=[message.object_no])


def register_topics() -> None:
    """Called once by the app's `ready`."""
    register(
        "change_reported",
        _("有人报了变化（%(no)s），10 个工作日内要有结果"),
        link=_to_review,
        may_receive=_reads,
    )
    register("review_proposed", _("有一件核查等您决定（%(no)s）"), link=_to_review, may_receive=_reads)
    register("review_sent_back", _("核查要再看一看（%(no)s）"), link=_to_review, may_receive=_reads)
    register(
        "review_decided", _("核查有结果了（%(no)s）"), link=_to_followed, may_receive=_follows, kind="answer"
    )
    register(
        "review_withdrawn",
        _("您报的变化有答复了（%(no)s）"),
        link=_to_followed,
        may_receive=_follows,
        kind="answer",
    )
