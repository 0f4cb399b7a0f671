"""Who reaches a planned visit, a record, an alert or a photo; invisible and missing both answer 404."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from partners.network.queries import in_subtrees
from partners.providers.models import ProviderKind
from portal.permissions.hats import places_for, teams_for
from services.recipients.door import live
from services.recipients.grants import HouseholdTeamGrant
from services.tasks.models import Assignment, TaskState
from services.visits.models import DECIDED_KINDS, Alert, PlannedVisit, Verdict, VisitDoubt, VisitRecord

LOG, FINISH = "services.log_visit", "services.finish_visit"
CONFIRM, READ = "services.confirm_visit", "services.read_visit"
# Who stops partners says whether a visit made meanwhile counts.
DECIDE = "partners.decide_application"
RECEIVE = "services.receive_alert"
# Voluntary visits have no agency: the office that verifies needs there stands for them.
PLACE = "services.verify_need"
STOPPED = [TaskState.PAUSED, TaskState.ENDED]


def held_by(user: Any, at: datetime) -> Q:
    """A condition on planned visits: this person is the one assigned, by dates and by epoch."""
    return Q(
        Exists(
            Assignment.objects.filter(
                live(at),
                pk=OuterRef("assignment_id"),
                user=user,
                epoch=OuterRef("epoch"),
                task__epoch=OuterRef("epoch"),
            ).exclude(task__state__in=STOPPED)
        )
    )


def entered_by(user: Any) -> Q:
    """A condition on planned visits: this person was the one assigned when they checked in, whatever came since."""
    return Q(
        Exists(
            Assignment.objects.filter(
                pk=OuterRef("assignment_id"),
                user=user,
                epoch=OuterRef("epoch"),
                valid_from__lte=OuterRef("checked_in_at"),
                valid_to__gt=OuterRef("checked_in_at"),
            )
        )
    )


def carried_by(user: Any, at: datetime) -> Q:
    """A condition on planned visits: this person goes there, as the one assigned or as companion."""
    goes_along = Assignment.objects.filter(
        live(at), task_id=OuterRef("task_id"), user=user, part="companion"
    ).exclude(task__state__in=STOPPED)
    return held_by(user, at) | Q(Exists(goes_along))


def carried_visits(user: Any, at: datetime | None = None) -> QuerySet[PlannedVisit]:
    """The planned visits that are this person's to make now."""
    moment = at or timezone.now()
    return (
        PlannedVisit.objects.visible_to(user, at).filter(carried_by(user, moment)).exclude(state="cancelled")
    )


def planned_for(user: Any, no: str, *, to: str = "see") -> PlannedVisit:
    """The planned visit with this number, for its carer; a companion may see it and raise an alert."""
    now = timezone.now()
    rows = carried_visits(user) if to in {"see", "alert"} else carried_visits(user).filter(held_by(user, now))
    row = (
        rows.select_related(
            "task__need__household__region__parent__parent",
            "task__need__household__township",
            "task__provider",
        )
        .filter(no=no)
        .first()
    )
    if row is None:
        raise Http404
    return row


def read_condition(user: Any) -> Q:
    """A condition on records: the agency that did it, and the desks of the place."""
    return Q(planned__task__provider__team_id__in=teams_for(user, CONFIRM)) | in_subtrees(
        places_for(user, READ), "planned__task__need__household__region__path"
    )


def judged_visits(user: Any, at: datetime | None = None) -> Q:
    """A condition on planned visits: those of one's agency, and voluntary ones in one's area."""
    voluntary = Q(task__provider__kind=ProviderKind.VOLUNTEER)
    return Q(task__provider__team_id__in=teams_for(user, CONFIRM, at)) | (
        voluntary & in_subtrees(places_for(user, PLACE, at), "task__need__household__region__path")
    )


def decided_visits(user: Any, at: datetime | None = None) -> Q:
    """A condition on planned visits: those at the places where the person stops partners."""
    return in_subtrees(places_for(user, DECIDE, at), "task__need__household__region__path")


