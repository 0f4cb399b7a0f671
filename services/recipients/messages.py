"""What messages about sight say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from services.recipients.reviewers import REVIEW
from services.recipients.sight import SightCase


def _reviews(user: Any, message: OutboxMessage) -> bool:
    return user.has_perm(REVIEW)


def _is_about(user: Any, message: OutboxMessage) -> bool:
    return SightCase.objects.filter(no=message.object_no, user=user).exists()


def _to_case(message: OutboxMessage) -> str:
    return reverse("services:recipients:sight_case", args=[message.object_no])


def _to_emergency(message: OutboxMessage) -> str:
    return reverse("services:recipients:emergency")


def _to_sight(message: OutboxMessage) -> str:
    return reverse("services:recipients:sight")


def register_topics() -> None:
    """Called once by the app's `ready`."""
    register("sight_to_review", _("有一次查看等您复核（%(no)s）"), link=_to_case, may_receive=_reviews)
    register(
        "sight_reviewed",
        _("您的查看有了复核意见（%(no)s）"),
        link=_to_emergency,
        may_receive=_is_about,
        kind="answer",
    )
    register("sight_report", _("昨天的权限变化出来了"), link=_to_sight, may_receive=_reviews, kind="answer")
