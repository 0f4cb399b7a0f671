"""Every text that leaves the house, in one table: no name, no address, no reason.

Gateways carry only texts that were registered with them before, by a number of theirs
(`ALIYUN_SMS_TEMPLATES` and the like name it for each template here). What is filled in is digits or a
record number and nothing else, so no name can slip in.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What may be filled in, by the name of the place.
FILLINGS: dict[str, re.Pattern[str]] = {
    "code": re.compile(r"[0-9]{4,8}"),
    "minutes": re.compile(r"[0-9]{1,3}"),
    "count": re.compile(r"[0-9]{1,5}"),
}
# Those that open something: whoever reads them can act, so they are kept nowhere in real use.
SECRET = frozenset({"code"})


@dataclass(frozen=True)
class MessageTemplate:
    """A text and the order of what is filled in. `short_lived` ones are worth nothing after a few minutes."""

    words: Promise
    params: tuple[str, ...] = ()
    short_lived: bool = False


TEMPLATES: dict[str, MessageTemplate] = {
    "login_code": MessageTemplate(
        _("登录验证码 %(code)s，%(minutes)s 分钟内有效。不是您本人在登录，就不用管。谁要都别给"),
        ("code", "minutes"),
        short_lived=True,
    ),
    "phone_code": MessageTemplate(
        _("换手机号的验证码 %(code)s，%(minutes)s 分钟内有效。谁要都别给"),
        ("code", "minutes"),
        short_lived=True,
    ),
    "reset_code": MessageTemplate(
        _("重设密码的验证码 %(code)s，%(minutes)s 分钟内有效。不是您本人，请马上告诉民政部门"),
        ("code", "minutes"),
        short_lived=True,
    ),
    "phone_changed": MessageTemplate(_("您登录用的手机号换了。不是您本人换的，请马上告诉民政部门")),
    "device_new": MessageTemplate(_("您的账号在一台新设备上登录了。不是您本人，请马上改密码")),
    "notice_danger": MessageTemplate(_("有紧急情况要您马上处理，请现在就登录看")),
    "notice_work": MessageTemplate(_("有一件事等您办，请登录看")),
    "notice_answer": MessageTemplate(_("您的一件事有了结果，请登录看")),
    "notice_account": MessageTemplate(_("您的账号或岗位有变化，请登录看")),
    "digest": MessageTemplate(_("您有 %(count)s 条消息还没看，请登录看"), ("count",)),
}


def check_params(template: str, params: dict[str, str]) -> None:
    """What is filled in fits its place, and nothing is missing or too much. Raises LookupError, ValueError."""
    known = TEMPLATES[template]
    if set(params) != set(known.params):
        raise ValueError(f"{template} takes {known.params}, not {sorted(params)}")
    for name, value in params.items():
        if not FILLINGS[name].fullmatch(value):
            raise ValueError(f"{template}: {name} does not fit its place")


def words_of(template: str, params: dict[str, str]) -> str:
    """The finished text in the language that is active now. Raises LookupError, ValueError."""
    check_params(template, params)
    return f"【{settings.SITE_NAME}】{str(TEMPLATES[template].words) % params}"


def hidden_words(template: str, params: dict[str, str]) -> str:
    """The same with stars for what opens something: for rows and logs of real use."""
    check_params(template, params)
    starred = {name: "*" * len(value) if name in SECRET else value for name, value in params.items()}
    return f"【{settings.SITE_NAME}】{str(TEMPLATES[template].words) % starred}"
