"""The demo's traces of sight: who looked this week, near kin, two break-glasses, a draw, a referral, a night's report."""

from datetime import datetime, timedelta

from django.utils import timezone

from portal.management.demo.chance import Chance
from portal.models import User
from services.models import Household, KinTie, SightCase, SightKind, SightVerdict, Unmasking
from services.recipients.access import explain, open_file
from services.recipients.looking import because
from services.recipients.widened import report_widened

LOOKS = (
    ("township-shitan", "file", ""),
    ("bureau", "file", ""),
    ("bureau", "phone", "核对领款电话"),
    ("manager-tonghe", "name", ""),
    ("township-shitan", "health", ""),
    ("village-gucheng", "file", ""),
)


def make_sight(chance: Chance, users: dict[str, User], now: datetime) -> None:
    """After the care, whose grants explain why somebody could look."""
    shitan = list(Household.objects.filter(township__code="430321112").order_by("pk")[:12])
    huashi = list(Household.objects.filter(township__code="430321107").order_by("pk")[:6])
    _draw_and_refer(users, shitan, now)
    KinTie.objects.create(
        uid=chance.uid(), user=users["village-gucheng"], household=shitan[-1], declared_by=users["township-shitan"],
        valid_from=now - timedelta(days=40),
    )  # fmt: skip
    _emergencies(chance, users, shitan, huashi, now)
    for order, household in enumerate(shitan[:8]):
        for step, (username, field, ground) in enumerate(LOOKS):
            user, at = users[username], now - timedelta(days=order % 5, hours=2 + step)
            reasons = explain(user, household)
            if reasons:
                Unmasking.objects.create(
                    household=household,
                    user=user,
                    field=field,
                    ground=ground,
                    because=because(reasons),
                    at=at,
                )
    report_widened(day=timezone.localdate(now) - timedelta(days=1))


def _draw_and_refer(users: dict[str, User], shitan: list[Household], now: datetime) -> None:
    until = now + timedelta(days=60)
    for household in shitan[:3]:
        open_file(
            household,
            cause="inspection:I-20000001",
            user=users["inspector"],
            at=now - timedelta(days=1),
            until=until,
        )
    open_file(
        shitan[1],
        cause="referral:Z-20000001",
        user=users["department-yibao"],
        at=now - timedelta(days=1),
        until=until,
    )


def _emergencies(
    chance: Chance, users: dict[str, User], shitan: list[Household], huashi: list[Household], now: datetime
) -> None:
    asked = (
        ("township-huashi", shitan[4], "夜里接到邻居电话，老人没开门，要门牌", 2, SightVerdict.JUSTIFIED, "和派出所核对过，属实"),
        ("sysadmin", huashi[2], "值班电话转来，老人家里冒烟，镇里没人接", 1, SightVerdict.OPEN, ""),
    )  # fmt: skip
    for order, (username, household, ground, days, verdict, finding) in enumerate(asked):
        start = now - timedelta(days=days, hours=3)
        case = SightCase.objects.create(
            uid=chance.uid(), no=f"K-{70000000 + order * 17 + 3}", kind=SightKind.EMERGENCY, user=users[username],
            household=household, ground=ground, valid_from=start, valid_to=start + timedelta(minutes=30), verdict=verdict,
            finding=finding, reviewed_by=users["bureau"] if finding else None,
            reviewed_at=start + timedelta(hours=10) if finding else None,
        )  # fmt: skip
        open_file(
            household, cause=f"emergency:{case.no}", user=users[username], at=start, until=case.valid_to
        )
        for minute, field in enumerate(("file", "name", "phone", "address")):
            Unmasking.objects.create(
                household=household, user=users[username], field=field, at=start + timedelta(minutes=minute + 1),
                because=f"person|emergency|emergency:{case.no}",
            )  # fmt: skip
    SightCase.objects.create(
        uid=chance.uid(), no="K-70000051", kind=SightKind.SEQUENCE, user=users["township-shitan"], files_read=40,
        valid_from=now - timedelta(hours=30, minutes=10), valid_to=now - timedelta(hours=30),
    )  # fmt: skip
