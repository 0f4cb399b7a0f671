"""A year of the demo's visits, and the days round today that keep every desk busy."""

import calendar
import hashlib
import io
from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from PIL import Image, ImageDraw

from partners.models import Membership
from portal.base.pictures import store_picture
from portal.management.demo.care import Care
from portal.management.demo.chance import Chance
from portal.management.demo.parties import Parties
from services.models import (
    Alert,
    AlertLevel,
    AlertState,
    Assignment,
    ChecklistItem,
    Contract,
    DrawDown,
    PlannedState,
    PlannedVisit,
    Verdict,
    VisitDecision,
    VisitPhoto,
    VisitRecord,
)
from services.visits.rules import AnswerState, receipt_of

NOTES = [
    "精神好，聊了半个钟头。",
    "帮忙把柴搬进屋。",
    "药还够吃十天。",
    "说夜里睡不好，约好下次量血压。",
    "换了灯泡，灶台擦干净了。",
    "",
]
HOURS = (8, 9, 10, 14, 15, 16)
# How many doors the known carers have today.
TODAY = {"worker-tonghe": 4, "worker-nuanlin": 4, "volunteer-zhao": 1}


def _days(lead: Assignment, month: date, per_month: int, order: int) -> list[date]:
    last = calendar.monthrange(month.year, month.month)[1]
    gap = max(1, 26 // per_month)
    return [month.replace(day=min(last, 1 + (order * 5 + n * gap) % 27)) for n in range(per_month)]


def _with_today(days: list[date], today: date) -> list[date]:
    """The month's days with the newest past one put off to today, so that the month is not done yet."""
    newest = max((day for day in days if day < today), default=today)
    return sorted({today, *(day for day in days if day != newest)})


def _months(first: date, last: date) -> list[date]:
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months


class Year:
    """Collects the rows of all visits and writes them in bulk."""

    def __init__(self, chance: Chance, parties: Parties, care: Care, now: datetime) -> None:
        self.chance, self.parties, self.care, self.now = chance, parties, care, now
        self.today = timezone.localdate(now)
        self.items: dict[str, list[str]] = defaultdict(list)
        for item in ChecklistItem.objects.filter(retired=False):
            self.items[item.service].append(item.code)
        self.planned: list[PlannedVisit] = []
        self.records: list[VisitRecord] = []
        self.decisions: list[VisitDecision] = []
        self.draws: list[DrawDown] = []
        self.drawn: dict[int, int] = defaultdict(int)
        self.busy: set[tuple[int, datetime]] = set()
        self._judges: dict[int, object] = {}
        self.due_today, self.sent_back, self.missed = self._marked()

    def _marked(self) -> tuple[set, set, set]:
        """Doors that have a visit today; of worker-tonghe's others one with a record sent back, one missed."""
        today, rest = set(), []
        for username, doors in TODAY.items():
            user = self.parties.users[username]
            own = [lead for lead in self.care.leads if lead.user_id == user.pk]
            own.sort(key=lambda lead: lead.task.need.household.township.code != "430321112")
            today |= {lead.uid for lead in own[:doors]}
            rest += [lead.uid for lead in own[doors:]]
        return today, set(rest[:1]), set(rest[1:2])

    def _free_hour(self, user_id: int, day: date, order: int) -> datetime:
        for shift in range(len(HOURS) * 2):
            hour, half = HOURS[(order + shift) % len(HOURS)], 30 * (shift // len(HOURS))
            start = timezone.make_aware(datetime.combine(day, time(hour, half)))
            if (user_id, start) not in self.busy:
                break
        self.busy.add((user_id, start))
        return start

    def plan(self, lead: Assignment, day: date, order: int) -> PlannedVisit:
        """One planned visit on a day, at an hour when the person is free."""
        visit = PlannedVisit(
            uid=self.chance.uid(), no=f"V-{7000000000 + len(self.planned) * 17 + 9}", task=lead.task, assignment=lead, day=day,
            starts_at=self._free_hour(lead.user_id, day, order), minutes=lead.task.need.minutes, epoch=1,
        )  # fmt: skip
        self.planned.append(visit)
        return visit

    def record(self, visit: PlannedVisit, verdict: str) -> VisitRecord:
        """What was done at a planned visit, with its decision and its line of money."""
        household = visit.task.need.household
        stay = self.chance.random.randint(25, 60)
        start = visit.starts_at + timedelta(minutes=self.chance.random.randint(-5, 15))
        end = start + timedelta(minutes=stay)
        visit.state, visit.checked_in_at = PlannedState.RECORDED, start
        visit.check_in_lat, visit.check_in_lng, visit.check_in_accuracy_m = household.lat, household.lng, 25
        answers = dict.fromkeys(self.items[visit.task.need.service], AnswerState.NORMAL.value)
        if self.chance.random.random() < 0.15:
            answers[self.chance.random.choice(self.items[visit.task.need.service])] = AnswerState.WATCH.value
        uid, no = self.chance.uid(), f"R-{80000000 + len(self.records) * 13 + 2}"
        digest = hashlib.sha256(uid.bytes).hexdigest()
        record = VisitRecord(
            uid=uid, no=no, planned=visit, author=visit.assignment.user, epoch=1,
            started_at=start, ended_at=end, received_at=end + timedelta(minutes=2), answers=answers,
            payload_hash=digest, receipt=receipt_of(uid, digest, end + timedelta(minutes=2), no),
            distance_m=self.chance.random.randint(3, 60), note=self.chance.random.choice(NOTES), verdict=verdict,
            created_at=end,
        )  # fmt: skip
        self.records.append(record)
        if verdict != Verdict.SUBMITTED:
            judge = self._judge(visit)
            self.decisions.append(
                VisitDecision(
                    uid=self.chance.uid(),
                    record=record,
                    verdict=verdict,
                    by=judge,
                    at=end + timedelta(hours=20),
                    reason="请补写用药情况。" if verdict == Verdict.RETURNED else "",
                )  # fmt: skip
            )
        if verdict == Verdict.CONFIRMED and visit.task.contract_id:
            fen = self.care.prices[visit.task.contract_id, visit.task.need.service]
            self.drawn[visit.task.contract_id] += fen
            self.draws.append(
                DrawDown(
                    uid=self.chance.uid(),
                    contract_id=visit.task.contract_id,
                    amount_fen=fen,
                    unit_fen=fen,
                    reference=f"visit:{record.no}",
                    drawn_by=judge,
                    created_at=end + timedelta(hours=20),
                )  # fmt: skip
            )
        return record

    def _judge(self, visit: PlannedVisit) -> object:
        provider = visit.task.provider_id
        if provider not in self._judges:
            lead = (
                Membership.objects.filter(provider_id=provider, role__in=["manager", "station_lead"])
                .select_related("user")
                .first()
            )
            self._judges[provider] = lead.user if lead else self.parties.users["bureau"]
        return self._judges[provider]

    def _verdict(self, day: date, order: int) -> str:
        if day < self.today - timedelta(days=3):
            return Verdict.CONFIRMED
        return (Verdict.SUBMITTED, Verdict.SUBMITTED, Verdict.RETURNED, Verdict.CONFIRMED)[order % 4]

    def past_and_future(self) -> None:
        """Twelve months back and two weeks ahead, by each task's frequency."""
        first, last = self.today.replace(year=self.today.year - 1), self.today + timedelta(days=14)
        for order, lead in enumerate(self.care.leads):
            per_month = lead.task.need.visits_per_month
            for month in _months(first, last):
                days = sorted(set(_days(lead, month, per_month, order)))
                if lead.uid in self.due_today and month == self.today.replace(day=1):
                    days = _with_today(days, self.today)
                newest = max((day for day in days if day < self.today), default=None)
                for day in days:
                    if not first <= day <= last or timezone.localdate(lead.valid_from) > day:
                        continue
                    visit = self.plan(lead, day, order)
                    if day >= self.today:
                        continue
                    marked = day == newest and month == self.today.replace(day=1)
                    fell_out = not len(self.planned) % 97 and day >= self.today - timedelta(days=20)
                    if fell_out or (marked and lead.uid in self.missed):
                        visit.state = PlannedState.MISSED
                    elif marked and lead.uid in self.sent_back:
                        self.record(visit, Verdict.RETURNED)
                    else:
                        self.record(visit, self._verdict(day, len(self.planned)))

    def write(self) -> None:
        """All rows, in bulk, and what each contract has spent."""
        PlannedVisit.objects.bulk_create(self.planned, batch_size=2000)
        VisitRecord.objects.bulk_create(self.records, batch_size=2000)
        VisitDecision.objects.bulk_create(self.decisions, batch_size=2000)
        DrawDown.objects.bulk_create(self.draws, batch_size=2000)
        for pk, fen in self.drawn.items():
            Contract.objects.filter(pk=pk).update(drawn_fen=fen)


def demo_picture(order: int) -> io.BytesIO:
    """A drawn kitchen corner: no photo of any real place or person."""
    image = Image.new("RGB", (960, 720), (236, 229, 214))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 520, 960, 720), fill=(176, 148, 116))
    draw.rectangle((120, 330, 520, 560), fill=(150, 86, 66))
    draw.ellipse((220, 290, 420, 380), fill=(60, 66, 70))
    draw.rectangle((600, 120, 860, 360), fill=(190, 220 - order * 6, 230))
    draw.line((730, 120, 730, 360), fill=(110, 80, 60), width=8)
    draw.line((600, 240, 860, 240), fill=(110, 80, 60), width=8)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    out.seek(0)
    return out


