"""Why a household is open to somebody, in words: the source, the cause, until when, and which fields."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.base.models import OPEN_END
from portal.permissions.roles import ROLES
from services.recipients.access import EMERGENCY, Reason, explain, windows
from services.recipients.fields import FIELDS, shown
from services.recipients.models import Household


@dataclass(frozen=True)
class Why:
    """One reason in words. `until` is None where it stands until it is ended."""

    source: str
    role: str
    cause: str
    until: datetime | None


@dataclass(frozen=True)
class FieldWord:
    """One field and how it shows."""

    label: str
    how: str


def field_labels() -> dict[str, str]:
    """The fields by their names on pages."""
    return {
        "name": _("姓名"),
        "id_number": _("身份证号"),
        "phone": _("电话"),
        "address": _("门牌地址"),
        "self_care": _("自理能力"),
        "health": _("健康情况"),
        "photos": _("照片"),
        "position": _("位置"),
        "category": _("救助类别"),
        "circle": _("照料人和联系人"),
        "risk": _("上门风险"),
    }


def _modes() -> dict[str, str]:
    return {
        "C": _("直接看到"),
        "M": _("只看到遮住的样子"),
        "D": _("点一下能看，会留记录"),
        "D*": _("写明理由才能看，会留记录"),
        "-": _("看不到"),
    }


def _source(reason: Reason) -> str:
    if reason.source == "place":
        return _("地方：这户在%(where)s") % {"where": reason.where}
    if reason.source == "task":
        return _("任务：%(where)s正在照料这户") % {"where": reason.where}
    return _("本人：单独给这个人开的")


def role_in_words(role: str) -> str:
    """As what somebody sees."""
    if role == EMERGENCY:
        return _("紧急查看")
    return str(ROLES[role].label) if role in ROLES else ""


def cause_in_words(cause: str) -> str:
    """Because of what a file is open, for the one who sees and for those who ask about them."""
    kind, _colon, no = cause.partition(":")
    words = {
        "post": _("任职"),
        "membership": _("在机构的任职"),
        "task": _("任务 %(no)s") % {"no": no},
        "assignment": _("派到这户上门"),
        "inspection": _("抽查 %(no)s") % {"no": no},
        "referral": _("转办 %(no)s") % {"no": no},
        "emergency": _("紧急查看 %(no)s") % {"no": no},
    }
    return words.get(kind, _("一次授权"))


def reasons_in_words(user: Any, household: Household, at: datetime) -> tuple[list[Why], list[FieldWord]]:
    """Every reason why the door is open, and how each field shows for them together."""
    found = explain(user, household)
    window = windows(user, [household], at)[household.pk]
    modes = shown(found, window).modes
    labels, words = field_labels(), _modes()
    reasons = [
        Why(
            source=_source(reason),
            role=role_in_words(reason.role),
            cause=cause_in_words(reason.cause),
            until=None if reason.valid_to >= OPEN_END else reason.valid_to,
        )
        for reason in found
    ]
    return reasons, [FieldWord(labels[name], words[modes[name]]) for name in FIELDS]
