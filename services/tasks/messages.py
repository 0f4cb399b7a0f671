"""What messages about tasks say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, OutboxMessage
from portal.base.topics import register
from services.tasks.models import Assignment


def _goes(user: Any, message: OutboxMessage) -> bool:
    return Assignment.objects.filter(task__no=message.object_no, user=user, valid_to=OPEN_END).exists()


def _went(user: Any, message: OutboxMessage) -> bool:
    return Assignment.objects.filter(task__no=message.object_no, user=user).exists()


def _to_today(message: OutboxMessage) -> str:
    return reverse("services:visits:today")


def register_topics() -> None:
    """Called once by the app's `ready`."""
    register("assignment_given", _("给您派了一户（%(no)s）"), link=_to_today, may_receive=_goes)
    register("dates_set", _("您的上门日期排好了（%(no)s）"), link=_to_today, may_receive=_goes)
    register("task_paused", _("有一户的上门先停了（%(no)s）"), link=_to_today, may_receive=_went)
    register("assignment_ended", _("有一户不用您再去了（%(no)s）"), link=_to_today, may_receive=_went)
