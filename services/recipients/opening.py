"""Opening one household to one person: a draw, a referral, an assignment, an emergency. Dated, with its cause."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.models import OPEN_END
from portal.base.refused import Refused
from portal.permissions.hats import hats
from services.recipients.access import USED_UNDER, close_file, open_file, role_under
from services.recipients.kin import is_kin
from services.recipients.models import Household


@transaction.atomic
def grant_person(
    *,
    household: Household,
    user: Any,
    cause: str,
    since: datetime,
    until: datetime = OPEN_END,
    by: Any = None,
) -> None:
    """Open a household to a person because of `cause`, such as `inspection:I-1` or `referral:Z-7`.

    For rooms that draw, refer or send. Refused: cause_unknown, ends_before_start, near_kin, no_such_role.
    """
    kind, colon, no = cause.partition(":")
    if kind not in {*USED_UNDER, "assignment"} or not (colon and no):
        raise Refused("cause_unknown", _("打开档案要有依据"))
    if until <= since:
        raise Refused("ends_before_start", _("结束时间要晚于开始时间"))
    now = timezone.now()
    refuse_kin(user, household, now)
    if not role_under(cause, hats(user, now)):
        raise Refused("no_such_role", _("这个人没有这样的岗位，不能看这户"))
    open_file(household, cause=cause, user=user, at=since, until=until)
    record(by, "household.opened_to", household, household=household, person=str(user.uid), cause=cause)


@transaction.atomic
def end_grants(*, cause: str, at: datetime, user: Any = None, by: Any = None) -> int:
    """End what `cause` opened (for `user` alone, if named), from the next request on; history stays."""
    ended = close_file(cause=cause, at=at, user=user)
    if ended:
        record(by, "household.grants_ended", cause=cause, count=ended)
    return ended


def refuse_kin(user: Any, household: Household, at: datetime) -> None:
    """Nobody works for the household of their own kin. Refused: near_kin."""
    if is_kin(user, household.pk, at):
        raise Refused("near_kin", _("这个人登记了是这户的近亲，要回避。请换一个人"))
