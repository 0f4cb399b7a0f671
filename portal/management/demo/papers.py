"""The demo's requirements and papers: who stands does so by papers; one insurance runs out soon, one is over."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from partners.models import (
    Course,
    Membership,
    Paper,
    PaperState,
    Provider,
    ProviderKind,
    ProviderState,
    Requirement,
    TrainingResult,
    Volunteer,
    VolunteerState,
)
from partners.vetting.joining import due_after
from partners.vetting.requirements import starter_rows
from portal.base.models import OPEN_END
from portal.base.periods import add_months
from portal.management.demo.chance import Chance
from portal.models import User

# Days from today on which an agency's liability insurance ends, by the agency's place in the list.
INSURED = (300, 210, 180, 25, 260, 150, 320, -10)


class _Pile:
    """Papers that are written together."""

    def __init__(self, chance: Chance, by: User, at: datetime) -> None:
        self.chance, self.by, self.at = chance, by, at
        self.rows: list[Paper] = []

    def accepted(self, code: str, issued: date, until: date | None = None, **owner: Any) -> None:
        """A paper that the office accepted when it came."""
        self._add(
            code, issued, until, state=PaperState.ACCEPTED, decided_by=self.by, decided_at=self.at, **owner
        )

    def waiting(self, code: str, issued: date, until: date | None, now: datetime, **owner: Any) -> None:
        """A paper that nobody has looked at yet."""
        self._add(code, issued, until, **owner)
        self.rows[-1].handed_in_at, self.rows[-1].due_on = now, due_after(now.date())

    def _add(self, code: str, issued: date, until: date | None, **more: Any) -> None:
        self.rows.append(
            Paper(
                uid=self.chance.uid(), no=f"PA-1000{len(self.rows) + 1:04d}", code=code, issued_on=issued,
                valid_until=until, handed_in_at=self.at, issuer="示例单位（虚构）", **more,
            )
        )  # fmt: skip


def make_papers(chance: Chance, users: dict[str, User], at: datetime, now: datetime, today: date) -> None:
    """The starter's requirements from the platform's first day, and the papers of all demo partners."""
    began = min(at.date(), today - timedelta(days=30))
    rules = starter_rows(began)
    for order, rule in enumerate(rules, start=1):
        rule.uid, rule.no, rule.set_by = chance.uid(), f"RQ-1000{order:04d}", users["bureau"]
    Requirement.objects.bulk_create(rules)
    pile = _Pile(chance, users["bureau"], at)
    firms = Provider.objects.filter(state=ProviderState.LIVE).select_related("organisation").order_by("no")
    for order, firm in enumerate(firms.filter(kind=ProviderKind.AGENCY)):
        pile.accepted("certificate", began, firm.organisation.registered_until, provider=firm)
        pile.accepted(
            "liability",
            today - timedelta(days=340),
            today + timedelta(days=INSURED[order % 8]),
            provider=firm,
        )
    for order, station in enumerate(firms.filter(kind=ProviderKind.STATION)):
        pile.accepted("station_check", today - timedelta(days=20 + 10 * order), provider=station)
    volunteers = Volunteer.objects.select_related("user").order_by("no")
    for order, volunteer in enumerate(volunteers.filter(state=VolunteerState.APPROVED)):
        pile.accepted("identity", began, volunteer=volunteer, person=volunteer.user)
        pile.accepted(
            "accident",
            began,
            today + timedelta(days=90 + 3 * order),
            volunteer=volunteer,
            person=volunteer.user,
        )
    for order, member in enumerate(
        Membership.objects.filter(valid_to=OPEN_END).select_related("user").order_by("no")
    ):
        pile.accepted(
            "health", today - timedelta(days=20 + order % 250), membership=member, person=member.user
        )
        pile.accepted(
            "clean_record", today - timedelta(days=30 + order % 400), membership=member, person=member.user
        )
    asking = Provider.objects.filter(state=ProviderState.PENDING, kind=ProviderKind.AGENCY).order_by("no")
    for firm in asking.select_related("organisation"):
        pile.waiting("certificate", began, firm.organisation.registered_until, now, provider=firm)
    for firm in list(asking)[1:]:
        pile.waiting("liability", began, today + timedelta(days=300), now, provider=firm)
    Paper.objects.bulk_create(pile.rows)
    _train(chance, today)


def _train(chance: Chance, today: date) -> None:
    """Everybody who goes to a door has passed the first course, at different times of the last ten months."""
    course = Course.objects.get(code="door")
    volunteers = Volunteer.objects.filter(state=VolunteerState.APPROVED).values("user")
    members = Membership.objects.filter(valid_to=OPEN_END).values("user")
    further = Course.objects.filter(live=True).exclude(pk=course.pk).order_by("position", "pk")
    some = User.objects.filter(pk__in=volunteers).order_by("pk")
    # Two of three volunteers have learned everything, so that there is company for the third.
    learned = [user for order, user in enumerate(some) if order % 3]
    for each in further:
        there = set(TrainingResult.objects.filter(course=each).values_list("user", flat=True))
        TrainingResult.objects.bulk_create(
            _passed(chance, user, each, today - timedelta(days=20 + order))
            for order, user in enumerate(learned)
            if user.pk not in there
        )
    known = TrainingResult.objects.filter(course=course).values("user")
    people = (
        User.objects.filter(Q(pk__in=volunteers) | Q(pk__in=members)).exclude(pk__in=known).order_by("pk")
    )
    TrainingResult.objects.bulk_create(
        _passed(chance, user, course, today - timedelta(days=5 + order * 7 % 300))
        for order, user in enumerate(people)
    )


def _passed(chance: Chance, user: User, course: Course, on: date) -> TrainingResult:
    return TrainingResult(
        uid=chance.uid(), user=user, course=course, of_version=course.version, passed_on=on,
        valid_until=add_months(on, course.validity_months), minutes=course.minutes, right_answers=5, questions=5,
    )  # fmt: skip
