"""What the messages of teams say, where they lead, and who may still get them."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.memberships.access import members_visible_to
from partners.memberships.models import Membership
from portal.base import topics
from portal.base.models import OutboxMessage


def _to_hats(message: OutboxMessage) -> str:
    return reverse("portal:hats")


def _to_team(message: OutboxMessage) -> str:
    return reverse("partners:workers")


def _member(user: Any, message: OutboxMessage) -> bool:
    return Membership.objects.filter(Q(user=user) | Q(meant_for=user), no=message.object_no).exists()


def _head(user: Any, message: OutboxMessage) -> bool:
    return members_visible_to(user).filter(no=message.object_no).exists()


TOPICS = (
    ("membership_invited", _("有一家机构邀请您。请看一看，答应或谢绝"), _to_hats, _member),
    ("membership_withdrawn", _("一家机构收回了对您的邀请"), _to_hats, _member),
    ("membership_declined", _("有人谢绝了您的邀请"), _to_team, _head),
    ("membership_expired", _("您发的一个邀请没人答复，已经过期"), _to_team, _head),
    ("membership_begun", _("您加入了一家机构"), _to_hats, _member),
    ("membership_ends", _("您在一家机构的岗位定了结束的日子"), _to_hats, _member),
    ("membership_ended", _("您已离开一家机构"), _to_hats, _member),
)


def register_topics() -> None:
    """Make them known; called once by the app's `ready`."""
    for name, words, link, may_receive in TOPICS:
        topics.register(name, words, link=link, may_receive=may_receive, kind="account")
