"""What messages about care plans and extra rounds say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from services.recipients.care_access import LOOK_IN, plans_of


def _reads_plan(user: Any, message: OutboxMessage) -> bool:
    return plans_of(user).filter(no=message.object_no).exists()


def _looks_in(user: Any, message: OutboxMessage) -> bool:
    return user.has_perm(LOOK_IN)


def _to_plan(message: OutboxMessage) -> str:
    return reverse("services:care:plan", args=[message.object_no])


def _to_unseen(message: OutboxMessage) -> str:
    return reverse("services:care:unseen")


def register_topics() -> None:
    """Called once by the app's `ready`."""
    register("plan_submitted", _("有一份照料计划等您批准（%(no)s）"), link=_to_plan, may_receive=_reads_plan)
    register("plan_approved", _("照料计划批准了（%(no)s）"), link=_to_plan, may_receive=_reads_plan)
    register("plan_sent_back", _("照料计划要改（%(no)s）"), link=_to_plan, may_receive=_reads_plan)
    register("round_opened", _("开了一轮探访（%(no)s），请按期看完"), link=_to_unseen, may_receive=_looks_in)