def make_photos(chance: Chance, records: list[VisitRecord]) -> None:
    """A drawn picture for the newest records of the known worker."""
    for order, record in enumerate(records):
        file = store_picture(demo_picture(order), kind="visit_photo", by=record.author)
        VisitPhoto.objects.create(uid=chance.uid(), record=record, file=file)


def make_alerts(chance: Chance, parties: Parties, visits: list[PlannedVisit], now: datetime) -> None:
    """One open danger of today's kind, one taken in hand, one closed."""
    rows = [
        (AlertLevel.R2, "no_food", AlertState.OPEN, "米缸空了，灶没生火。", timedelta(hours=2)),
        (AlertLevel.R2, "medicine_stopped", AlertState.ACKNOWLEDGED, "降压药断了三天。", timedelta(hours=20)),
        (AlertLevel.R1, "fall", AlertState.CLOSED, "在院里摔了，已送镇卫生院。", timedelta(days=6)),
    ]
    for order, (row, visit) in enumerate(zip(rows, visits, strict=False)):
        level, flag, state, words, ago = row
        taken = parties.users["township-shitan"] if state != AlertState.OPEN else None
        Alert.objects.create(
            uid=chance.uid(), no=f"AL-{9000000 + order * 11 + 4}", household=visit.task.need.household, planned=visit, level=level,
            flag=flag, words=words, raised_by=visit.assignment.user, raised_at=now - ago, state=state, taken_by=taken,
            taken_at=now - ago + timedelta(minutes=12) if taken else None,
            outcome="村里已送米送药，老人平稳。" if state == AlertState.CLOSED else "",
            closed_at=now - ago + timedelta(hours=3) if state == AlertState.CLOSED else None,
        )  # fmt: skip


def fresh_today(parties_users: dict, now: datetime) -> int:
    """Visits for today for the known carers, on whatever day the demo is opened. Returns how many were added."""
    today = timezone.localdate(now)
    added = 0
    for username, doors in TODAY.items():
        leads = list(
            Assignment.objects.filter(user=parties_users[username], part="lead", valid_to__gt=now)
            .exclude(task__planned_visits__day=today)
            .select_related("task__need")
            .order_by("pk")
        )
        have = PlannedVisit.objects.filter(assignment__user=parties_users[username], day=today).count()
        for order, lead in enumerate(leads[: max(0, doors - have)]):
            start = timezone.make_aware(datetime.combine(today, time(HOURS[order % len(HOURS)], 45)))
            PlannedVisit.objects.create(
                no=f"V-{today:%y%m%d}{lead.pk:04d}", task=lead.task, assignment=lead, day=today, starts_at=start,
                minutes=lead.task.need.minutes, epoch=lead.epoch,
            )  # fmt: skip
            added += 1
    return added
