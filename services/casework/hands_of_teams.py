"""What a member of a team has in hand: assignments with their visits, records sent back, alerts, invitations."""

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.memberships.actions import heads_at
from partners.memberships.models import Membership, MembershipState
from portal.base.audit import record
from portal.base.dates import month_day_words
from portal.base.models import OPEN_END
from portal.base.outbox import post
from portal.base.row_security import beyond
from services.casework.in_hand import InHand, Leaving
from services.consents.queries import who_said_no
from services.recipients.sight import KinTie
from services.tasks.models import Assignment, AssignmentPart, TaskState
from services.tasks.sendable import IDENTITY
from services.visits import planning
from services.visits.models import Alert, AlertState, PlannedState, PlannedVisit, Verdict, VisitRecord


def assignments(leaving: Leaving) -> list[InHand]:
    """Tasks the person is sent to, each with the visits planned; it may go to any colleague who can be sent there."""
    rows = _carried(leaving)
    if not rows:
        return []
    able = _able(leaving)
    kin = _kin(rows, able)
    things = []
    for row in rows:
        household = row.task.need.household
        place = {"no": row.task.no, "service": row.task.need.get_service_display(), "place": household.region}
        shut = kin.get(household.pk, set())
        things.append(
            InHand(
                key=f"task-{row.task.no}",
                words=_("任务 %(no)s · %(service)s · %(place)s") % place,
                detail=_planned_words(row),
                takers=tuple(person for person in able if person.pk not in shut) if _passes(row) else (),
                otherwise=_otherwise(row),
                give=_give(row, leaving) if _passes(row) else None,
            )
        )
    return things


def _carried(leaving: Leaving) -> list[Assignment]:
    if leaving.provider is None:
        return []
    today = timezone.localdate(leaving.at)
    planned = Q(planned_visits__state=PlannedState.PLANNED, planned_visits__day__gte=today)
    return list(
        Assignment.objects.filter(user=leaving.user, task__provider=leaving.provider, valid_to=OPEN_END)
        .select_related("task__need__household__region", "task__provider", "user")
        .annotate(
            visits=Count("planned_visits", filter=planned), next_on=Min("planned_visits__day", filter=planned)
        )
        .order_by("task__no")
    )


def _able(leaving: Leaving) -> list[Any]:
    """Colleagues who can be sent: members who stay, with an open account, who have not taken consent back."""
    rows = Membership.objects.filter(
        provider=leaving.provider,
        state=MembershipState.JOINED,
        valid_from__lte=leaving.at,
        valid_to=OPEN_END,
        user__is_active=True,
    ).select_related("user")
    people = {row.user_id: row.user for row in rows.order_by("role", "user__name", "pk")}
    people.pop(leaving.user.pk, None)
    refused = who_said_no(IDENTITY, list(people))
    return [person for person in people.values() if person.pk not in refused]


def _kin(rows: list[Assignment], people: list[Any]) -> dict[int, set[int]]:
    """For each household, the people who are its near kin."""
    found: dict[int, set[int]] = {}
    with beyond("hats"):
        ties = KinTie.objects.filter(
            household__in={row.task.need.household_id for row in rows},
            user__in=people,
            valid_to__gt=timezone.now(),
        )
        for tie in ties:
            found.setdefault(tie.household_id, set()).add(tie.user_id)
    return found


def _passes(row: Assignment) -> bool:
    return row.part == AssignmentPart.LEAD and row.task.state == TaskState.LIVE


def _planned_words(row: Any) -> str:
    if row.part == AssignmentPart.COMPANION:
        return _("陪同")
    if not row.visits:
        return _("没有排好的上门")
    return _("排好的上门 %(n)d 次，最近 %(day)s") % {"n": row.visits, "day": month_day_words(row.next_on)}


def _otherwise(row: Assignment) -> str:
    if row.part == AssignmentPart.COMPANION:
        return _("陪同跟着结束，主责的人照旧去")
    if row.task.state == TaskState.PAUSED:
        return _("任务在暂停，恢复时要另派人")
    return _("先不派人，任务回到“待派人”")


def _give(row: Assignment, leaving: Leaving) -> Any:
    def give(taker: Any, at: datetime) -> None:
        planning.reassign(task=row.task, worker=taker, reason=_("交接"), by=leaving.by, at=at)

    return give


