"""How long each class of data is kept, what is due to go on a day, and the clearing itself.

The periods are dated rows (`RetentionRule`) with their sources. A clearing does class by class, each
in its own transaction; holds are respected; what a lawful record still needs stays without a name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Application, ApplicationState, Volunteer, VolunteerState
from portal.base.audit import record
from portal.base.counts import counts_of
from portal.base.models import OutboxMessage
from portal.base.periods import add_months, day_start
from services.privacy.erasing import GONE, drop_files, erase_household, erase_user, held
from services.privacy.models import DataHold, RetentionRule, RetentionRun, SubjectRequest
from services.recipients.models import Household, HouseholdState, Unmasking
from services.sync.access import WAITING
from services.sync.models import SyncInbox
from services.tasks.models import TaskState
from services.visits.models import Alert, PlannedVisit, Verdict, VisitAmendment, VisitPhoto, VisitRecord


@dataclass(frozen=True)
class DataClass:
    """A class: its name, what happens to it, the rows due before a moment, and how they are cleared."""

    name: str | Promise
    fate: str | Promise
    due: Callable[[datetime], QuerySet[Any]] | None = None
    clear: Callable[[QuerySet[Any], datetime], int] | None = None


def _held_households(at: datetime) -> QuerySet[Any]:
    return DataHold.objects.filter(household__isnull=False, valid_from__lte=at, valid_to__gt=at).values(
        "household"
    )


def _free(rows: QuerySet[Any], way: str) -> QuerySet[Any]:
    """Without the rows of held households."""
    return rows.exclude(**{f"{way}__in": _held_households(timezone.now())})


def _positions(before: datetime) -> QuerySet[Any]:
    rows = PlannedVisit.objects.filter(starts_at__lt=before).filter(
        Q(check_in_lat__isnull=False) | Q(records__out_lat__isnull=False)
    )
    return _free(rows, "task__need__household").distinct()


def _clear_positions(rows: QuerySet[Any], at: datetime) -> int:
    keys = list(rows.values_list("pk", flat=True))
    VisitRecord.objects.filter(planned__in=keys).update(out_lat=None, out_lng=None, out_accuracy_m=None)
    return PlannedVisit.objects.filter(pk__in=keys).update(
        check_in_lat=None, check_in_lng=None, check_in_accuracy_m=None
    )


def _photos(before: datetime) -> QuerySet[Any]:
    """Photos of old records; those of a visit with a danger or a flag are evidence and go with the file."""
    rows = VisitPhoto.objects.filter(record__received_at__lt=before).exclude(record__verdict=Verdict.FLAGGED)
    rows = rows.exclude(record__planned__in=Alert.objects.exclude(planned=None).values("planned"))
    return _free(rows, "record__planned__task__need__household")


def _clear_photos(rows: QuerySet[Any], at: datetime) -> int:
    files = list(rows.values_list("file_id", flat=True))
    VisitPhoto.objects.filter(file__in=files).delete()
    drop_files(files)
    return len(files)


def _care(before: datetime) -> QuerySet[Any]:
    rows = VisitRecord.objects.filter(
        planned__task__state=TaskState.ENDED, planned__task__valid_to__lt=before
    )
    # An encrypted column cannot be compared; how long it is can.
    rows = rows.annotate(words=Length("note") + Length("item_notes"))
    rows = rows.filter(~Q(answers={}) | ~Q(manual_ground="") | Q(words__gt=0))
    return _free(rows, "planned__task__need__household")


def _clear_care(rows: QuerySet[Any], at: datetime) -> int:
    keys = list(rows.values_list("pk", flat=True))
    VisitAmendment.objects.filter(record__in=keys).update(answers={}, note="", item_notes="")
    planned = VisitRecord.objects.filter(pk__in=keys).values("planned")
    SyncInbox.objects.filter(planned__in=planned).exclude(state__in=WAITING).update(raw="", ground="")
    return VisitRecord.objects.filter(pk__in=keys).update(
        answers={}, note="", item_notes="", manual_ground="", updated_at=at
    )


def _register(before: datetime) -> QuerySet[Any]:
    closed = Household.objects.filter(state=HouseholdState.CLOSED, updated_at__lt=before).exclude(name=GONE)
    return _free(closed, "pk")


def _clear_register(rows: QuerySet[Any], at: datetime) -> int:
    return sum(bool(erase_household(by=None, household=row, ground="period", at=at)) for row in rows)


def _member(before: datetime) -> QuerySet[Any]:
    left = Volunteer.objects.filter(state=VolunteerState.ENDED, updated_at__lt=before, user__is_active=False)
    return left.exclude(user__name=GONE).select_related("user")


def _clear_member(rows: QuerySet[Any], at: datetime) -> int:
    users = [row.user for row in rows if not held(user=row.user, at=at)]
    return sum(bool(erase_user(by=None, user=user, ground="period", at=at)) for user in users)


def _applications(before: datetime) -> QuerySet[Any]:
    over = (ApplicationState.REFUSED, ApplicationState.WITHDRAWN)
    old = Application.objects.filter(state__in=over, updated_at__lt=before)
    return old.filter(
        Q(organisation__isnull=False) & ~Q(organisation__contact_name=GONE)
        | Q(steps__reason__gt="")
        | Q(kin__isnull=False)
    ).distinct()


def _clear_applications(rows: QuerySet[Any], at: datetime) -> int:
    for row in rows:
        row.steps.update(reason="")
        row.kin.all().delete()
        if row.organisation is not None and row.organisation.applications.exclude(pk=row.pk).count() == 0:
            type(row.organisation).objects.filter(pk=row.organisation_id).update(
                contact_name=GONE, contact_phone=""
            )
    return len(rows)


def _clear_messages(rows: QuerySet[Any], at: datetime) -> int:
    return rows.delete()[1].get("portal.OutboxMessage", 0)


def _clear_looks(rows: QuerySet[Any], at: datetime) -> int:
    return rows.delete()[0]


def _clear_copies(rows: QuerySet[Any], at: datetime) -> int:
    files = [pk for pk in rows.values_list("file_id", flat=True) if pk is not None]
    changed = SubjectRequest.objects.filter(file__in=files).update(file=None, version=F("version") + 1)
    drop_files(files)
    return changed


CLASSES: dict[str, DataClass] = {
    "positions": DataClass(_("上门签到、签退的位置"), _("删经纬度，留距离"), _positions, _clear_positions),
    "photos": DataClass(_("上门照片"), _("删照片文件"), _photos, _clear_photos),
    "care": DataClass(_("照料记录里的文字"), _("删文字，留日期和次数"), _care, _clear_care),
    "register": DataClass(_("注销了的住户档案"), _("去掉姓名、证件、电话、住址、健康情况"), _register, _clear_register),
    "member": DataClass(_("退出的志愿者"), _("删联系方式和证件号，时长用代号留着"), _member, _clear_member),
    "applications": DataClass(
        _("没通过、撤回的申请"), _("删联系人、电话和审核意见"), _applications, _clear_applications
    ),
    "messages": DataClass(
        _("站内消息"), _("整条删除"), lambda before: OutboxMessage.objects.filter(created_at__lt=before), _clear_messages
    ),
    "looks": DataClass(
        _("谁看过的记录"), _("整条删除"),
        lambda before: _free(Unmasking.objects.filter(at__lt=before), "household"), _clear_looks,
    ),
    "copies": DataClass(
        _("给本人的资料副本"), _("删文件"),
        lambda before: SubjectRequest.objects.filter(file__isnull=False, decided_at__lt=before), _clear_copies,
    ),
    # Told in the register, never cleared by a job.
    "money": DataClass(_("合同、记账、结算"), _("按会计档案办法保存，本来就不写姓名")),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One class in the preview: its period with source, the day up to which data is due, and how many rows."""

    kind: str
    data: DataClass
    rule: RetentionRule | None
    up_to: date | None
    due: int


