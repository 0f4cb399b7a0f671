"""What happened to a household, newest first, in words: changes, steps of its needs, and who looked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.models import AuditEvent
from services.recipients.models import Household
from services.recipients.why import field_labels

SHOWN = 50
WORDS: dict[str, Any] = {
    "household.created": gettext_lazy("建了档案"),
    "household.changed": gettext_lazy("改了档案"),
    "household.paused": gettext_lazy("暂停了档案"),
    "household.resumed": gettext_lazy("恢复了档案"),
    "household.closed": gettext_lazy("注销了档案"),
    "household.health_read": gettext_lazy("看了健康情况"),
    "person.added": gettext_lazy("加了一位家庭成员"),
    "person.changed": gettext_lazy("改了家庭成员资料"),
    "person.number_twice": gettext_lazy("身份证号和别处重复，待县里核对"),
    "person.tekun_set": gettext_lazy("登记了特困供养"),
    "person.tekun_ended": gettext_lazy("结束了特困供养"),
    "person.category_set": gettext_lazy("登记了救助类别"),
    "person.verified": gettext_lazy("记下了上次核查的日期"),
    "person.category_ended": gettext_lazy("结束了救助类别"),
    "person.died": gettext_lazy("登记了去世"),
    "household.reopened": gettext_lazy("档案恢复在册"),
    "household.close_undone": gettext_lazy("改正：档案注销登错了"),
    "ending.undo_asked": gettext_lazy("有人说登错了，要求改正"),
    "ending.kept": gettext_lazy("核对过，没有登错"),
    "person.death_undone": gettext_lazy("改正：去世登错了"),
    "person.category_restored": gettext_lazy("恢复了救助类别"),
    "household.moved": gettext_lazy("搬了家，档案转走"),
    "household.merged": gettext_lazy("并入了另一份档案"),
    "household.split": gettext_lazy("分出了一份档案"),
    "household.placed": gettext_lazy("定了位置"),
    "household.looked_up": gettext_lazy("按地址查了位置"),
    "circle.added": gettext_lazy("加了照料人或联系人"),
    "circle.changed": gettext_lazy("改了照料人或联系人"),
    "circle.ended": gettext_lazy("照料人或联系人到期"),
    "circle.restored": gettext_lazy("恢复了照料人或联系人"),
    "risk.noted": gettext_lazy("记了上门风险"),
    "risk.ended": gettext_lazy("上门风险解除了"),
    "handover.written": gettext_lazy("写了交接"),
    "handover.struck": gettext_lazy("划掉了一条交接"),
    "visits.stopped": gettext_lazy("停了没去的上门"),
    "visits.restored": gettext_lazy("恢复了没到日子的上门"),
    "person.assessed": gettext_lazy("做了自理能力评估"),
    "household.looked_in": gettext_lazy("上门探访"),
    "agreement.drafted": gettext_lazy("写了照料协议草稿"),
    "agreement.changed": gettext_lazy("改了照料协议草稿"),
    "agreement.submitted": gettext_lazy("照料协议送签"),
    "agreement.sent_back": gettext_lazy("照料协议退回修改"),
    "agreement.signed": gettext_lazy("照料协议签好了"),
    "agreement.ended": gettext_lazy("终止了照料协议"),
    "agreement.restored": gettext_lazy("恢复了照料协议"),
    "plan.drafted": gettext_lazy("写了照料计划"),
    "plan.changed": gettext_lazy("改了照料计划"),
    "plan.submitted": gettext_lazy("照料计划交上去批准"),
    "plan.approved": gettext_lazy("照料计划批准了"),
    "plan.sent_back": gettext_lazy("照料计划退回修改"),
    "plan.ended": gettext_lazy("停了照料计划"),
    "plan.restored": gettext_lazy("恢复了照料计划"),
    "review.change_reported": gettext_lazy("报了变化"),
    "review.periodic_opened": gettext_lazy("开始定期核查"),
    "review.proposed": gettext_lazy("核查后提出了结果"),
    "review.sent_back": gettext_lazy("核查退回再看"),
    "review.decided": gettext_lazy("作了书面决定"),
    "review.withdrawn": gettext_lazy("撤销了核查"),
    "report.made": gettext_lazy("报上来了"),
    "report.note_added": gettext_lazy("补充了情况"),
    "report.closed": gettext_lazy("结束了上报"),
    "report.tied": gettext_lazy("上报核实后归到这户"),
    "need.raised": gettext_lazy("提出了需求"),
    "need.verified": gettext_lazy("核实了需求"),
    "need.paused": gettext_lazy("暂停了需求"),
    "need.resumed": gettext_lazy("恢复了需求"),
    "need.closed": gettext_lazy("结束了需求"),
    "need.restored": gettext_lazy("恢复了需求"),
    "offer.sent": gettext_lazy("向服务方派单"),
    "offer.accepted": gettext_lazy("服务方接受了派单"),
    "offer.declined": gettext_lazy("服务方谢绝了派单"),
    "offer.expired": gettext_lazy("派单超时没答复"),
    "offer.withdrawn": gettext_lazy("撤回了派单"),
    "task.assigned": gettext_lazy("派了人上门"),
    "task.planned": gettext_lazy("排了上门日期"),
    "task.paused": gettext_lazy("暂停了任务"),
    "task.resumed": gettext_lazy("恢复了任务"),
    "task.ended": gettext_lazy("终止了任务"),
    "task.restored": gettext_lazy("恢复了任务"),
    "visit.checked_in": gettext_lazy("上门签到"),
    "visit.recorded": gettext_lazy("交了上门记录"),
    "visit.confirmed": gettext_lazy("确认了上门记录"),
    "visit.returned": gettext_lazy("退回上门记录补充"),
    "alert.raised": gettext_lazy("报了紧急情况"),
    "alert.taken": gettext_lazy("接手了紧急情况"),
    "alert.closed": gettext_lazy("处理完紧急情况"),
}


@dataclass(frozen=True)
class Step:
    """One line of a timeline."""

    at: datetime
    by: str
    text: str


def register_words(words: dict[str, Any]) -> None:
    """Let a later room say its own verbs."""
    WORDS.update(words)


def in_words(events: QuerySet[AuditEvent] | list[AuditEvent]) -> list[Step]:
    """Audit rows as lines; grounds are shown, names are only those of the actors."""
    labels = field_labels()
    lines = []
    for event in events:
        text = str(WORDS.get(event.verb, _("有一次办理")))
        if event.verb == "household.unmasked":
            text = _("看了%(field)s") % {"field": labels.get(event.detail.get("field", ""), "")}
        if event.purpose:
            text = _("%(text)s。理由：%(purpose)s") % {"text": text, "purpose": event.purpose}
        lines.append(Step(event.at, event.actor.get_full_name() if event.actor else _("系统"), text))
    return lines


def history_of(household: Household) -> list[Step]:
    """The newest lines about a household."""
    numbers = [household.no, *household.old_numbers.values_list("old_no", flat=True)]
    events = AuditEvent.objects.filter(household_no__in=numbers).select_related("actor", "words")
    return in_words(events.order_by("-at", "-pk")[:SHOWN])


def history_of_record(kind: str, no: str) -> list[Step]:
    """The newest lines about one record."""
    events = AuditEvent.objects.filter(kind=kind, object_no=no).select_related("actor", "words")
    return in_words(events.order_by("-at", "-pk")[:SHOWN])
