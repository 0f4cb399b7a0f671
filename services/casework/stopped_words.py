"""What an ending stopped and what is left to do by hand, in words for a page."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.dates import month_day_words
from services.recipients.care_models import AgreementState, PlanState
from services.recipients.models import CategoryKind, CirclePart, FileEnding
from services.tasks.models import NeedState, TaskState

SHOWN = 12


@dataclass(frozen=True)
class StoppedLine:
    """One kind of thing that ended: what, which, and what a correction does about it."""

    title: str
    what: str
    then: str


def _states(choices: Any) -> Any:
    words = dict(choices)
    return lambda rows: "，".join(f"{no}（{words.get(was, was)}）" for no, was in sorted(rows.items()))


def _kinds(choices: Any) -> Any:
    words = dict(choices)
    return lambda rows: "，".join(
        str(words.get(kind, kind)) + (f" ×{count}" if count > 1 else "")
        for kind, count in sorted(Counter(rows.values()).items())
    )


def _days(rows: dict[str, str]) -> str:
    moments = sorted(timezone.localtime(datetime.fromisoformat(text)) for text in rows.values())
    words = "，".join(f"{month_day_words(each)} {each:%H:%M}" for each in moments[:SHOWN])
    if len(moments) <= SHOWN:
        return words
    return _("%(first)s，等 %(count)d 次") % {"first": words, "count": len(moments)}


def _numbers(rows: dict[str, str]) -> str:
    return "，".join(sorted(rows))


def _kinds_of_stop() -> list[tuple[str, str, Any, str]]:
    """Kind, title, how its rows read, what a correction does."""
    return [
        ("file", _("档案"), lambda rows: _("注销了"), _("恢复在册")),
        ("category", _("救助类别"), _kinds(CategoryKind.choices), _("恢复，中间不断")),
        ("circle", _("照料人、联系人"), _kinds(CirclePart.choices), _("恢复")),
        (
            "agreement",
            _("照料协议"),
            _states(AgreementState.choices),
            _("没到期的恢复生效；没签完的变回草稿"),
        ),
        ("plan", _("照料计划"), _states(PlanState.choices), _("批准过的恢复；没批的变回草稿")),
        ("need", _("需求"), _states(NeedState.choices), _("重新打开")),
        (
            "task",
            _("任务"),
            _states(TaskState.choices),
            _("服务方和合同还有效的，恢复成“待派人”；别的重新派单"),
        ),
        ("visit", _("没去成的上门"), _days, _("不恢复，由机构重新排")),
        ("offer", _("等答复的派单"), _numbers, _("不恢复，重新派单")),
        (
            "sight",
            _("别人看档案的权限"),
            lambda rows: _("%(count)d 项") % {"count": len(rows)},
            _("不恢复，要用的重新办"),
        ),
    ]


def stopped_lines(row: FileEnding) -> list[StoppedLine]:
    """What the ending stopped, kind by kind."""
    return [
        StoppedLine(title, words(rows), then)
        for kind, title, words, then in _kinds_of_stop()
        if (rows := row.stopped.get(kind))
    ]


def hand_lines(row: FileEnding) -> list[str]:
    """What the correction could not bring back, one sentence each; dates together in one."""
    lines = [_sentence(each) for each in row.left if each["kind"] != "visit"]
    gone = [each["no"] for each in row.left if each["kind"] == "visit"]
    if gone:
        days = _days({no: row.stopped["visit"][no] for no in gone if no in row.stopped.get("visit", {})})
        lines.append(_("这些上门没有去，请机构重新排：%(days)s") % {"days": days})
    return lines


def _sentence(left: dict[str, str]) -> str:
    no = left["no"]
    words = {
        ("head", "head"): _("户主已经换了别人。请核对谁当户主"),
        ("category", "clash"): _("“%(no)s”没恢复：现在登记着不能同时有的类别。请核对")
        % {"no": dict(CategoryKind.choices).get(no, no)},
        ("agreement", "over"): _("照料协议 %(no)s 的期限已过，请续签") % {"no": no},
        ("agreement", "clash"): _("照料协议 %(no)s 没恢复：已有另一份。请核对") % {"no": no},
        ("plan", "clash"): _("照料计划 %(no)s 没恢复：已有另一份。请核对") % {"no": no},
        ("need", "clash"): _("需求 %(no)s 没恢复：同样的需求已经另提了一件") % {"no": no},
        ("task", "assign"): _("任务 %(no)s 恢复了，请机构重新派人、排日期") % {"no": no},
        ("task", "rematch"): _("任务 %(no)s 不能恢复：服务方或合同已变，或是志愿者。请重新派单") % {"no": no},
        ("task", "clash"): _("任务 %(no)s 没恢复：需求已另有任务") % {"no": no},
        ("offer", "send"): _("派单 %(no)s 撤回了，请重新派") % {"no": no},
        ("sight", "open"): _("因“%(no)s”看档案的权限没恢复，要用的重新办") % {"no": no},
        ("money", "money"): _("这段时间停发的救助金、照料费，请按规定补发。平台不发钱"),
    }
    return words[left["kind"], left["why"]]