def rule_on(kind: str, day: date) -> RetentionRule | None:
    """The period in force on a day."""
    return RetentionRule.objects.filter(kind=kind, valid_from__lte=day).order_by("-valid_from").first()


def rules_on(day: date) -> dict[str, RetentionRule]:
    """The period of every class in force on a day, in one query."""
    return {
        rule.kind: rule for rule in RetentionRule.objects.filter(valid_from__lte=day).order_by("valid_from")
    }


def _limit(rule: RetentionRule, day: date) -> date:
    return add_months(day, -rule.months)


def preview(on: date) -> list[Line]:
    """What a clearing on that day would touch, class by class; it changes nothing."""
    rules = rules_on(on)
    limits = {kind: _limit(rules[kind], on) for kind in CLASSES if kind in rules}
    asked = {
        kind: data.due(day_start(limit))
        for kind, data in CLASSES.items()
        if data.due is not None and (limit := limits.get(kind)) is not None
    }
    due = dict(zip(asked, counts_of(list(asked.values())), strict=True))
    return [
        Line(kind, data, rules.get(kind), limits.get(kind), due.get(kind, 0))
        for kind, data in CLASSES.items()
    ]


def clear(*, by: Any, on: date, at: datetime) -> RetentionRun:
    """Clear everything that is due; class by class, each in its own transaction."""
    counts = {}
    for kind, data in CLASSES.items():
        rule = rule_on(kind, on)
        if rule is None or data.due is None or data.clear is None:
            continue
        with transaction.atomic():
            done = data.clear(data.due(day_start(_limit(rule, on))), at)
        if done:
            counts[kind] = done
    with transaction.atomic():
        run = RetentionRun.objects.create(by=by, at=at, counts=counts)
        record(by, "retention.cleared", run, **{kind: str(done) for kind, done in counts.items()})
    return run


def anything_due(on: date) -> bool:
    """Whether the nightly job has work."""
    return any(line.due for line in preview(on))
