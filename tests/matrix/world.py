"""A small world for the matrix: every persona, five households with all that hangs on them, planted secrets.

Letters say how a household stands to 同禾's worker:
A own · B same agency, a colleague's · C same township, the station's · D other township · E formerly
theirs, ended yesterday. F never was: numbers that nobody ever gave.
"""

import io
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from partners.models import Department, Volunteer
from portal.base.identifiers import id_check_character
from portal.base.models import uuid7
from portal.base.pictures import store_picture
from portal.models import User
from services.models import (
    Alert,
    Assessment,
    CareAgreement,
    CarePlan,
    CirclePerson,
    Discovery,
    FileEnding,
    HandoverNote,
    HouseholdRisk,
    ImpactAssessment,
    KinTie,
    Offer,
    PersonCategory,
    PlannedState,
    PlannedVisit,
    Report,
    Review,
    SightCase,
    SightReport,
    SubjectRequest,
    SyncInbox,
    Task,
    TaskState,
    VisitPhoto,
    VisitRecord,
)
from services.recipients.access import open_file
from tests import makers
from tests.matrix.hour_files import hour_rows
from tests.matrix.partner_files import partner_rows
from tests.matrix.register_files import register_files

ANONYMOUS = "anonymous"
LETTERS = ("A", "B", "C", "D", "E")
# Where secrets are planted, and what of them nobody may ever see in full.
FIELDS = (
    "name",
    "key",
    "phone",
    "address",
    "id_number",
    "health",
    "assess",
    "note",
    "alert",
    "report",
    "person",
    "exif",
)


def secret(letter: str, name: str) -> str:
    """The planted text of one field of one household; found nowhere else."""
    n = LETTERS.index(letter)
    if name == "phone":
        return f"1390731{n}{n}42"[:11]
    if name == "id_number":
        body = f"43032119400{n + 1}0{n + 1}77{n}"[:17].ljust(17, "0")
        return body + id_check_character(body)
    return f"Zq{letter}{name}Qz"


def every_secret() -> dict[str, tuple[str, str]]:
    """Planted text: (letter, field)."""
    return {secret(letter, name): (letter, name) for letter in LETTERS for name in FIELDS}


@dataclass
class File:
    """One household with everything that hangs on it, by kind."""

    rows: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """Personas by name, files by letter, and rows of the partners by kind and label."""

    people: dict[str, User | None]
    files: dict[str, File]
    rows: dict[str, dict[str, Any]]


def _jpeg(text: str) -> SimpleUploadedFile:
    picture = Image.new("RGB", (640, 480), (120, 130, 110))
    exif = Image.Exif()
    exif[0x010E] = text
    data = io.BytesIO()
    picture.save(data, "JPEG", exif=exif)
    return SimpleUploadedFile(f"{text}.jpg", data.getvalue(), content_type="image/jpeg")


def _household(letter: str, village: Any) -> Any:
    household = makers.make_household(
        village,
        name=f"罗{secret(letter, 'name')}敏",
        name_key=secret(letter, "key"),
        phone=secret(letter, "phone"),
        address=secret(letter, "address"),
        self_care="partial",
    )
    person = household.persons.get()
    person.id_number = secret(letter, "id_number")
    person.health_notes = secret(letter, "health")
    person.save()
    return household


def _visited(letter: str, task: Task, carer: User, until: Any = None) -> dict[str, Any]:
    """An assignment, a visit to come, one handed in with a photo, and an alert."""
    now = timezone.now()
    more = {"at": now - timedelta(days=30)} | ({"until": until} if until else {})
    assignment = makers.make_assignment(task, carer, **more)
    planned = makers.make_planned(assignment, starts_at=now + timedelta(days=4))
    before = makers.make_planned(assignment, starts_at=now - timedelta(days=3), state=PlannedState.RECORDED)
    PlannedVisit.objects.filter(pk=before.pk).update(checked_in_at=before.starts_at)
    record = VisitRecord.objects.create(
        no=f"R-{makers.serial():010d}", planned=before, author=carer, epoch=task.epoch,
        started_at=before.starts_at, ended_at=before.starts_at + timedelta(hours=1),
        payload_hash="0" * 64, receipt="0" * 64, answers={}, note=secret(letter, "note"),
    )  # fmt: skip
    photo = VisitPhoto.objects.create(
        record=record,
        file=store_picture(_jpeg(secret(letter, "exif")), kind="visit_photo", by=carer),
        position=1,
    )
    alert = Alert.objects.create(
        no=f"L-{makers.serial():08d}", household=task.need.household, planned=before, level="r1",
        flag="fall", words=secret(letter, "alert"), raised_by=carer,
    )  # fmt: skip
    brought = SyncInbox.objects.create(
        no=f"B-{makers.serial():010d}", item=uuid7(), visit=uuid7(), kind="visit", payload_hash="0" * 64, seq=1,
        raw=json.dumps({"note": secret(letter, "note")}), sender=carer, author=carer, planned=planned,
        epoch=task.epoch, started_at=now, ended_at=now, state="quarantined", reason="revoked_since",
    )  # fmt: skip
    return {
        "planned": planned, "before": before, "record": record, "photo": photo, "alert": alert, "brought": brought,
    }  # fmt: skip


