"""Who can be sent: consent, papers, insurance, room for one household more, and company where the rule asks for it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from partners.vetting.standing_queries import standing_of
from partners.volunteers.models import Volunteer
from portal.base.periods import local_date
from portal.base.refused import Refused
from portal.base.row_security import beyond
from services.consents.queries import said_no
from services.tasks.access import volunteers_near
from services.tasks.company import refuse_alone_in_a_home
from services.tasks.cover import refuse_uncovered
from services.tasks.models import Assignment, AssignmentPart, Need

# The category of consent without which nobody is sent.
IDENTITY = "member_identity"


def refuse_without_consent(user: Any, part: str) -> None:
    """Whoever took back the consent to the use of their identity gets no new task. Refused: consent_withdrawn."""
    if said_no(IDENTITY, user=user):
        raise Refused(
            "consent_withdrawn",
            _("这个人不同意再用自己的身份资料，不能派新任务。请另选一位"),
            "volunteer" if part == AssignmentPart.COMPANION else "worker",
        )


def check_volunteer(need: Need, volunteer: Volunteer, at: datetime) -> None:
    """Approved, of this township, with papers and insurance in order, and with room for one household more.

    Refused: volunteer_not_near, consent_withdrawn, papers_lacking, not_insured, volunteer_full.
    """
    if not volunteers_near(need).filter(pk=volunteer.pk).exists():
        raise Refused("volunteer_not_near", _("请选本乡镇已通过审核的志愿者"), "volunteer")
    refuse_without_consent(volunteer.user, AssignmentPart.COMPANION)
    if not standing_of(volunteer, at, need.service).holds:
        raise Refused(
            "papers_lacking", _("这位志愿者有材料过期或没齐，不能派新任务。请另选一位"), "volunteer"
        )
    refuse_uncovered(need, volunteer, local_date(at))
    if is_full(volunteer, loads([volunteer.user_id], at)):
        raise Refused("volunteer_full", _("这位志愿者手上已满，请另选一位"), "volunteer")


def loads(users: Iterable[int], at: datetime) -> dict[int, int]:
    """How many tasks each of these people has in hand, in one query."""
    with beyond("counts"):
        rows = (
            Assignment.objects.filter(user__in=list(users), valid_from__lte=at, valid_to__gt=at)
            .order_by()
            .values_list("user_id")
            .annotate(Count("task", distinct=True))
        )
        return dict(rows)


def is_full(volunteer: Volunteer, load: dict[int, int]) -> bool:
    """Whether the volunteer has as many tasks in hand as they take."""
    room = volunteer.provider.capacity if volunteer.provider is not None else 1
    return load.get(volunteer.user_id, 0) >= room


def check_company(need: Need, volunteer: Volunteer, companion: Volunteer | None, at: datetime) -> None:
    """Whether these two, or the one alone, may go. Refused: same_person, and what `check_volunteer` and `refuse_alone` say."""
    if companion is not None:
        if companion.pk == volunteer.pk:
            raise Refused("same_person", _("一起去的要是另一位"), "companion")
        check_volunteer(need, companion, at)
    refuse_alone_in_a_home(need, volunteer, companion, at)
