"""`manage.py seed_demo`: the fictitious demo county, once; later runs only bring today up to date."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

import content
from content.pages.actions import import_notice
from partners.models import Post, Region
from partners.network.loading import load_departments, load_regions
from partners.training.loading import load_courses
from portal.base.audit import record
from portal.base.database import refresh_statistics
from portal.management.demo.accounts import account_rows, make_accounts
from portal.management.demo.care import make_care
from portal.management.demo.care_papers import make_care_papers
from portal.management.demo.chance import Chance
from portal.management.demo.files import make_files
from portal.management.demo.further import make_further
from portal.management.demo.hours import make_hours
from portal.management.demo.network import make_network
from portal.management.demo.parties import make_parties
from portal.management.demo.privacy import make_privacy
from portal.management.demo.register import make_households
from portal.management.demo.registers import make_registers
from portal.management.demo.sight import make_sight
from portal.management.demo.visits import Year, fresh_today, make_alerts, make_photos
from portal.models import User
from services.models import Household, VisitPhoto, VisitRecord
from services.privacy.copying import make_copies

# The pages of a household, and of a live task, that an agency may open.
OF_HOUSEHOLD = ("recipients:detail", "recipients:why", "care:file", "reviews:report")
OF_TASK = ("detail", "dates", "reassign", "companion", "pause", "end")
PLAN = Path(content.__file__).parent / "data" / "yunxi-plan.txt"


class Command(BaseCommand):
    """17 stations, 8 agencies, 60 volunteers, households and a year of visits."""

    help = "建立虚构的演示县"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--households", type=int, default=600, help="at least 150, so that every desk has work"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if not User.objects.filter(username="bureau", is_demo=True).exists():
            if User.objects.exists():
                self.stderr.write("数据库里已有真实账号，不放演示数据。")
                if options["json"]:
                    self.stdout.write(json.dumps({"accounts": [], "paths": {}}))
                return
            self._seed(options["households"], now)
        users = {user.username: user for user in User.objects.filter(is_demo=True)}
        fresh_today(users, now)
        if options["json"]:
            self.stdout.write(
                json.dumps({"accounts": account_rows(), "paths": demo_paths()}, ensure_ascii=False)
            )
            return
        self.stdout.write("演示账号（密码都是 {password}）：".format(password=account_rows()[0]["password"]))
        for row in account_rows():
            code = f"，六位数字：manage.py demo_code {row['username']}" if row["totp_secret"] else ""
            self.stdout.write(f"  {row['username']:<18} {row['role']}（{row['scope']}）{code}")

    def _seed(self, count: int, now: Any) -> None:
        today = timezone.localdate(now)
        began = now.replace(hour=1, minute=0, second=0, microsecond=0) - timedelta(days=370)
        chance = Chance("shouwang demo county")
        with transaction.atomic():
            if not Region.objects.exists():
                load_regions()
                load_departments()
            load_courses()
            users = make_accounts(chance)
            parties = make_parties(chance, users, began, now, today)
            households = make_households(chance, count, users["township-shitan"], began, today)
            make_network(Chance("network"), users, began, now, today)
            care = make_care(chance, parties, households, began + timedelta(days=2), now, today)
            year = Year(chance, parties, care, now)
            year.past_and_future()
            year.write()
            cadres = {post.region_id: post.user for post in Post.objects.filter(role="township_cadre")}
            make_files(Chance("household files"), households, cadres, now, today)
            make_care_papers(Chance("care papers"), parties, households, year.records, now, today)
            make_hours(users, year.records, now, today)
            make_sight(Chance("sight"), users, now)
            make_further(Chance("further questions"), households, users, cadres, now)
            import_notice(text=PLAN.read_text(), publish=True)
            record(None, "demo.seeded", households=count, visits=len(year.records))
        shitan = parties.townships["430321112"].pk
        known = [
            row
            for row in year.records
            if row.author_id == users["worker-tonghe"].pk
            and row.planned.task.need.household.township_id == shitan
        ][-12:]
        make_photos(chance, known)
        make_registers(users)
        make_alerts(chance, parties, [row.planned for row in known[-3:]], now)
        with transaction.atomic():
            make_privacy(chance, users, [row for row in households if row.township_id == shitan], now, today)
        make_copies(at=now)
        refresh_statistics()  # a year was written at once


def demo_paths() -> dict[str, list[str]]:
    """Every URL that shows one household of 同禾, and the same URLs with numbers that never were."""
    users = User.objects.get(username="manager-tonghe")
    photo = (
        VisitPhoto.objects.visible_to(users)
        .filter(record__author__username="worker-tonghe")
        .select_related("record__planned__task__need__household", "file")
        .order_by("pk")
        .first()
    )
    if photo is None:
        return {"household_of_tonghe": [], "household_never": []}
    visit: VisitRecord = photo.record
    household: Household = visit.planned.task.need.household
    task = visit.planned.task
    real = [
        *((f"services:{name}", household.no, "H-99999999") for name in OF_HOUSEHOLD),
        *((f"api-1:household_{name}", household.no, "H-99999999") for name in ("detail", "why")),
        *((f"services:tasks:{name}", task.no, "T-99999999") for name in OF_TASK),
        ("services:visits:agency_record", visit.no, "R-99999999"),
        ("services:visits:photo", str(photo.file.uid), "01900000-0000-7000-8000-000000000000"),
    ]
    return {
        "household_of_tonghe": [reverse(name, args=[no]) for name, no, _never in real],
        "household_never": [reverse(name, args=[never]) for name, _no, never in real],
    }
