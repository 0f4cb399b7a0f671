"""Declaring near kin: from that moment the file is shut to the person, and nobody sends them there."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.models import OPEN_END
from portal.base.refused import Refused
from portal.models import User
from services.recipients.models import Household
from services.recipients.sight import KinTie

DECLARE = "services.declare_kin"


@transaction.atomic
def declare_kin(*, by: Any, household: Household, username: str, at: datetime) -> KinTie:
    """Note that a person who works here is near kin of this household; works from the next request on.

    Refused: person_unknown, declared_already.
    """
    person = User.objects.filter(username=username.strip(), is_active=True).first()
    if person is None:
        raise Refused("person_unknown", _("没有这个登录名，请再核一遍"), field="username")
    try:
        with transaction.atomic():
            tie = KinTie.objects.create(user=person, household=household, declared_by=by, valid_from=at)
    except IntegrityError:
        raise Refused("declared_already", _("这个人已经登记过了"), field="username") from None
    record(by, "household.kin_declared", household, household=household, person=str(person.uid))
    return tie


@transaction.atomic
def end_kin(*, by: Any, tie: KinTie, at: datetime) -> None:
    """The tie no longer stands; never decided by the person concerned. Refused: own_tie, ended."""
    if tie.user_id == by.pk or (by.identity_id is not None and tie.user.identity_id == by.identity_id):
        raise Refused("own_tie", _("自己的回避，要请别人来解除"))
    won = KinTie.objects.filter(pk=tie.pk, valid_to=OPEN_END).update(valid_to=at, ended_by=by, updated_at=at)
    if not won:
        raise Refused("ended", _("已经解除了"))
    record(by, "household.kin_ended", tie.household, household=tie.household, person=str(tie.user.uid))
