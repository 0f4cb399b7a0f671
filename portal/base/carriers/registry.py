"""Who carries what: the carriers of a channel in the order in which they are asked, from the settings."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from portal.base.carriers.aliyun import AliyunSms, AliyunVoice
from portal.base.carriers.letters import Carrier
from portal.base.carriers.sink import Console, Sink
from portal.base.carriers.smtp import Smtp
from portal.base.carriers.tencent import TencentSms
from portal.base.carriers.wechat import WeChat

_MAKERS: dict[str, Callable[[dict[str, Any]], Carrier]] = {
    "sink": lambda given: Sink(),
    "console": lambda given: Console(),
    "aliyun_sms": AliyunSms,
    "aliyun_voice": AliyunVoice,
    "tencent_sms": TencentSms,
    "smtp": Smtp,
    "wechat": WeChat,
}


def carriers_of(channel: str) -> list[Carrier]:
    """The carriers of a channel, first choice first; none where the channel is not connected."""
    return [_MAKERS[given["kind"]](given) for given in settings.CARRIERS.get(channel, [])]


def carries(channel: str) -> bool:
    """Whether anybody carries this channel."""
    return bool(settings.CARRIERS.get(channel))
