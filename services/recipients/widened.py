"""The nightly report of access that grew: what was given that day, to whom, and how many households it opens.

Rooms above add their own readers. A line holds codes, uids of people and counts, never a name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from partners.models import Membership, MembershipState, Post, Region
from partners.network.queries import holders, in_subtree
from portal.base.audit import record
from portal.base.outbox import post
from portal.permissions.roles import ROLES
from services.recipients.grants import HouseholdTeamGrant, HouseholdUserGrant
from services.recipients.models import Household, Unmasking
from services.recipients.reviewers import REVIEW
from services.recipients.sight import KinTie, SightCase, SightKind, SightReport

NIGHT = time(1, 0)


@dataclass(frozen=True)
class Line:
    """One thing that widened sight. `who` is the uid of a person or the name of a team."""

    kind: str
    who: str = ""
    what: str = ""
    households: int = 0
    times: int = 1

    def as_json(self) -> dict[str, Any]:
        """As the report keeps it."""
        return dict(self.__dict__)


Reader = Callable[[datetime, datetime], Iterable[Line]]
_readers: list[Reader] = []


def register_widening(reader: Reader) -> None:
    """Let a room tell what it widened between two moments; called once by the app's `ready`."""
    if reader not in _readers:
        _readers.append(reader)


def _posts(since: datetime, until: datetime) -> Iterable[Line]:
    rows = Post.objects.filter(created_at__gte=since, created_at__lt=until).select_related("user", "region")
    for row in rows.order_by("pk"):
        opens = ROLES[row.role].sees_place if row.role in ROLES else False
        count = Household.objects.filter(in_subtree(row.region.path, "region__path")).count() if opens else 0
        yield Line("post", str(row.user.uid), f"{row.role}|{row.region.code}", count)


def _memberships(since: datetime, until: datetime) -> Iterable[Line]:
    made = Q(created_at__gte=since, created_at__lt=until)
    begun = Q(valid_from__gte=since, valid_from__lt=until)  # an invitation that was answered later
    rows = Membership.objects.filter(made | begun).exclude(state=MembershipState.INVITED)
    for row in rows.select_related("user", "provider").order_by("pk"):
        opens = ROLES[row.role].sees_team if row.role in ROLES else False
        grants = HouseholdTeamGrant.objects.filter(
            group_id=row.provider.team_id, valid_from__lt=until, valid_to__gte=until
        )
        count = grants.values("content_object").distinct().count() if opens else 0
        yield Line("membership", str(row.user.uid), f"{row.role}|{row.provider.no}", count)


def _grants(since: datetime, until: datetime) -> Iterable[Line]:
    begun = {"valid_from__gte": since, "valid_from__lt": until}
    teams = HouseholdTeamGrant.objects.filter(**begun).values("group__provider__no")
    for row in teams.annotate(n=Count("content_object", distinct=True)).order_by("group__provider__no"):
        yield Line("team", what=row["group__provider__no"] or "", households=row["n"])
    found: dict[tuple[str, str], set[int]] = {}
    own = HouseholdUserGrant.objects.filter(**begun).values_list("user__uid", "cause", "content_object_id")
    for uid, cause, household in own:
        found.setdefault((str(uid), cause.partition(":")[0]), set()).add(household)
    for (person, kind), households in sorted(found.items()):
        yield Line("person", person, kind, len(households))


def _sight(since: datetime, until: datetime) -> Iterable[Line]:
    begun = {"valid_from__gte": since, "valid_from__lt": until}
    for case in SightCase.objects.filter(**begun).select_related("user").order_by("pk"):
        one = 1 if case.kind == SightKind.EMERGENCY else case.files_read
        yield Line(case.kind, str(case.user.uid), case.no, one)
    ended = KinTie.objects.filter(valid_to__gte=since, valid_to__lt=until).select_related("user")
    for tie in ended.order_by("pk"):
        yield Line("kin_ended", str(tie.user.uid), households=1)
    looks = (
        Unmasking.objects.filter(at__gte=since, at__lt=until)
        .exclude(field="file")
        .values("user__uid", "field")
    )
    counted = looks.annotate(n=Count("pk"), homes=Count("household", distinct=True))
    for row in counted.order_by("user__uid", "field"):
        yield Line("looked", str(row["user__uid"]), row["field"], row["homes"], row["n"])


_readers += [_posts, _memberships, _grants, _sight]


@transaction.atomic
def report_widened(*, day: date) -> SightReport:
    """Write the report of one day (in local time), once; those who review are told."""
    done = SightReport.objects.filter(day=day).first()
    if done is not None:
        return done
    since = timezone.make_aware(datetime.combine(day, time.min))
    until = since + timedelta(days=1)
    lines = [line.as_json() for reader in _readers for line in reader(since, until)]
    row = SightReport.objects.create(day=day, since=since, until=until, lines=lines)
    record(None, "sight.reported", row, lines=len(lines))
    for county in Region.objects.filter(level="county"):
        for reviewer in holders(REVIEW, county.path, timezone.now()):
            post(reviewer, "sight_report", row)
    return row


def day_due(at: datetime) -> date | None:
    """Yesterday, once the night has come and while its report is missing."""
    local = timezone.localtime(at)
    if local.time() < NIGHT:
        return None
    day = local.date() - timedelta(days=1)
    return None if SightReport.objects.filter(day=day).exists() else day


def run_nightly() -> None:
    """The job."""
    day = day_due(timezone.now())
    if day is not None:
        report_widened(day=day)