def _papers(letter: str, household: Any, person: Any) -> dict[str, Any]:
    """A care agreement in force, a plan to approve and a decided review, with secrets in their words."""
    today, office = timezone.localdate(), makers.make_user()
    return {
        "agreement": CareAgreement.objects.create(
            no=f"X-{makers.serial():08d}", person=person, carer_name=secret(letter, "person"), carer_tie="neighbour",
            carer_phone=secret(letter, "phone"), carer_address=secret(letter, "address"), content="看护",
            frequency="每天", monthly_fen=365_00, starts_on=today, ends_on=today + timedelta(days=365), state="live",
            signed_on=today, drafted_by=office,
        ),
        "plan": CarePlan.objects.create(
            no=f"J-{makers.serial():08d}", person=person, goal=secret(letter, "health"), state="submitted",
            starts_on=today, drafted_by=office, submitted_at=timezone.now(),
        ),
        "review": Review.objects.create(
            no=f"G-{makers.serial():08d}", household=household, person=person, cause="change", said_by="village",
            kind="income", words=secret(letter, "health"), due_on=today, reported_by=office, state="decided",
            outcome="keep", reason="没有变化", effective_on=today, decided_on=today, decided_by=office,
        ),
    }  # fmt: skip


def _file(letter: str, village: Any, provider: Any, carer: User, *, ended: bool = False) -> File:
    now = timezone.now()
    household = _household(letter, village)
    person = household.persons.get()
    Assessment.objects.create(
        person=person, assessed_on=timezone.localdate(), self_care="partial",
        assessor=makers.make_user(), note=secret(letter, "assess"),
    )  # fmt: skip
    around = {
        "category": PersonCategory.objects.create(person=person, mode="dispersed", valid_from=date(2024, 1, 1)),
        "circle": CirclePerson.objects.create(
            household=household, part="contact", name=secret(letter, "person"), relation="child",
            phone=secret(letter, "phone"), valid_from=date(2024, 1, 1),
        ),
        "risk": HouseholdRisk.objects.create(household=household, kind="dog", noted_by=makers.make_user()),
        "handover": HandoverNote.objects.create(household=household, author=carer, words="从后门进"),
        "ending": FileEnding.objects.create(
            household=household, kind="close", state="asked", done_by=makers.make_user(), asked_by=makers.make_user(),
            asked_at=timezone.now(), asked_why=secret(letter, "report"), stopped={"file": {household.no: "active"}},
        ),
    }  # fmt: skip
    around |= _papers(letter, household, person)
    around["discovery"] = Discovery.objects.create(
        no=f"F-{makers.serial():08d}", household=household, person=person, help="home_care", likely=True,
        mark=makers.serial(),
    )  # fmt: skip
    report = Report.objects.create(
        no=f"B-{makers.serial():08d}", region=village, household=household, trouble="care",
        person_name=secret(letter, "person"), words=secret(letter, "report"),
        reported_by=makers.make_user(), due_at=now + timedelta(days=2),
    )  # fmt: skip
    need = makers.make_need(household, state="placed", report=report)
    contract = makers.make_contract(provider, [household.township])
    state = TaskState.ENDED if ended else TaskState.LIVE
    task = makers.make_task(need, provider, at=now - timedelta(days=60), contract=contract, state=state)
    yesterday = now - timedelta(days=1)
    if ended:
        from services.recipients.access import close_file

        close_file(cause=f"task:{task.no}", at=yesterday)
        Task.objects.filter(pk=task.pk).update(valid_to=yesterday)
    rows = _visited(letter, task, carer, yesterday if ended else None)
    open_need = makers.make_need(household, service="cleaning", state="offered")
    unmatched = makers.make_need(household, service="psych_support", state="to_match", part="voluntary")
    offer = Offer.objects.create(
        no=f"O-{makers.serial():08d}", need=open_need, provider=provider, contract=contract,
        expires_at=now + (timedelta(days=2) if not ended else timedelta(minutes=1)), sent_by=makers.make_user(),
        state="waiting" if not ended else "expired",
    )  # fmt: skip
    return File(
        rows
        | around
        | {"household": household, "person": person, "report": report, "need": open_need, "task": task}
        | {"contract": contract, "offer": offer, "placed": need, "unmatched": unmatched}
        | {"request": _correction(letter, person)}
    )


