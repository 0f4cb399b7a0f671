"""How each volunteer suits a household: what to know of them, what to weigh, what would be refused, and why two must go.

For those who choose. Read for a whole list in the same few statements; what may not be shown is not read into words.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.providers.models import ServiceCode
from partners.vetting.standing import standing
from partners.vetting.standing_queries import subjects_of
from partners.volunteers.facts import Wishes
from partners.volunteers.models import FreeTime, Limit, Travel, Volunteer
from partners.volunteers.profile import limit_words, travel_words, wishes_of
from partners.volunteers.sending import Sent, fit_as_company, grounds_for_two
from portal.base.dates import month_day_words
from portal.base.periods import local_date
from services.consents.queries import who_said_no
from services.recipients.models import RiskKind, Stairs
from services.tasks.company import sent_facts, went_before
from services.tasks.cover import asks_cover, covered, risk_kinds, uncovered_words
from services.tasks.models import Need
from services.tasks.sendable import IDENTITY, is_full, loads

DAYLIGHT = (time(7), time(18))
WHEELS = {Travel.EBIKE, Travel.MOTORCYCLE, Travel.CAR}
LIFTING = {ServiceCode.CLEANING, ServiceCode.MEDICAL_ESCORT}
NOON, EVENING, NIGHT = time(12), time(18), time(20)


@dataclass(frozen=True)
class Work:
    """What is known of the work: service, dangers on the file, spans of visits already set, whether one must climb."""

    service: str
    risks: frozenset[str] = frozenset()
    spans: tuple[tuple[datetime, datetime], ...] = ()
    stairs: str = ""


@dataclass(frozen=True)
class Suit:
    """One volunteer beside one household.

    `about` is what to know, `cautions` what to weigh, `bars` what the server would refuse, `two` why they may not
    go alone, `fit` whether they count as company.
    """

    volunteer: Volunteer
    about: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    two: tuple[str, ...] = ()
    fit: bool = True

    @property
    def name(self) -> str:
        """Name and badge number, which everybody who sends people may know."""
        badge = self.volunteer.badge_no or self.volunteer.no
        return _("%(name)s（%(no)s）") % {"name": self.volunteer.user.get_full_name(), "no": badge}


def slot_of(moment: datetime) -> str:
    """The time of week, in the words of the form, in which a moment falls; empty at night."""
    local = timezone.localtime(moment)
    if local.time() >= NIGHT or local.time() < DAYLIGHT[0]:
        return ""
    if local.time() >= EVENING:
        return FreeTime.EVENING
    if local.weekday() >= 5:
        return FreeTime.WEEKEND
    return FreeTime.WEEKDAY_MORNING if local.time() < NOON else FreeTime.WEEKDAY_AFTERNOON


def by_daylight(start: datetime, end: datetime) -> bool:
    """Whether a visit begins and ends by day."""
    first, last = timezone.localtime(start).time(), timezone.localtime(end).time()
    return DAYLIGHT[0] <= first and first < last <= DAYLIGHT[1]


def conflicts(wishes: Wishes, work: Work) -> list[str]:
    """Where a limit or a wish speaks against what is known of the work, in words for the one who chooses."""
    found = []
    if Limit.NO_DOGS in wishes.limits and RiskKind.DOG in work.risks:
        found.append(_("他不去有狗的家，这户有狗"))
    if Limit.NO_INFECTION in wishes.limits and RiskKind.INFECTION in work.risks:
        found.append(_("他不去有传染风险的家，这户登记了"))
    if Limit.NO_STAIRS in wishes.limits and work.stairs == Stairs.YES:
        found.append(_("他不爬楼，这户要爬楼"))
    elif Limit.NO_STAIRS in wishes.limits and work.stairs != Stairs.NO:
        found.append(_("他不爬楼，这户要不要爬还不知道，先问"))
    if Limit.NO_LIFTING in wishes.limits and work.service in LIFTING:
        found.append(_("他不搬重的、不扶抱人，这项服务可能要"))
    dark = [span for span in work.spans if not by_daylight(*span)]
    if Limit.DAYTIME in wishes.limits and dark:
        found.append(_("他只在白天去，%(when)s的上门不在白天") % {"when": _when(dark[0][0])})
    if work.service not in wishes.services:
        found.append(_("他没报这项服务，先问他愿不愿意"))
    other = [start for start, _end in work.spans if slot_of(start) not in wishes.times]
    if other:
        found.append(_("%(when)s他没说有空") % {"when": _when(other[0])})
    return found


def _when(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{month_day_words(local)} {local:%H:%M}"


def about(row: Volunteer, *, been: bool) -> list[str]:
    """What to know of somebody: been there, when free, how they get there, what they do not do, what they can."""
    travel = {each.means for each in row.travel_rows.all()}
    free = [str(FreeTime(code).label) for code in row.times if code in FreeTime.values]
    ways = _("、").join(travel_words(row)) if travel else _("没填")
    if travel and not travel & WHEELS:
        ways = _("%(ways)s，没有车") % {"ways": ways}
    lines = [_("去过这户")] if been else []
    lines.append(_("有空：%(times)s") % {"times": _("、").join(free) or _("没填")})
    lines.append(_("怎么去：%(ways)s") % {"ways": ways})
    if limits := limit_words(row):
        lines.append(_("做不了的：%(limits)s") % {"limits": _("、").join(limits)})
    known = [row.skills, row.dialect]
    if any(known):
        lines.append(_("会：%(skills)s") % {"skills": _("、").join(word for word in known if word)})
    return lines


def suits(
    need: Need,
    rows: QuerySet[Volunteer],
    at: datetime,
    *,
    starts: Collection[tuple[datetime, int]] = (),
    open_to_reader: bool = True,
    along: bool = False,
) -> list[Suit]:
    """Everybody of a list beside one household; who may be sent first, then by name. `starts` are visits already set.

    To an agency (`open_to_reader` false) a volunteer is a name and a number: it is told that something speaks
    against them, not what. Who goes along with a worker (`along`) is in company already.
    """
    people = list(rows.prefetch_related("towns", "travel_rows", "limit_rows"))
    if not people:
        return []
    on, users = local_date(at), [row.user_id for row in people]
    risks = frozenset(risk_kinds(need))
    spans = tuple((start, start + timedelta(minutes=length)) for start, length in starts)
    work = Work(need.service, risks, spans, need.household.stairs)
    facts, been = sent_facts(people, need.service, on), went_before(users, [need.household_id])
    bars = _bars(need, people, at, risky=asks_cover(need.service, risks))
    found = [
        _suit(row, work, facts[row.pk], bars[row.pk], (row.user_id, need.household_id) in been, at)
        for row in people
    ]
    found.sort(key=lambda suit: (bool(suit.bars), len(suit.cautions)))
    if along:
        found = [replace(suit, two=(), fit=True) for suit in found]
    return found if open_to_reader else [_closed(suit) for suit in found]


def _suit(row: Volunteer, work: Work, sent: Sent, bars: list[str], been: bool, at: datetime) -> Suit:
    on = local_date(at)
    grounds = grounds_for_two(sent, first_visit=not been, on=on)
    return Suit(
        row,
        about=tuple(about(row, been=been)),
        cautions=tuple(conflicts(wishes_of(row), work)),
        bars=tuple(bars),
        two=tuple(ground.words for ground in grounds),
        fit=fit_as_company(sent, on),
    )


def _closed(suit: Suit) -> Suit:
    unsure = (_("和这户的情况可能不合适，请先问乡镇"),) if suit.cautions else ()
    return Suit(suit.volunteer, cautions=unsure, bars=suit.bars, fit=suit.fit)


def _bars(need: Need, people: Iterable[Volunteer], at: datetime, *, risky: bool) -> dict[int, list[str]]:
    """What the server would refuse, by volunteer: the same questions as when they are sent, for many at once."""
    rows = list(people)
    users = [row.user_id for row in rows]
    no_more, load = who_said_no(IDENTITY, users), loads(users, at)
    subjects = subjects_of(rows, on=local_date(at))
    insured = covered(rows, local_date(at)) if risky else set()
    found: dict[int, list[str]] = {}
    for row in rows:
        words = found.setdefault(row.pk, [])
        if row.user_id in no_more:
            words.append(_("撤回了同意"))
        if not standing(subjects[row.pk], at, need.service).holds:
            words.append(_("材料过期或没齐"))
        if risky and row.pk not in insured:
            words.append(uncovered_words())
        if is_full(row, load):
            words.append(_("手上已满"))
    return found
