"""What the messages about accounts say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.heads import heads_of
from portal.accounts.models import User
from portal.base import topics
from portal.base.carriers.models import Kind
from portal.base.models import OutboxMessage


def _person(message: OutboxMessage) -> User | None:
    return User.objects.filter(uid=message.object_no).first()


def _oneself(user: Any, message: OutboxMessage) -> bool:
    return str(user.uid) == message.object_no


def _head(user: Any, message: OutboxMessage) -> bool:
    person = _person(message)
    return person is not None and user in heads_of(person, timezone.now())


def _told(user: Any, message: OutboxMessage) -> bool:
    """Chosen when the account was closed; who it was stands in the team's list alone."""
    return bool(user.pk == message.receiver_id)


def _to_devices(message: OutboxMessage) -> str:
    return reverse("usersessions_list")


def _to_reset(message: OutboxMessage) -> str:
    person = _person(message)
    return reverse("portal:reset_person", args=[person.username]) if person else _to_desk(message)


def _to_desk(message: OutboxMessage) -> str:
    return reverse("portal:landing")


TOPICS = (
    ("phone_lost", _("您的账号报了手机丢失，别处都退出了。不是您报的，请马上改密码"), _to_devices, _oneself),
    ("phone_lost_of", _("您管的一位成员报了手机丢失。请打电话核对，要重设就给他一个链接"), _to_reset, _head),
    ("phone_changed", _("您登录用的手机号换了。不是您换的，请马上找管您的人"), _to_devices, _oneself),
    ("phone_changed_of", _("您管的一位成员换了登录用的手机号"), _to_reset, _head),
    ("account_closed_of", _("您管的一位成员注销了账号，请看看人手够不够"), _to_desk, _told),
)


def register_topics() -> None:
    """Called once by the app's `ready`."""
    for name, words, link, may_receive in TOPICS:
        topics.register(name, words, link=link, may_receive=may_receive, kind=Kind.ACCOUNT)