def doubt_for(user: Any, no: str) -> VisitDoubt:
    """What the bureau has to decide about a record with this number. Http404 otherwise."""
    decided = PlannedVisit.objects.filter(decided_visits(user), pk=OuterRef("record__planned_id"))
    rows = VisitDoubt.objects.visible_to(user).filter(
        Exists(decided), record__no=no, kind__in=DECIDED_KINDS, settled_at=None
    )
    row = rows.exclude(record__author=user).select_related("record__author").first()
    if row is None:
        raise Http404
    row.record = record_for(user, no)
    return row


def records_read_by(user: Any) -> QuerySet[VisitRecord]:
    """Records a desk or an agency may read."""
    return VisitRecord.objects.visible_to(user).filter(read_condition(user))


def left_open(user: Any) -> Q:
    """A condition on records: a visit of an ended task that still waits for the word of one's agency.

    With the task the household closed to the agency; of it nothing shows with such a record.
    """
    return Q(
        planned__task__provider__team_id__in=teams_for(user, CONFIRM),
        planned__task__state=TaskState.ENDED,
        verdict__in=[Verdict.SUBMITTED, Verdict.FLAGGED],
    )


def records_judged_by(user: Any) -> QuerySet[VisitRecord]:
    """Records of the visits that this person confirms, those left open by an ended task among them."""
    judged = PlannedVisit.objects.filter(judged_visits(user), pk=OuterRef("planned_id"))
    seen = VisitRecord.objects.visible_to(user).filter(Exists(judged)).values("pk")
    return VisitRecord.objects.filter(Q(pk__in=seen) | left_open(user))


def sent_back_late(user: Any) -> Q:
    """A condition on records: one's own, sent back after the task had ended; to complete, and nothing else."""
    return Q(author=user, verdict=Verdict.RETURNED, planned__task__state=TaskState.ENDED)


def records_written_by(user: Any) -> QuerySet[VisitRecord]:
    """One's own records, while the household is still open to one, and those sent back late."""
    seen = VisitRecord.objects.visible_to(user).filter(author=user).values("pk")
    return VisitRecord.objects.filter(Q(pk__in=seen) | sent_back_late(user))


def record_for(user: Any, no: str, *, to: str = "read") -> VisitRecord:
    """The record with this number if the person may read it, or judge it."""
    rows = records_judged_by(user) if to == "judge" else records_read_by(user)
    row = _with_household(rows).filter(no=no).first()
    if row is None:
        raise Http404
    return row


def own_record_for(user: Any, planned_no: str) -> VisitRecord:
    """The record this person wrote of a planned visit."""
    row = _with_household(records_written_by(user)).filter(planned__no=planned_no).first()
    if row is None:
        raise Http404
    return row


def _with_household(rows: QuerySet[VisitRecord]) -> QuerySet[VisitRecord]:
    return rows.select_related(
        "author",
        "planned__task__provider",
        "planned__task__contract",
        "planned__task__need__household__region__parent__parent",
        "planned__task__need__household__township",
    )


def alerts_received_by(user: Any, at: datetime | None = None) -> QuerySet[Alert]:
    """Alerts of the places and of the households for which this person is on a receiving desk."""
    teams = HouseholdTeamGrant.objects.filter(
        live(at or timezone.now()), group_id__in=teams_for(user, RECEIVE, at)
    )
    receives = in_subtrees(places_for(user, RECEIVE, at), "household__region__path") | Q(
        household__in=teams.values("content_object_id")
    )
    return Alert.objects.visible_to(user, at).filter(receives)


def alert_for(user: Any, no: str) -> Alert:
    """The alert with this number if it was told to this person's desk."""
    row = (
        alerts_received_by(user)
        .select_related(
            "household__region__parent__parent",
            "household__township",
            "raised_by",
            "taken_by",
            "planned__task",
        )
        .filter(no=no)
        .first()
    )
    if row is None:
        raise Http404
    return row


def photo_records(user: Any) -> QuerySet[VisitRecord]:
    """Records whose photos are this person's to see: the desks', and an author's own until confirmed."""
    own = Q(author=user) & ~Q(verdict=Verdict.CONFIRMED)
    return VisitRecord.objects.visible_to(user).filter(read_condition(user) | own)


def own_alert_for(user: Any, planned: PlannedVisit, no: str) -> Alert:
    """The alert this person raised at a planned visit."""
    row = Alert.objects.visible_to(user).filter(no=no, planned=planned, raised_by=user).first()
    if row is None:
        raise Http404
    return row
