"""One list of words and colours for states: tags, filters and exports read it here."""

from typing import Any

from django.utils.translation import gettext_lazy as _

STATUS: dict[str, dict[str, tuple[Any, str]]] = {
    "household": {
        "active": (_("在册"), "green"),
        "paused": (_("暂停"), "purple"),
        "closed": (_("已注销"), "grey"),
    },
    "import": {
        "mapping": (_("等对列名"), "blue"),
        "checking": (_("正在检查"), "blue"),
        "checked": (_("等您确认"), "amber"),
        "applying": (_("正在导入"), "blue"),
        "done": (_("导入完了"), "green"),
        "stopped": (_("停下了"), "grey"),
    },
    "certificate_request": {
        "asked": (_("等着开"), "amber"),
        "issued": (_("开好了"), "green"),
        "refused": (_("没开"), "purple"),
        "withdrawn": (_("自己撤回"), "grey"),
    },
    "discovery": {
        "open": (_("待核对"), "amber"),
        "begun": (_("已上报核实"), "blue"),
        "dismissed": (_("核对过，不是"), "grey"),
        "lapsed": (_("情况变了"), "grey"),
    },
    "discovery_run": {
        "queued": (_("排着队"), "grey"),
        "running": (_("正在查"), "blue"),
        "done": (_("查完了"), "green"),
    },
    "export": {
        "waiting": (_("等第二个人同意"), "amber"),
        "queued": (_("正在生成"), "blue"),
        "ready": (_("可以下载"), "green"),
        "refused": (_("没同意"), "purple"),
        "failed": (_("没生成"), "red"),
        "gone": (_("已过期"), "grey"),
    },
    "self_care": {
        "able": (_("自理"), "green"),
        "partial": (_("半失能"), "amber"),
        "unable": (_("失能"), "red"),
        "not_assessed": (_("没评估"), "grey"),
    },
    "sight": {
        "open": (_("等复核"), "amber"),
        "justified": (_("有道理"), "green"),
        "not_justified": (_("没道理"), "red"),
    },
    "standard_change": {
        "proposed": (_("等第二个人同意"), "amber"),
        "published": (_("已公布"), "green"),
        "refused": (_("没同意"), "purple"),
        "withdrawn": (_("已撤回"), "grey"),
    },
    "report": {
        "received": (_("待核实"), "blue"),
        "verified": (_("已核实"), "green"),
        "closed": (_("已结束"), "grey"),
    },
    "need": {
        "to_verify": (_("待核实"), "blue"),
        "to_match": (_("待匹配"), "amber"),
        "offered": (_("已派单"), "blue"),
        "placed": (_("已落实"), "green"),
        "paused": (_("暂停"), "purple"),
        "closed": (_("已结束"), "grey"),
    },
    "offer": {
        "waiting": (_("待答复"), "blue"),
        "accepted": (_("已接受"), "green"),
        "declined": (_("已谢绝"), "purple"),
        "expired": (_("已超时"), "red"),
        "withdrawn": (_("已撤回"), "grey"),
    },
    "task": {
        "unassigned": (_("待派人"), "amber"),
        "live": (_("进行中"), "teal"),
        "paused": (_("暂停"), "purple"),
        "ended": (_("已终止"), "grey"),
    },
    "planned_visit": {
        "planned": (_("待上门"), "grey"),
        "next": (_("下一户"), "teal"),
        "under_way": (_("服务中"), "teal"),
        "recorded": (_("已提交"), "blue"),
        "missed": (_("漏访"), "red"),
        "cancelled": (_("已取消"), "grey"),
    },
    "decision": {
        "submitted": (_("已提交"), "blue"),
        "confirmed": (_("已确认"), "green"),
        "returned": (_("退回补充"), "purple"),
        "flagged": (_("有情况"), "red"),
    },
    "application": {
        "draft": (_("草稿"), "grey"),
        "submitted": (_("待审核"), "blue"),
        "returned": (_("要补材料"), "purple"),
        "approved": (_("已通过"), "green"),
        "refused": (_("没通过"), "red"),
        "withdrawn": (_("已撤回"), "grey"),
    },
    "standing": {
        "not_yet": (_("还没齐"), "grey"),
        "valid": (_("有效"), "green"),
        "lapsing": (_("快到期"), "amber"),
        "lapsed": (_("已过期"), "red"),
        "suspended": (_("已停用"), "grey"),
    },
    "requirement": {
        "valid": (_("有效"), "green"),
        "lapsing": (_("快到期"), "amber"),
        "lapsed": (_("已过期"), "red"),
        "missing": (_("还没交"), "grey"),
        "coming": (_("还没开始"), "grey"),
        "waiting": (_("等审核"), "blue"),
        "refused": (_("没认可"), "purple"),
    },
    "bank": {
        "asked": (_("等核对"), "blue"),
        "confirmed": (_("在用"), "green"),
        "refused": (_("没认可"), "purple"),
        "replaced": (_("已换掉"), "grey"),
    },
    "paper": {
        "handed_in": (_("等审核"), "blue"),
        "accepted": (_("已认可"), "green"),
        "refused": (_("没认可"), "purple"),
    },
    "contract": {
        "draft": (_("草稿"), "grey"),
        "live": (_("履行中"), "teal"),
        "paused": (_("暂停"), "purple"),
        "lapsing": (_("快到期"), "amber"),
        "lapsed": (_("已到期"), "grey"),
        "ended": (_("已终止"), "grey"),
    },
    "agreement": {
        "draft": (_("草稿"), "grey"),
        "to_sign": (_("待签字"), "blue"),
        "live": (_("生效"), "green"),
        "lapsing": (_("快到期"), "amber"),
        "lapsed": (_("已到期"), "grey"),
        "ended": (_("已终止"), "grey"),
    },
    "plan": {
        "draft": (_("草稿"), "grey"),
        "submitted": (_("待批准"), "blue"),
        "approved": (_("已批准"), "green"),
        "replaced": (_("已换新"), "grey"),
        "ended": (_("已停"), "grey"),
    },
    "review": {
        "received": (_("待核查"), "blue"),
        "proposed": (_("待决定"), "amber"),
        "decided": (_("已决定"), "green"),
        "withdrawn": (_("已撤销"), "grey"),
    },
    "correction": {
        "asked": (_("等答复"), "blue"),
        "accepted": (_("改好了"), "green"),
        "refused": (_("没改"), "purple"),
        "withdrawn": (_("已撤回"), "grey"),
    },
    "certificate": {
        "issued": (_("有效"), "green"),
        "revoked": (_("已作废"), "red"),
    },
    "validity": {
        "in_force": (_("现行有效"), "green"),
        "amended": (_("已修订"), "amber"),
        "repealed": (_("已废止"), "grey"),
        "lapsed": (_("已失效"), "grey"),
        "unconfirmed": (_("效力待确认"), "amber"),
    },
}


def status_word(kind: str, code: str) -> tuple[Any, str]:
    """The word and the colour of a state; an unknown one is a fault of the caller (KeyError)."""
    return STATUS[kind][code]