def _correction(letter: str, person: Any) -> SubjectRequest:
    """Somebody of the household asks for a correction."""
    return SubjectRequest.objects.create(
        no=f"Q-{makers.serial():08d}", kind="correct", person=person, way="spoken", words=secret(letter, "report"),
        due_on=timezone.localdate() + timedelta(days=20), received_by=makers.make_user(),
    )  # fmt: skip


def build() -> World:
    """Make the world; every call makes fresh rows, so one transaction is enough to be rid of it."""
    county = makers.make_region("county", name="测试县")
    shitan = makers.make_region("township", county, name="石潭镇")
    huashi = makers.make_region("township", county, name="花石镇")
    gucheng = makers.make_region("village", shitan, name="古城村")
    xinhu = makers.make_region("village", shitan, name="新湖村")
    luohan = makers.make_region("village", huashi, name="罗汉村")
    tonghe = makers.make_provider(townships=[shitan, huashi], name="同禾")
    nuanlin = makers.make_provider(townships=[huashi], name="暖邻")
    at_shitan = makers.make_provider("station", townships=[shitan], name="石潭站")
    at_huashi = makers.make_provider("station", townships=[huashi], name="花石站")
    names = (
        "applicant volunteer-liu volunteer-wu volunteer-zhao volunteer-chen worker-tonghe manager-tonghe "
        "manager-nuanlin worker-nuanlin station-shitan station-huashi village-gucheng village-luohan "
        "township-shitan township-huashi bureau inspector editor sysadmin worker-left finance department-yibao"
    )
    people: dict[str, User] = {name: makers.make_user(name, username=f"m-{name}") for name in names.split()}
    people["colleague"] = makers.make_user("同事")
    unit = Department.objects.create(
        code=f"u{makers.serial()}", name_zh=f"测试局{makers.serial()}", name_en="X", kind="government"
    )
    for name, role, region in (
        ("village-gucheng", "livelihood_officer", gucheng),
        ("village-luohan", "livelihood_officer", luohan),
        ("township-shitan", "township_cadre", shitan),
        ("township-huashi", "township_cadre", huashi),
        ("bureau", "bureau_staff", county),
        ("inspector", "inspector", county),
        ("editor", "editor", county),
        ("sysadmin", "sysadmin", county),
        ("finance", "finance", county),
    ):
        makers.make_post(role, region, people[name])
    makers.make_post("department_staff", county, people["department-yibao"], department=unit)
    for name, provider, role in (
        ("worker-tonghe", tonghe, "worker"), ("colleague", tonghe, "worker"), ("worker-left", tonghe, "worker"),
        ("manager-tonghe", tonghe, "manager"), ("worker-nuanlin", nuanlin, "worker"),
        ("manager-nuanlin", nuanlin, "manager"), ("station-shitan", at_shitan, "station_lead"),
        ("station-huashi", at_huashi, "station_lead"),
    ):  # fmt: skip
        makers.make_member(provider, role, people[name])
    for name, home in (("liu", gucheng), ("wu", gucheng), ("zhao", luohan), ("chen", gucheng)):
        user = people[f"volunteer-{name}"]
        Volunteer.objects.create(no=f"Y-{makers.serial():08d}", user=user, state="approved", home=home)
    files = {
        "A": _file("A", gucheng, tonghe, people["worker-tonghe"]),
        "B": _file("B", gucheng, tonghe, people["colleague"]),
        "C": _file("C", xinhu, at_shitan, people["station-shitan"]),
        "D": _file("D", luohan, nuanlin, people["worker-nuanlin"]),
        "E": _file("E", gucheng, tonghe, people["worker-tonghe"], ended=True),
    }
    Report.objects.filter(pk=files["A"].rows["report"].pk).update(reported_by=people["village-gucheng"])
    _companions(files, people)
    User.objects.filter(pk=people["worker-left"].pk).update(is_active=False)
    rows = partner_rows(people, shitan, huashi, tonghe, nuanlin)
    files["C"].rows["contract"].state = "draft"
    files["C"].rows["contract"].save()
    rows |= _sight(people, files)
    rows["impact"] = {
        "one": ImpactAssessment.objects.create(
            no=f"I-{makers.serial():08d}", title="测试", occasion="sensitive", purpose="测", risks="测", measures="测",
            conclusion="go", assessed_on=timezone.localdate(), assessed_by=people["bureau"],
        )
    }  # fmt: skip
    rows |= hour_rows(people, huashi)
    rows |= register_files(files, people, shitan, huashi)
    rows["contract"] = {letter: files[letter].rows["contract"] for letter in ("A", "C", "D")}
    shown: dict[str, User | None] = {ANONYMOUS: None} | {name: people[name] for name in names.split()}
    return World(shown, files, rows)


