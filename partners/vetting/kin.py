"""An applicant names kin who work where the application is decided: those people are barred, whoever else can decides.

行政许可法 and 公务员法 (任职回避、公务回避): nobody decides in the matter of a near relative. The applicant is told the same
whether or not the name is known here, so that nobody learns who works in an office by asking.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.access import office_holders
from partners.network.models import Region
from partners.vetting.access import CHECK, DECIDE, bears, objection, plain_name
from partners.vetting.lifecycle import OFFICES, OPEN
from partners.vetting.models import Application, ApplicationKin, ApplicationRecusal, RecusalCause
from portal.base.audit import record
from portal.base.outbox import post
from portal.base.refused import Refused

MOST = 3
SHOWN = 8


@transaction.atomic
def declare_kin(
    *, application: Application, name: str, by: Any, at: datetime | None = None
) -> ApplicationKin:
    """The applicant says that a person of this name, who works at the office, is kin. It stands until the end.

    Refused: not_yours, wrong_state, name_empty, declared_already, too_many.
    """
    at = at or timezone.now()
    if application.applicant_id != by.pk:
        raise Refused("not_yours", _("这不是您的申请"))
    if application.state not in OPEN:
        raise Refused("wrong_state", _("这份申请已经办完了"))
    if not plain_name(name):
        raise Refused("name_empty", _("请写姓名"), field="name")
    known = [plain_name(row.name) for row in application.kin.all()]
    if plain_name(name) in known:
        raise Refused("declared_already", _("这个人您已经写过了"), field="name")
    if len(known) >= MOST:
        raise Refused("too_many", _("最多写 3 个人。还有的，请打电话告诉县民政局"), field="name")
    row = ApplicationKin.objects.create(application=application, name=name.strip())
    barred = _bar(application, row, at)
    record(by, "application.kin_declared", application, barred=len(barred))
    if barred and application.submitted_at is not None and application.state == "submitted":
        for person in office_of_case(application, at):
            if not bears(person, row):
                post(person, "application_left", application)
    return row


def _bar(application: Application, row: ApplicationKin, at: datetime) -> list[Any]:
    """A row of standing aside for each person of the office with that name, read by the deciding statement."""
    barred = [person for person in office_of_case(application, at) if bears(person, row)]
    for person in barred:
        ApplicationRecusal.objects.get_or_create(
            application=application, user=person, defaults={"at": at, "cause": RecusalCause.DECLARED}
        )
    return barred


def office_of_case(application: Application, at: datetime) -> list[Any]:
    """Everybody whose post may take some step here, in a fixed order."""
    county = Region.objects.get(path=application.township.path[:4])
    people = office_holders(CHECK, application.township, at) | office_holders(DECIDE, county, at)
    return list(people.select_related("identity").order_by("pk"))


def who_may(application: Application, at: datetime) -> list[Any]:
    """The people who can take a step now, for those who cannot: at most eight."""
    found = [
        person
        for person in office_of_case(application, at)
        if any(objection(person, application, verb) is None for verb in sorted(OFFICES))
    ]
    return found[:SHOWN]
