"""Look for people whom a published rule may fit, and answer what was found. A person decides, never the rule."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Region
from portal.base.audit import record
from portal.base.models import record_number
from portal.base.refused import Refused
from services.discovery.access import discoveries_of, may_run_in
from services.discovery.lifecycle import DISCOVERY
from services.discovery.missing import LOOKED_FOR
from services.discovery.models import Discovery, DiscoveryRun
from services.intake.actions import make_report

LEAST_REASON = 2


@transaction.atomic
def ask_run(*, by: Any, region: Region) -> DiscoveryRun:
    """Have the rules asked of every household of a place. Refused: not_your_area, already_running."""
    if not may_run_in(by, region):
        raise Refused("not_your_area", _("这个地方不归您查，请另选"), field="region")
    try:
        with transaction.atomic():
            run = DiscoveryRun.objects.create(no=record_number("FR"), region=region, asked_by=by)
    except IntegrityError:
        raise Refused("already_running", _("这个地方正在查，等它查完再来"), field="region") from None
    record(by, "discovery.asked", run, region=region.code)
    return run


def _answer(row: Discovery, verb: str, *, by: Any, version: int, at: datetime, **more: Any) -> None:
    """Take the step if the version still holds and `by` may answer there, in one statement."""
    DISCOVERY.step(row.state, verb)
    mine = discoveries_of(by, to="answer").values("pk")
    won = Discovery.objects.filter(
        pk=row.pk, pk__in=mine, version=version, state__in=DISCOVERY.sources(verb)
    ).update(
        state=DISCOVERY.moves[verb].target, version=F("version") + 1, updated_at=at,
        answered_by=by, answered_at=at, **more,
    )  # fmt: skip
    if not won:
        raise Refused("stale", _("这条刚被别人办过，请看现在的情况再定"))


@transaction.atomic
def report_discovery(*, by: Any, row: Discovery, version: int, at: datetime | None = None) -> Discovery:
    """It may be true: a report begins the usual way of verifying. Refused: stale, wrong_state, not_your_area."""
    at = at or timezone.now()
    words = _("政策找人查到：可能符合“%(help)s”。住户 %(no)s，请核实。") % {
        "help": row.get_help_display(), "no": row.household.no,
    }  # fmt: skip
    report = make_report(
        by=by,
        region=row.household.region,
        trouble=LOOKED_FOR[row.help].trouble,
        person_name=row.person.name,
        words=words,
        at=at,
    )
    _answer(row, "report", by=by, version=version, at=at, report=report)
    record(by, "discovery.reported", row, household=row.household, report=report.no)
    row.refresh_from_db()
    return row


@transaction.atomic
def dismiss_discovery(
    *, by: Any, row: Discovery, version: int, reason: str, at: datetime | None = None
) -> Discovery:
    """Somebody looked and it is not so; the same facts are not asked again. Refused: reason_empty, stale, wrong_state."""
    at = at or timezone.now()
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise Refused("reason_empty", _("请写明看到了什么、为什么不是"), field="reason")
    _answer(row, "dismiss", by=by, version=version, at=at)
    row.refresh_from_db()
    row.reason = reason
    row.save(update_fields=["reason"])
    record(by, "discovery.dismissed", row, household=row.household)
    return row