def visits_under_way(leaving: Leaving) -> list[InHand]:
    """Visits begun and not handed in: who began one may still hand it in, and the bureau says whether it counts."""
    if leaving.provider is None:
        return []
    rows = PlannedVisit.objects.filter(
        assignment__user=leaving.user, task__provider=leaving.provider, state=PlannedState.UNDER_WAY
    )
    return [
        InHand(
            key=f"visit-{row.no}",
            words=_("上门 %(no)s") % {"no": row.no},
            otherwise=_("正在做。签到后 24 小时内还能交这份记录，算不算由县民政局认定"),
        )
        for row in rows.order_by("no")
    ]


def records_sent_back(leaving: Leaving) -> list[InHand]:
    """Records the author was to complete: they go back to the heads to judge as they are."""
    if leaving.provider is None:
        return []
    rows = VisitRecord.objects.filter(
        author=leaving.user, planned__task__provider=leaving.provider, verdict=Verdict.RETURNED
    ).select_related("planned__task__need__household")

    def hand_in(row: VisitRecord) -> Any:
        def leave(at: datetime) -> None:
            back = VisitRecord.objects.filter(pk=row.pk, verdict=Verdict.RETURNED)
            if back.update(verdict=Verdict.SUBMITTED, updated_at=at):
                record(
                    leaving.by,
                    "visit.return_lifted",
                    row,
                    household=row.planned.task.need.household,
                    left=True,
                )

        return leave

    return [
        InHand(
            key=f"record-{row.no}",
            words=_("上门记录 %(no)s") % {"no": row.no},
            otherwise=_("退回了还没补。离开后由负责人照现在的内容判"),
            leave=hand_in(row),
        )
        for row in rows.order_by("no")
    ]


def alerts(leaving: Leaving) -> list[InHand]:
    """Dangers the person took on: another head of the team goes on with each."""
    if leaving.provider is None:
        return []
    rows = Alert.objects.filter(
        taken_by=leaving.user, state=AlertState.ACKNOWLEDGED, planned__task__provider=leaving.provider
    )
    heads = _heads(leaving)
    return [alert_in_hand(row, heads, leaving) for row in rows.select_related("household").order_by("no")]


def alert_in_hand(row: Alert, takers: list[Any], leaving: Leaving) -> InHand:
    """One danger that somebody is seeing to."""

    def give(taker: Any, at: datetime) -> None:
        passed = Alert.objects.filter(pk=row.pk, state=AlertState.ACKNOWLEDGED, taken_by=leaving.user)
        if passed.update(taken_by=taker, taken_at=at, version=F("version") + 1, updated_at=at):
            record(leaving.by, "alert.passed", row, household=row.household, person=str(taker.uid))
            post(
                taker, "alert_passed", row, household=row.household, urgent=True,
                dedupe=f"alert_passed:{row.no}:{taker.pk}:{at.isoformat()}",
            )  # fmt: skip

    return InHand(
        key=f"alert-{row.no}",
        words=_("有情况 %(no)s，正在处理") % {"no": row.no},
        takers=tuple(takers),
        give=give,
    )


def invitations(leaving: Leaving) -> list[InHand]:
    """People the person asked in who have not answered: another head goes on with each."""
    if leaving.provider is None:
        return []
    rows = Membership.objects.filter(
        provider=leaving.provider, invited_by=leaving.user, state=MembershipState.INVITED
    ).select_related("user")
    heads = _heads(leaving)

    def pass_on(row: Membership) -> Any:
        def give(taker: Any, at: datetime) -> None:
            open_still = Membership.objects.filter(pk=row.pk, state=MembershipState.INVITED)
            if open_still.update(invited_by=taker, version=F("version") + 1, updated_at=at):
                record(leaving.by, "membership.invitation_passed", row, person=str(taker.uid))

        return give

    return [
        InHand(
            key=f"invited-{row.no}",
            words=_("邀请了 %(name)s，还没答复") % {"name": row.user.get_full_name()},
            takers=tuple(heads),
            give=pass_on(row),
        )
        for row in rows.order_by("no")
    ]


def _heads(leaving: Leaving) -> list[Any]:
    assert leaving.provider is not None  # asked by the readers of teams alone
    rows = heads_at(leaving.provider, leaving.at).filter(valid_to=OPEN_END).exclude(user=leaving.user)
    return list({row.user_id: row.user for row in rows.select_related("user").order_by("pk")}.values())