def _companions(files: dict[str, File], people: dict[str, User]) -> None:
    now = timezone.now()
    makers.make_assignment(files["A"].rows["task"], people["volunteer-liu"], part="companion")
    makers.make_assignment(files["D"].rows["task"], people["volunteer-zhao"], part="companion")
    for letter in ("A", "E"):  # both formerly: ended yesterday, and an account that was stopped since
        makers.make_assignment(
            files[letter].rows["task"], people["volunteer-chen"], part="companion",
            at=now - timedelta(days=9), until=now - timedelta(days=1),
        )  # fmt: skip
    makers.make_assignment(files["A"].rows["task"], people["worker-left"], part="companion")
    open_file(
        files["B"].rows["household"],
        cause="referral:1",
        user=people["department-yibao"],
        at=now - timedelta(days=1),
    )


def _emergency(user: User, household: Any, start: Any) -> SightCase:
    """A break-glass that began then, with its sight."""
    end = start + timedelta(minutes=30)
    case = SightCase.objects.create(
        no=f"K-{makers.serial():08d}", kind="emergency", user=user, household=household, ground="打不通电话，怕出事",
        valid_from=start, valid_to=end,
    )  # fmt: skip
    open_file(household, cause=f"emergency:{case.no}", user=user, at=start, until=end)
    return case


def _sight(people: dict[str, User], files: dict[str, File]) -> dict[str, dict[str, Any]]:
    """A draw, two break-glasses (one over), near kin, a run of reading, and a night's report."""
    now = timezone.now()
    drawn = files["C"].rows["household"]
    open_file(drawn, cause="inspection:I-1", user=people["inspector"], at=now - timedelta(days=1))
    KinTie.objects.create(
        user=people["village-luohan"], household=files["D"].rows["household"], declared_by=people["bureau"]
    )
    for file in files.values():
        household = file.rows["household"]
        file.rows["tie"] = KinTie.objects.create(
            user=makers.make_user(), household=household, declared_by=people["bureau"]
        )
    return {
        "sightcase": {
            "sysadmin": _emergency(people["sysadmin"], files["B"].rows["household"], now - timedelta(minutes=5)),
            "huashi": _emergency(people["township-huashi"], files["A"].rows["household"], now - timedelta(hours=1)),
            "reading": SightCase.objects.create(
                no=f"K-{makers.serial():08d}", kind="sequence", user=people["village-gucheng"], files_read=40,
                valid_from=now - timedelta(minutes=10), valid_to=now,
            ),
        },
        "sightreport": {
            "night": SightReport.objects.create(
                day=date(2026, 1, 2), since=now, until=now, lines=[]
            ),
        },
    }  # fmt: skip


__all__ = ["ANONYMOUS", "LETTERS", "World", "build", "every_secret", "secret", "uuid7"]
