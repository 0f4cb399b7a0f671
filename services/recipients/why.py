"""Why a household is open to somebody, in words: the source, the cause, until when, and which fields."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.base.models import OPEN_END
from portal.permissions.roles import ROLES
from services.recipients.access import Reason, explain, windows
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
        return _("地方：这户在%(where)s，归您管") % {"where": reason.where}
    if reason.source == "task":
        return _("任务：%(where)s正在照料这户") % {"where": reason.where}
    return _("本人：这户交给了您")


def _cause(reason: Reason) -> str:
    kind, _colon, no = reason.cause.partition(":")
    words = {
        "post": _("您的任职"),
        "membership": _("您在机构的任职"),
        "task": _("任务 %(no)s") % {"no": no},
        "assignment": _("派给您的任务"),
        "inspection": _("抽查 %(no)s") % {"no": no},
        "referral": _("转办 %(no)s") % {"no": no},
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
            role=str(ROLES[reason.role].label) if reason.role in ROLES else "",
            cause=_cause(reason),
            until=None if reason.valid_to >= OPEN_END else reason.valid_to,
        )
        for reason in found
    ]
    return reasons, [FieldWord(labels[name], words[modes[name]]) for name in FIELDS]
