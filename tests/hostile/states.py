"""The matrix's world with what it lacks: rows in those states in which a form shows."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from partners.models import Application, Membership, Region, Volunteer
from portal.accounts.actions import issue_reset
from portal.base.models import CalendarDay
from portal.models import InboxItem, OutboxMessage, User
from services.consents.actions import answer_purpose
from services.consents.purposes import PURPOSES
from services.models import (
    Alert,
    AlertState,
    HouseholdState,
    NeedState,
    PlannedState,
    PlannedVisit,
    SyncDevice,
    TaskState,
    VisitDoubt,
    VisitRecord,
)
from tests import makers
from tests.matrix.engine import Matrix
from tests.matrix.partner_files import _application, _organisation
from tests.matrix.world import World

Page = tuple[str, str]  # persona, address


def more_pages(matrix: Matrix) -> list[Page]:
    """Make the rows; the pages on which their forms stand, with who opens them."""
    world = matrix.world
    people = {name: user for name, user in world.people.items() if user is not None}
    village = world.files["A"].rows["household"].region
    CalendarDay.objects.create(day=timezone.localdate(), works=False, name="停电")
    return [
        ("bureau", reverse("portal:calendar")),
        ("volunteer-chen", reverse("portal:close")),
        ("volunteer-wu", reverse("portal:hats")),
        _phone(people["volunteer-wu"]),
        ("township-shitan", reverse("partners:place", args=[world.rows["region"]["gucheng"].code])),
        *_applications(world, people),
        *_own(matrix, people),
        *_consents(world, people),
        *_needs(village),
        *_tasks(world, people, village),
        *_visits(world, people, village),
    ]


def _phone(user: User) -> Page:
    """A phone that its person can shut."""
    now = timezone.now()
    SyncDevice.objects.create(
        user=user, name="手机", public_key="x", deposit_digest="x", enrolled_at=now, seen_at=now
    )
    return "volunteer-wu", reverse("usersessions_list")


def _applications(world: World, people: dict[str, User]) -> list[Page]:
    shitan = world.rows["region"]["shitan"]
    helper = Volunteer.objects.create(
        no="Y-99999999", user=people["applicant"], state="applied", home=world.rows["region"]["shitan"]
    )
    sent_back = _application("volunteer", people["applicant"], shitan, volunteer=helper)
    checked = _application(
        "organisation", makers.make_user(), shitan,
        organisation=_organisation(makers.make_provider(state="pending"), "已初审"),
    )  # fmt: skip
    Application.objects.filter(pk=sent_back.pk).update(state="returned")
    Application.objects.filter(pk=checked.pk).update(
        checked_at=timezone.now(), checked_by=people["township-shitan"]
    )
    return [
        ("applicant", reverse("join_complete", args=[sent_back.no])),
        ("bureau", reverse("partners:vetting_detail", args=[checked.no])),
    ]


def _own(matrix: Matrix, people: dict[str, User]) -> list[Page]:
    invited = makers.make_user("还没开通")
    invited.set_unusable_password()
    invited.save()
    team = Membership.objects.get(user=people["worker-tonghe"]).provider
    makers.make_member(team, user=invited)
    message = OutboxMessage.objects.create(
        dedupe_key="hostile", topic="assignment_given", receiver=people["township-shitan"], kind="task",
        object_no="T-1", sent_at=timezone.now(),
    )  # fmt: skip
    InboxItem.objects.create(receiver=people["township-shitan"], message=message)
    secret = issue_reset(user=people["worker-tonghe"], by=people["manager-tonghe"])
    matrix.clients["anonymous"].cookies["activation"] = secret
    return [("manager-tonghe", reverse("partners:workers")), ("anonymous", reverse("portal:activate"))]


def _consents(world: World, people: dict[str, User]) -> list[Page]:
    rows = world.files["A"].rows
    for category, whose in (
        ("photos", {"by": people["township-shitan"], "person": rows["person"], "way": "spoken"}),
        ("member_public", {"by": people["volunteer-wu"], "user": people["volunteer-wu"], "way": "own_page"}),
    ):
        words = PURPOSES[category].words_on(timezone.localdate())
        answer_purpose(category=category, answer="given", version=words.version, **whose)
    return [
        ("township-shitan", reverse("services:privacy:household", args=[rows["household"].no])),
        ("volunteer-wu", reverse("services:privacy:own")),
    ]


def _needs(village: Region) -> list[Page]:
    new = makers.make_need(makers.make_household(village), state=NeedState.TO_VERIFY)
    resting = makers.make_need(makers.make_household(village), state=NeedState.PAUSED)
    waiting = makers.make_need(makers.make_household(village))
    closed = makers.make_household(village, state=HouseholdState.PAUSED)
    return [
        ("township-shitan", reverse("services:needs:detail", args=[new.no])),
        ("township-shitan", reverse("services:needs:detail", args=[resting.no])),
        ("bureau", reverse("services:matching:need", args=[waiting.no])),
        ("township-shitan", reverse("services:files:resume", args=[closed.no])),
    ]


def _tasks(world: World, people: dict[str, User], village: Region) -> list[Page]:
    shitan = world.rows["region"]["shitan"]
    helper = Volunteer.objects.get(user=people["volunteer-wu"])
    helper.provider = makers.make_provider("volunteer", capacity=3)
    helper.save()
    helper.towns.add(shitan)
    provider = world.files["A"].rows["task"].provider
    waiting = makers.make_task(makers.make_need(makers.make_household(village), state="placed"), provider)
    voluntary = world.files["A"].rows["unmatched"]
    live = world.files["A"].rows["task"]
    return [
        ("manager-tonghe", reverse("services:tasks:assign", args=[waiting.no])),
        ("manager-tonghe", reverse("services:tasks:companion", args=[live.no])),
        ("township-shitan", reverse("services:tasks:volunteer", args=[voluntary.no])),
    ]


def _visits(world: World, people: dict[str, User], village: Region) -> list[Page]:
    now = timezone.now()
    provider, carer = world.files["A"].rows["task"].provider, people["worker-tonghe"]
    found = []
    for state in (PlannedState.PLANNED, PlannedState.UNDER_WAY):
        planned = makers.make_planned(_sent(provider, carer, village), starts_at=now, state=state)
        begun = now if state == PlannedState.UNDER_WAY else None
        PlannedVisit.objects.filter(pk=planned.pk).update(checked_in_at=begun)
        found.append(("worker-tonghe", reverse("services:visits:visit", args=[planned.no])))
    friend = makers.make_provider("volunteer")
    sent = _sent(friend, people["volunteer-wu"], village)
    record = _handed_in(sent, people["volunteer-wu"])
    VisitDoubt.objects.create(record=world.files["A"].rows["record"], kind="stopped")
    taken = Alert.objects.create(
        no="L-99999999", household=world.files["A"].rows["household"], level="r2", flag="no_food",
        raised_by=carer, state=AlertState.ACKNOWLEDGED, taken_by=people["township-shitan"], taken_at=now,
    )  # fmt: skip
    return [
        *found,
        ("township-shitan", reverse("services:visits:desk_record", args=[record.no])),
        ("bureau", reverse("services:visits:desk_record", args=[world.files["A"].rows["record"].no])),
        ("volunteer-wu", reverse("partners:profile")),
        *(
            ("township-shitan", reverse(f"services:tasks:desk_{word}", args=[sent.task.no]))
            for word in ("companion", "dates")
        ),
        ("township-shitan", reverse("services:visits:desk_alert", args=[taken.no])),
        ("manager-tonghe", reverse("services:visits:agency_alert", args=[taken.no])),
    ]


def _sent(provider: Any, carer: User, village: Region) -> Any:
    need = makers.make_need(makers.make_household(village), state="placed")
    task = makers.make_task(need, provider, state=TaskState.LIVE)
    return makers.make_assignment(task, carer)


def _handed_in(assignment: Any, author: User) -> VisitRecord:
    at = timezone.now() - timedelta(days=1)
    planned = makers.make_planned(assignment, starts_at=at, state=PlannedState.RECORDED)
    return VisitRecord.objects.create(
        no="R-9999999999", planned=planned, author=author, epoch=1, started_at=at,
        ended_at=at + timedelta(hours=1), payload_hash="0" * 64, receipt="0" * 64,
    )  # fmt: skip
