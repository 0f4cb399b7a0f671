"""What messages about reports and needs say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.base.models import OutboxMessage
from portal.base.topics import register
from services.casework.undoing import UNDO
from services.intake.access import reports_to_verify, reports_visible_to
from services.recipients.models import Household
from services.tasks.access import MATCH, VERIFY, needs_at_place, tasks_of
from services.tasks.models import Task, TaskState


def _verifies_report(user: Any, message: OutboxMessage) -> bool:
    return reports_to_verify(user).filter(no=message.object_no).exists()


def _sees_report(user: Any, message: OutboxMessage) -> bool:
    return reports_visible_to(user).filter(no=message.object_no).exists()


def _verifies_need(user: Any, message: OutboxMessage) -> bool:
    return needs_at_place(user, VERIFY).filter(no=message.object_no).exists()


def _matches_need(user: Any, message: OutboxMessage) -> bool:
    return needs_at_place(user, MATCH).filter(no=message.object_no).exists()


def _follows(user: Any, message: OutboxMessage) -> bool:
    if message.kind == "report":
        return _sees_report(user, message)
    return needs_at_place(user, VERIFY, MATCH).filter(no=message.object_no).exists()


def _to_report(message: OutboxMessage) -> str:
    return reverse("services:casework:report", args=[message.object_no])


def _to_own(message: OutboxMessage) -> str:
    return reverse("services:intake:own", args=[message.object_no])


def _to_need(message: OutboxMessage) -> str:
    return reverse("services:needs:detail", args=[message.object_no])


def _to_match(message: OutboxMessage) -> str:
    return reverse("services:matching:need", args=[message.object_no])


def _to_followed(message: OutboxMessage) -> str:
    return _to_own(message) if message.kind == "report" else _to_need(message)


def _to_ending(message: OutboxMessage) -> str:
    return reverse("services:files:ending", args=[message.household_no, message.object_no])


def _keeps_ending(user: Any, message: OutboxMessage) -> bool:
    household = Household.objects.visible_to(user).filter(no=message.household_no).first()
    return household is not None and user.has_perm(UNDO, household)


def _sees_household(user: Any, message: OutboxMessage) -> bool:
    return Household.objects.visible_to(user).filter(no=message.object_no).exists()


def _to_household(message: OutboxMessage) -> str:
    return reverse("services:recipients:detail", args=[message.object_no])


def _manages_task(user: Any, message: OutboxMessage) -> bool:
    return tasks_of(user).filter(no=message.object_no).exists()


def _places_need(user: Any, message: OutboxMessage) -> bool:
    return needs_at_place(user, VERIFY, MATCH).filter(no=message.object_no).exists()


def _to_volunteer(message: OutboxMessage) -> str:
    return reverse("services:tasks:volunteer", args=[message.object_no])


def _has_their_work(user: Any, message: OutboxMessage) -> bool:
    here = needs_at_place(user, VERIFY, MATCH).values("pk")
    tasks = Task.objects.filter(need__in=here, provider__no=message.object_no)
    return tasks.exclude(state=TaskState.ENDED).exists()


def _to_desk(message: OutboxMessage) -> str:
    return reverse("services:casework:desk")


def _to_task(message: OutboxMessage) -> str:
    return reverse("services:tasks:detail", args=[message.object_no])


def register_topics() -> None:
    """Called once by the app's `ready`."""
    for name, words in (
        ("household_paused", _("有一户暂停上门，没去的都停了（%(no)s）")),
        ("household_resumed", _("有一户恢复上门，请看排期（%(no)s）")),
        ("household_moved_in", _("有一户迁到您这里，请补门牌和位置（%(no)s）")),
    ):
        register(name, words, link=_to_household, may_receive=_sees_household)
    for name, words in (
        ("ending_asked", _("有人说去世或注销登错了，请您核对（%(no)s）")),
        ("ending_answered", _("去世或注销登错一事有结果了（%(no)s）")),
    ):
        register(name, words, link=_to_ending, may_receive=_keeps_ending)
    register(
        "task_restored",
        _("有一户登错去世已改正，任务恢复，请派人（%(no)s）"),
        link=_to_task,
        may_receive=_manages_task,
    )
    register(
        "need_given_back",
        _("志愿者不能再去了，这件需求要另派人（%(no)s）"),
        link=_to_volunteer,
        may_receive=_places_need,
    )
    register(
        "task_given_back",
        _("有人不能再去了，这件任务要另派人（%(no)s）"),
        link=_to_task,
        may_receive=_manages_task,
    )
    register(
        "tasks_of_stopped",
        _("有一家机构停用了，它照料的户要另找人（%(no)s）"),
        link=_to_desk,
        may_receive=_has_their_work,
    )
    register("report_made", _("有一条上报等您核实（%(no)s）"), link=_to_report, may_receive=_verifies_report)
    register(
        "report_note_added", _("一条上报补充了情况（%(no)s）"), link=_to_report, may_receive=_verifies_report
    )
    register(
        "report_verified",
        _("您报的一户核实了（%(no)s）"),
        link=_to_own,
        may_receive=_sees_report,
        kind="answer",
    )
    register(
        "report_closed",
        _("您报的一户有了答复（%(no)s）"),
        link=_to_own,
        may_receive=_sees_report,
        kind="answer",
    )
    register("need_raised", _("有一件需求等您核实（%(no)s）"), link=_to_need, may_receive=_verifies_need)
    register("need_to_match", _("有一件需求等您匹配（%(no)s）"), link=_to_match, may_receive=_matches_need)
    register(
        "need_verified",
        _("您提的需求核实了（%(no)s）"),
        link=_to_followed,
        may_receive=_follows,
        kind="answer",
    )
    register(
        "need_closed", _("您提的需求结束了（%(no)s）"), link=_to_followed, may_receive=_follows, kind="answer"
    )
