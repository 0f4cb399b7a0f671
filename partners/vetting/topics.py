"""What the messages of joining, teams and posts say, where they lead, and who may still get them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.memberships.models import Membership
from partners.network.models import Post
from partners.vetting.access import own_applications, visible_to
from portal.base import topics
from portal.base.models import OutboxMessage


def _to_status(message: OutboxMessage) -> str:
    return reverse("join_status")


def _to_desk(message: OutboxMessage) -> str:
    return reverse("partners:vetting_detail", args=[message.object_no])


def _to_me(message: OutboxMessage) -> str:
    return reverse("portal:me")


def _applicant(user: Any, message: OutboxMessage) -> bool:
    return own_applications(user).filter(no=message.object_no).exists()


def _office(user: Any, message: OutboxMessage) -> bool:
    return visible_to(user).filter(no=message.object_no).exists()


def _member(user: Any, message: OutboxMessage) -> bool:
    return Membership.objects.filter(user=user, no=message.object_no).exists()


def _post_holder(user: Any, message: OutboxMessage) -> bool:
    return Post.objects.filter(user=user, uid=message.object_no).exists()


def _oneself(user: Any, message: OutboxMessage) -> bool:
    return str(user.uid) == message.object_no


TOPICS = (
    ("application_received", _("申请 %(no)s 收下了，3 个工作日内答复"), _to_status, _applicant),
    ("application_returned", _("申请 %(no)s 要补材料，请看原因"), _to_status, _applicant),
    ("application_approved", _("申请 %(no)s 通过了"), _to_status, _applicant),
    ("application_refused", _("申请 %(no)s 没通过，请看原因"), _to_status, _applicant),
    ("application_to_check", _("有新申请 %(no)s 等您审核"), _to_desk, _office),
    ("application_to_decide", _("申请 %(no)s 初审过了，等您审批"), _to_desk, _office),
    ("join_repeated", _("有人用您的手机号报名。是您本人，请登录后再报名"), _to_status, _oneself),
    ("membership_begun", _("您加入了一家机构"), _to_me, _member),
    ("membership_ended", _("您已离开一家机构"), _to_me, _member),
    ("post_given", _("您有了一个新岗位"), _to_me, _post_holder),
)


# What is not work that waits for somebody.
KINDS = {
    **dict.fromkeys(("application_received", "application_approved", "application_refused"), "answer"),
    **dict.fromkeys(("join_repeated", "membership_begun", "membership_ended", "post_given"), "account"),
}


def register_topics() -> None:
    """Make them known; called once by the app's `ready`."""
    for name, words, link, may_receive in TOPICS:
        topics.register(name, words, link=link, may_receive=may_receive, kind=KINDS.get(name, "work"))
