"""The reasons of the protocol in words for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "revoked_since": _("上门时还归他去，后来换了人、收回了，或机构停用了"),
    "outside_assignment": _("上门那时候没派他去"),
    "after_cancellation": _("任务取消以后才上的门"),
    "no_ticket": _("没有这次上门的凭证"),
    "unknown_target": _("没有凭证，也看不出该不该他去"),
    "other_author": _("不是本人登录交的，手机也没有签名"),
    "device_lost": _("这部手机已经报丢或停用"),
    "deposited": _("没有登录，凭手机里存的凭证交来的"),
    "recipient_state": _("这户已经去世、注销，或不在册"),
    "recipient_erased": _("这户的资料已经删除"),
    "second_visit": _("这次上门已经有一份记录"),
    "other_content": _("同一份记录传了两次，内容不一样"),
    "before_visit": _("补充先到了，原来的记录没有来"),
    "hard_conflict": _("同一处补了两次，说法不一样"),
    "confirmed_before": _("记录已经确认，之后又补充"),
    "unknown_version": _("补充的是还没见过的版本"),
    "withdrawn": _("上门的人说这份不算"),
    "unknown_form": _("清单的版本认不出"),
    "invalid": _("内容不完整，或有不能用的"),
    "server_error": _("网站处理时出了错"),
    "uid_taken": _("编号已用在别处"),
    "wrong_state": _("记录已经确认，不能再改"),
    "already_recorded": _("这次上门已经有一份记录"),
}


def words_of(reason: str) -> str:
    """The reason in words; the code itself where there are none."""
    return str(WORDS.get(reason, reason))
