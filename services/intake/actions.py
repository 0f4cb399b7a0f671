"""What can be done with a report: make it, add to it, tie it to a household, close it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Region
from partners.network.queries import holders_above
from portal.base.audit import record
from portal.base.dates import month_day_words
from portal.base.models import record_number
from portal.base.outbox import post
from portal.base.refused import Refused
from services.intake.access import VERIFY, may_report_in, reports_to_verify
from services.intake.lifecycle import REPORT
from services.intake.models import Report
from services.recipients.models import Household

URGENT, NORMAL = timedelta(hours=24), timedelta(days=3)
LONGEST_WORDS = 2000


@transaction.atomic
def make_report(
    *,
    by: Any,
    region: Region,
    trouble: str,
    person_name: str = "",
    words: str = "",
    urgent: bool = False,
    at: datetime | None = None,
) -> Report:
    """Report a household in trouble; the township verifies within 3 days, urgent ones within 24 hours.

    Refused: not_your_area.
    """
    at = at or timezone.now()
    if not may_report_in(by, region):
        raise Refused("not_your_area", _("这个地方不归您报，请另选"), field="region")
    report = Report.objects.create(
        no=record_number("R"),
        region=region,
        person_name=person_name,
        trouble=trouble,
        words=words,
        urgent=urgent,
        reported_by=by,
        due_at=at + (URGENT if urgent else NORMAL),
    )
    record(by, "report.made", report, trouble=trouble, urgent=urgent, region=region.code)
    for person in holders_above(VERIFY, region, at):
        if person.pk != by.pk:
            post(person, "report_made", report, urgent=urgent)
    return report


def _move(report: Report, verb: str, *, by: Any, version: int, at: datetime, **more: Any) -> Report:
    """Take the step if the version still holds and `by` verifies there, in one statement."""
    target = REPORT.step(report.state, verb)
    moved = (
        Report.objects.filter(pk=report.pk, version=version, state__in=REPORT.sources(verb))
        .filter(pk__in=reports_to_verify(by).values("pk"))
        .update(state=target, version=F("version") + 1, updated_at=at, handled_by=by, **more)
    )
    if not moved:
        raise Refused("stale", _("这条上报刚被别人办过，请看现在的情况再定"))
    return Report.objects.select_related("region", "reported_by", "household").get(pk=report.pk)


@transaction.atomic
def add_report_note(*, by: Any, report: Report, words: str, at: datetime | None = None) -> Report:
    """Add to a report that still waits, instead of reporting the household twice. Refused: note_empty, wrong_state, words_long."""
    at = at or timezone.now()
    words = words.strip()
    if not words:
        raise Refused("note_empty", _("请写要补充的话"), field="words")
    REPORT.step(report.state, "add_note")
    changed = Report.objects.filter(pk=report.pk, state__in=REPORT.sources("add_note"))
    if not changed.update(version=F("version") + 1, updated_at=at):
        raise Refused("wrong_state", _("这条上报已经办了，请另报一条"))
    report = Report.objects.select_related("region").get(pk=report.pk)
    day = month_day_words(timezone.localtime(at))
    added = _("%(day)s补充：%(words)s") % {"day": day, "words": words}
    report.words = f"{report.words}\n{added}".strip()
    if len(report.words) > LONGEST_WORDS:
        raise Refused("words_long", _("补充太长了，请写短些"), field="words")
    report.save(update_fields=["words"])
    record(by, "report.note_added", report)
    for person in holders_above(VERIFY, report.region, at):
        if person.pk != by.pk:
            post(person, "report_note_added", report, urgent=report.urgent)
    return report


@transaction.atomic
def tie_report(
    *, by: Any, report: Report, version: int, household: Household, at: datetime | None = None
) -> Report:
    """The report is true and belongs to this household. Refused: wrong_state, stale."""
    at = at or timezone.now()
    report = _move(report, "verify", by=by, version=version, at=at, household=household)
    record(by, "report.tied", report, household=household)
    if report.reported_by_id != by.pk:
        post(report.reported_by, "report_verified", report)
    return report


@transaction.atomic
def close_report(
    *, by: Any, report: Report, version: int, outcome: str, at: datetime | None = None
) -> Report:
    """Nothing follows from the report, and the reporter reads why. Refused: reason_empty, wrong_state, stale."""
    at = at or timezone.now()
    if not outcome.strip():
        raise Refused("reason_empty", _("请写明原因，上报人会看到"), field="reason")
    report = _move(report, "close", by=by, version=version, at=at, outcome=outcome.strip()[:200])
    record(by, "report.closed", report, household=report.household)
    if report.reported_by_id != by.pk:
        post(report.reported_by, "report_closed", report)
    return report
