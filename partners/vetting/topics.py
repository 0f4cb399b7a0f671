"""What the messages of joining and posts say, where they lead, and who may still get them."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.network.models import Post
from partners.providers.models import Provider, ProviderSuspension
from partners.vetting.access import own_applications, visible_to
from partners.vetting.paper_models import Paper
from partners.vetting.paper_queries import paper_view
from partners.vetting.parties import desk_papers, desk_providers, party_of_paper
from partners.vetting.supervising import heads_of
from partners.volunteers.models import Volunteer
from portal.base import topics
from portal.base.models import OutboxMessage
from portal.permissions.hats import places_for


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


def _to_hats(message: OutboxMessage) -> str:
    return reverse("portal:hats")


def _to_network(message: OutboxMessage) -> str:
    return reverse("partners:network")


def _post_giver(user: Any, message: OutboxMessage) -> bool:
    return Post.objects.filter(appointed_by=user, uid=message.object_no).exists()


def _post_holder(user: Any, message: OutboxMessage) -> bool:
    return Post.objects.filter(Q(user=user) | Q(meant_for=user), uid=message.object_no).exists()


def _oneself(user: Any, message: OutboxMessage) -> bool:
    return str(user.uid) == message.object_no


def _to_papers(message: OutboxMessage) -> str:
    return reverse("partners:my_papers")


def _to_paper(message: OutboxMessage) -> str:
    return reverse("partners:paper", args=[message.object_no])


def _to_requirements(message: OutboxMessage) -> str:
    return reverse("partners:requirements")


def _to_partner(message: OutboxMessage) -> str:
    return reverse("partners:partner", args=[message.object_no])


def _to_bank(message: OutboxMessage) -> str:
    return reverse("partners:own_bank")


def _bank_desk(user: Any, message: OutboxMessage) -> bool:
    return desk_providers(user).filter(no=message.object_no).exists()


def _paper_desk(user: Any, message: OutboxMessage) -> bool:
    row = desk_papers(user).filter(no=message.object_no).first()
    return row is not None and paper_view(user, row, timezone.localdate()) is not None


def _paper_owner(user: Any, message: OutboxMessage) -> bool:
    row = Paper.objects.filter(no=message.object_no).first()
    if row is None:
        return False
    party = party_of_paper(row)
    return row.handed_in_by_id == user.pk or (party.user is not None and party.user.pk == user.pk)


def _stopped(user: Any, message: OutboxMessage) -> bool:
    row = ProviderSuspension.objects.filter(uid=message.object_no).select_related("provider").first()
    return row is not None and _answers_for(user, row.provider)


def _head(user: Any, message: OutboxMessage) -> bool:
    row = Provider.objects.filter(no=message.object_no).first()
    return row is not None and _answers_for(user, row)


def _answers_for(user: Any, provider: Provider) -> bool:
    if Volunteer.objects.filter(user=user, provider=provider).exists():
        return True
    return any(person.pk == user.pk for person in heads_of(provider))


def _oneself_or_head(user: Any, message: OutboxMessage) -> bool:
    return _head(user, message) or Volunteer.objects.filter(user=user, no=message.object_no).exists()


def _setter(user: Any, message: OutboxMessage) -> bool:
    return bool(places_for(user, "partners.set_requirement"))


TOPICS = (
    ("application_received", _("申请 %(no)s 收下了，3 个工作日内答复"), _to_status, _applicant),
    ("application_returned", _("申请 %(no)s 要补材料，请看原因"), _to_status, _applicant),
    ("application_approved", _("申请 %(no)s 通过了"), _to_status, _applicant),
    ("application_refused", _("申请 %(no)s 没通过，请看原因"), _to_status, _applicant),
    ("application_to_check", _("有新申请 %(no)s 等您审核"), _to_desk, _office),
    ("application_to_decide", _("申请 %(no)s 初审过了，等您审批"), _to_desk, _office),
    ("application_withdrawn", _("申请 %(no)s 撤回了，不用再办"), _to_desk, _office),
    ("bank_to_confirm", _("有机构换收款账户，等您核对"), _to_partner, _bank_desk),
    ("bank_answered", _("收款账户核对过了，请看结果"), _to_bank, _head),
    ("application_left", _("申请 %(no)s 有人回避了，请您来办"), _to_desk, _office),
    ("paper_to_decide", _("有新材料 %(no)s 等您审核"), _to_paper, _paper_desk),
    ("paper_accepted", _("您的一份材料认可了"), _to_papers, _paper_owner),
    ("paper_refused", _("您的一份材料没认可，请看原因"), _to_papers, _paper_owner),
    ("provider_suspended", _("您或您的机构被停用，请看原因"), _to_papers, _stopped),
    ("provider_freed", _("停用结束了"), _to_papers, _stopped),
    ("register_written", _("县民政局更新了您机构的登记内容"), _to_papers, _head),
    ("requirements_changed", _("准入要求改好了"), _to_requirements, _setter),
    ("standing_lapsing", _("您的资格快到期了，请看缺什么"), _to_papers, _oneself_or_head),
    ("standing_lapsed", _("您的资格已过期，不能接新任务"), _to_papers, _oneself_or_head),
    ("join_repeated", _("有人用您的手机号报名。是您本人，请登录后再报名"), _to_status, _oneself),
    ("post_given", _("您有了一个新岗位"), _to_me, _post_holder),
    ("post_offered", _("有一个岗位请您来做。请看一看，答应或谢绝"), _to_hats, _post_holder),
    ("post_declined", _("有人谢绝了您给的岗位"), _to_network, _post_giver),
    ("post_ends", _("您的一个岗位定了结束的日子"), _to_me, _post_holder),
    ("post_ended", _("您的一个岗位结束了"), _to_me, _post_holder),
)


# What is not work that waits for somebody.
KINDS = {
    **dict.fromkeys(("application_received", "application_approved", "application_refused"), "answer"),
    **dict.fromkeys(
        ("join_repeated", "post_given", "post_offered", "post_declined", "post_ends", "post_ended"), "account"
    ),
}


def register_topics() -> None:
    """Make them known; called once by the app's `ready`."""
    for name, words, link, may_receive in TOPICS:
        topics.register(name, words, link=link, may_receive=may_receive, kind=KINDS.get(name, "work"))
