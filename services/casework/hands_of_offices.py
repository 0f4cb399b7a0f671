"""What the holder of a post has in hand, and what the office goes on with."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.network.models import Post
from partners.network.queries import in_subtree
from partners.vetting.models import Application, ApplicationState
from portal.permissions.roles import ROLES
from services.assistance.models import Review, ReviewState
from services.casework.hands_of_teams import alert_in_hand
from services.casework.in_hand import InHand, InOffice, Leaving
from services.intake.models import Report, ReportState
from services.matching.access import open_at
from services.matching.models import Offer
from services.recipients.care_models import CarePlan, PlanState
from services.tasks.models import Need, NeedState
from services.visits.models import Alert, AlertState, Verdict, VisitRecord


def colleagues(post: Post, at: Any) -> list[Any]:
    """Who holds the same post at the same place."""
    rows = Post.objects.filter(
        role=post.role,
        region=post.region_id,
        department=post.department_id,
        valid_from__lte=at,
        valid_to__gt=at,
        user__is_active=True,
    ).exclude(user=post.user_id)
    return list({row.user_id: row.user for row in rows.select_related("user").order_by("pk")}.values())


def next_in_office(post: Post, at: Any) -> list[Any]:
    """Who goes on with the work: colleagues; where there is none, those above who hold what this post holds."""
    own = colleagues(post, at)
    if own:
        return own
    above = [post.region.path[:end] for end in range(len(post.region.path) - 4, 0, -4)]
    if not above:
        return []
    rows = Post.objects.filter(
        region__path__in=above, valid_from__lte=at, valid_to__gt=at, user__is_active=True, department=None
    ).select_related("user", "region")
    found = [row for row in rows.order_by("-region__path", "pk") if ROLES[row.role].sees_place]
    nearest = [row.user for row in found if row.region_id == found[0].region_id]
    return [person for person in nearest if person.pk != post.user_id]


def alerts(leaving: Leaving) -> list[InHand]:
    """Dangers the person took on by this post: a colleague or the office above goes on."""
    if leaving.post is None:
        return []
    rows = Alert.objects.filter(
        in_subtree(leaving.post.region.path, "household__region__path"),
        taken_by=leaving.user,
        state=AlertState.ACKNOWLEDGED,
    ).select_related("household")
    takers = next_in_office(leaving.post, leaving.at)
    return [alert_in_hand(row, takers, leaving) for row in rows.order_by("no")]


def office(leaving: Leaving) -> Iterator[InOffice]:
    """What waits at the place of a post, as far as its role sees to it."""
    if leaving.post is None:
        return
    path, held = leaving.post.region.path, ROLES[leaving.post.role].permissions
    here = in_subtree(path, "household__region__path")
    if held & {"services.report_need", "services.verify_need"}:
        rows: Any = Report.objects.filter(in_subtree(path, "region__path")).exclude(state=ReportState.CLOSED)
        yield InOffice(_("没办完的上报"), rows.count(), reverse("services:intake:list"))
    if "services.verify_need" in held:
        rows = Need.objects.filter(here, state=NeedState.TO_VERIFY)
        yield InOffice(_("待核实的需求"), rows.count(), reverse("services:needs:list"))
    if "services.match_need" in held:
        rows = Need.objects.filter(here, state=NeedState.TO_MATCH)
        yield InOffice(_("待匹配的需求"), rows.count(), reverse("services:matching:queue"))
    if held & {"partners.check_application", "partners.decide_application"}:
        rows = Application.objects.filter(
            in_subtree(path, "township__path"), state=ApplicationState.SUBMITTED
        )
        yield InOffice(_("待审核的申请"), rows.count(), reverse("partners:vetting"))
    if held & {"services.propose_review", "services.decide_review"}:
        rows = Review.objects.filter(here).exclude(state__in=[ReviewState.DECIDED, ReviewState.WITHDRAWN])
        yield InOffice(_("没办完的复核"), rows.count(), reverse("services:reviews:list"))
    if "services.approve_plan" in held:
        rows = CarePlan.objects.filter(
            in_subtree(path, "person__household__region__path"), state=PlanState.SUBMITTED
        )
        yield InOffice(_("待批准的照料计划"), rows.count(), reverse("services:care:plans"))


def team_office(leaving: Leaving) -> Iterator[InOffice]:
    """What waits at a team for its heads; only a head leaves it behind."""
    provider, membership = leaving.provider, leaving.membership
    if (
        provider is None
        or membership is None
        or "partners.manage_team" not in ROLES[membership.role].permissions
    ):
        return
    offers = Offer.objects.filter(open_at(timezone.now()), provider=provider)
    yield InOffice(_("待答复的派单"), offers.count(), reverse("services:tasks:agency"))
    waiting = Q(verdict=Verdict.SUBMITTED) | Q(verdict=Verdict.FLAGGED)
    records = VisitRecord.objects.filter(waiting, planned__task__provider=provider)
    yield InOffice(_("待确认的上门记录"), records.count(), reverse("services:visits:agency_list"))
