"""Who answers for a guide is told on the day on which a document it cites is replaced."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from content.guides.models import GuidePage, GuideStatement
from content.guides.superseded import successions_on
from content.pages.editors import GROUP
from portal.base import topics
from portal.base.models import OutboxMessage
from portal.base.outbox import post
from portal.base.worker import Job, register
from portal.models import User

TOPIC = "guide_superseded"


def flag_superseded(on: date | None = None) -> None:
    """Tell each guide's owner once for each of its documents that has been replaced; every editor where it has none."""
    steps = {step.older.document_number: step for step in successions_on(on or timezone.localdate())}
    pairs = GuideStatement.objects.filter(document__in=steps).order_by().values_list("page", "document")
    cited = set(pairs.distinct())
    guides = GuidePage.objects.select_related("owner").in_bulk([pk for pk, _number in cited])
    editors = list(User.objects.filter(groups__name=GROUP, is_active=True))
    with transaction.atomic():
        for pk, number in sorted(cited):
            _tell(guides[pk], steps[number].pk, editors)


def _tell(guide: GuidePage, step: int, editors: Iterable[Any]) -> None:
    owner = guide.owner
    answers = owner is not None and owner.is_active and guide.permissions_for_user(owner).can_edit()
    for person in [owner] if answers else editors:
        post(person, TOPIC, guide, dedupe=f"{TOPIC}:{guide.no}:{step}:{person.pk}")


def _to_editor(message: OutboxMessage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[message.object_no])


def _may_edit(user: Any, message: OutboxMessage) -> bool:
    guide = GuidePage.objects.filter(pk=message.object_no).first()
    return guide is not None and bool(guide.permissions_for_user(user).can_edit())


def register_flagging() -> None:
    """Make the message and the hourly job known; called once by the app's `ready`."""
    words = _("一篇办事指南引用的文件有了新版，请核对后改写（页面 %(no)s）")
    topics.register(TOPIC, words, link=_to_editor, may_receive=_may_edit)
    register(
        Job(
            "content.superseded_guides",
            flag_superseded,
            every=timedelta(hours=1),
            has_work=lambda: successions_on(timezone.localdate()).exists(),
        )
    )
