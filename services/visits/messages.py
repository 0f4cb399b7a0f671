"""What messages about visits and alerts say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from portal.permissions.hats import hats
from services.tasks.access import tasks_at_place
from services.visits.access import (
    PLACE,
    RECEIVE,
    alerts_received_by,
    carried_visits,
    records_judged_by,
    records_read_by,
    records_written_by,
)
from services.visits.models import Alert, PlannedVisit, VisitRecord


def _judges(user: Any, message: OutboxMessage) -> bool:
    return records_judged_by(user).filter(no=message.object_no).exists()


def _wrote(user: Any, message: OutboxMessage) -> bool:
    return records_written_by(user).filter(no=message.object_no).exists()


def _arranges(user: Any, message: OutboxMessage) -> bool:
    return PlannedVisit.objects.filter(
        no=message.object_no, task__in=tasks_at_place(user).values("pk")
    ).exists()


def _to_task_of(message: OutboxMessage) -> str:
    task = PlannedVisit.objects.filter(no=message.object_no).values_list("task__no", flat=True).first()
    return reverse("services:tasks:desk_detail", args=[task]) if task else reverse("portal:inbox")


def _goes(user: Any, message: OutboxMessage) -> bool:
    return carried_visits(user).filter(no=message.object_no).exists()


def _looks_into(user: Any, message: OutboxMessage) -> bool:
    return _judges(user, message) or records_read_by(user).filter(no=message.object_no).exists()


def _concerned_with(user: Any, message: OutboxMessage) -> bool:
    own = VisitRecord.objects.filter(no=message.object_no, author=user).exists()
    return own or _judges(user, message)


def _to_counted(message: OutboxMessage) -> str:
    own = records_written_by(message.receiver).filter(no=message.object_no).exists()
    if own:
        return _to_own_record(message)
    return _to_judge(message) if _judges(message.receiver, message) else reverse("portal:inbox")


def _receives(user: Any, message: OutboxMessage) -> bool:
    return alerts_received_by(user).filter(no=message.object_no).exists()


def _raised(user: Any, message: OutboxMessage) -> bool:
    return Alert.objects.visible_to(user).filter(no=message.object_no, raised_by=user).exists()


def _concerned(user: Any, message: OutboxMessage) -> bool:
    return PlannedVisit.objects.visible_to(user).filter(no=message.object_no).exists()


def _to_judge(message: OutboxMessage) -> str:
    """The desk of an office, else the agency's page."""
    placed = any(hat.region_path for hat in hats(message.receiver) if PLACE in hat.rules.permissions)
    return reverse(f"services:visits:{'desk' if placed else 'agency'}_record", args=[message.object_no])


def _to_own_record(message: OutboxMessage) -> str:
    planned = VisitRecord.objects.filter(no=message.object_no).values_list("planned__no", flat=True).first()
    return reverse("services:visits:receipt", args=[planned]) if planned else reverse("services:visits:today")


def _to_alert(message: OutboxMessage) -> str:
    """The desk of a post, else the agency's."""
    placed = any(hat.region_path for hat in hats(message.receiver) if RECEIVE in hat.rules.permissions)
    return reverse(f"services:visits:{'desk' if placed else 'agency'}_alert", args=[message.object_no])


def _to_missed(message: OutboxMessage) -> str:
    carried = carried_visits(message.receiver).filter(no=message.object_no).exists()
    if carried:
        return reverse("services:visits:visit", args=[message.object_no])
    placed = any(hat.region_path for hat in hats(message.receiver))
    return reverse(f"services:visits:{'desk' if placed else 'agency'}_list") + "?verdict=missed"


def _to_raised(message: OutboxMessage) -> str:
    planned = Alert.objects.filter(no=message.object_no).values_list("planned__no", flat=True).first()
    if planned is None:
        return reverse("services:visits:today")
    return reverse("services:visits:alert_told", args=[planned, message.object_no])


def register_topics() -> None:
    """Called once by the app's `ready`."""
    register("visit_recorded", _("有一份上门记录等您看（%(no)s）"), link=_to_judge, may_receive=_judges)
    register("visit_completed", _("上门记录补充好了（%(no)s）"), link=_to_judge, may_receive=_judges)
    register(
        "visit_alone",
        _("有一次上门要两个人，现在只有一个，请再派一位（%(no)s）"),
        link=_to_task_of,
        may_receive=_arranges,
    )
    register(
        "visit_company_gone",
        _("有一次上门要两个人，陪您的人去不了了，先别一个人去（%(no)s）"),
        link=_to_missed,
        may_receive=_goes,
    )
    register(
        "visit_doubted", _("有一份上门记录要查清再定（%(no)s）"), link=_to_judge, may_receive=_looks_into
    )
    register(
        "visit_counts", _("要县里定的一次上门认可了（%(no)s）"), link=_to_counted, may_receive=_concerned_with
    )
    register(
        "visit_counts_not",
        _("要县里定的一次上门没有认可（%(no)s）"),
        link=_to_counted,
        may_receive=_concerned_with,
    )
    register(
        "visit_confirmed",
        _("您的上门记录已确认（%(no)s）"),
        link=_to_own_record,
        may_receive=_wrote,
        kind="answer",
    )
    register("visit_returned", _("上门记录要您补充（%(no)s）"), link=_to_own_record, may_receive=_wrote)
    register("visit_flagged", _("上门记录还要查一查（%(no)s）"), link=_to_own_record, may_receive=_wrote)
    register(
        "visit_missed",
        _("有一次上门没人去（%(no)s），请 48 小时内改期"),
        link=_to_missed,
        may_receive=_concerned,
    )
    register(
        "alert_raised",
        _("紧急情况，请马上处理（%(no)s）"),
        link=_to_alert,
        may_receive=_receives,
        kind="danger",
    )
    register(
        "alert_escalated",
        _("紧急情况还没人接手（%(no)s）"),
        link=_to_alert,
        may_receive=_receives,
        kind="danger",
    )
    register(
        "alert_taken",
        _("您报告的情况有人接手了（%(no)s）"),
        link=_to_raised,
        may_receive=_raised,
        kind="answer",
    )
    register(
        "alert_closed",
        _("您报告的情况处理好了（%(no)s）"),
        link=_to_raised,
        may_receive=_raised,
        kind="answer",
    )
    register(
        "alert_passed",
        _("一件正在处理的情况交给了您（%(no)s）"),
        link=_to_alert,
        may_receive=_receives,
        kind="danger",
    )
