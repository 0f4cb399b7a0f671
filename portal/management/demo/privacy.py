"""The demo's answers to purposes, requests of people, annexes and assessments: all fictitious."""

from datetime import date, datetime, timedelta

from portal.management.demo.chance import Chance
from portal.models import User
from services.consents.purposes import PURPOSES
from services.models import (
    Consent,
    Contract,
    Household,
    ImpactAssessment,
    Person,
    ProcessingAnnex,
    SubjectRequest,
)
from services.privacy import annexes
from services.privacy.actions import due_day

ASKED = ("health_carer", "photos", "charity")
IMPACTS = (
    (
        "上门拍照", "sensitive",
        "照片只为证明做了什么、家里安不安全。不拍脸，不公开。本人单独同意，不同意照样上门。",
        "照片会露出家里的样子。泄露会让人难堪，也可能招贼。风险中等。",
        "照片加密存放，去掉位置信息；只有派去的机构、镇里和县里能看；存两年；撤回就删。和风险相称。",
    ),
    (
        "自动匹配护理员", "automated",
        "按距离、空余、连续性、价格排先后，规则公开。只推荐，人来决定。",
        "排在后面的人等得久。不用健康细节，不用身份证号。风险低。",
        "每次匹配写明理由，可以要求人工另选；每季度看一次各镇等待的时间。和风险相称。",
    ),
    (
        "委托机构上门照料", "entrusted",
        "机构接了单才看到姓名、住址、电话；电话、门牌只在上门前 24 小时到结束能看。",
        "护理员多，换人多，可能外传。风险中等。",
        "合同附个人信息附件；离职当天停用账号；谁看过有记录；合同结束交销毁证明。和风险相称。",
    ),
)  # fmt: skip


def make_privacy(
    chance: Chance, users: dict[str, User], households: list[Household], now: datetime, today: date
) -> None:
    """Fill what the offices would have by now."""
    people = list(Person.objects.filter(household__in=households).select_related("household").order_by("pk"))
    _answers(chance, users, people, now)
    _requests(chance, users, people, now, today)
    for contract in Contract.objects.exclude(state="draft").order_by("pk"):
        ProcessingAnnex.objects.create(
            uid=chance.uid(), contract=contract, text_version=annexes.VERSION, text_digest=annexes.digest_of(annexes.VERSION),
            agreed_by=_head_of(contract, users), agreed_at=now - timedelta(days=90),
        )  # fmt: skip
    for order, (title, occasion, purpose, risks, measures) in enumerate(IMPACTS):
        ImpactAssessment.objects.create(
            uid=chance.uid(), no=f"I-{30000001 + order * 13}", title=title, occasion=occasion, purpose=purpose, risks=risks,
            measures=measures, conclusion="go", assessed_on=today - timedelta(days=200 - order * 30), assessed_by=users["bureau"],
        )  # fmt: skip


def _head_of(contract: Contract, users: dict[str, User]) -> User:
    member = contract.provider.memberships.filter(role__in=["manager", "station_lead"]).first()
    return member.user if member is not None else users["bureau"]


def _answers(chance: Chance, users: dict[str, User], people: list[Person], now: datetime) -> None:
    rows = []
    for order, person in enumerate(people):
        if order % 5 == 4:
            continue  # still to be asked
        for category in ASKED:
            words = PURPOSES[category].words_on(now.date())
            yes = chance.random.random() < 0.8
            rows.append(
                Consent(
                    uid=chance.uid(), person=person, category=category, text_version=words.version, text_digest=words.digest,
                    answer="given" if yes else "refused", way="spoken" if order % 3 else "paper",
                    answered_at=now - timedelta(days=150 - order % 90), taken_by=users["township-shitan"],
                )
            )  # fmt: skip
    for name in ("volunteer-liu", "volunteer-zhao", "worker-tonghe"):
        for category in ("member_identity", "whereabouts"):
            words = PURPOSES[category].words_on(now.date())
            rows.append(
                Consent(
                    uid=chance.uid(), user=users[name], category=category, text_version=words.version,
                    text_digest=words.digest, answer="given", way="own_page", answered_at=now - timedelta(days=100),
                    taken_by=users[name],
                )
            )  # fmt: skip
    Consent.objects.bulk_create(rows)


def _requests(
    chance: Chance, users: dict[str, User], people: list[Person], now: datetime, today: date
) -> None:
    wishes = [
        ("correct", "received", "出生日期写错了，应该是正月。", ""),
        ("correct", "done", "电话换了新号。", "电话改好了，念给本人听过。"),
        ("erase", "received", "", ""),
        ("erase", "refused", "", "还在供养期，按规定要留着（个人信息保护法第 47 条第二款）。"),
    ]
    for order, (kind, state, words, outcome) in enumerate(wishes):
        for place, person in enumerate(
            [people[order * 2 % len(people)], people[(order * 2 + 1) % len(people)]]
        ):
            asked = now - timedelta(days=4 + order * 2 + place)
            over = state in ("done", "refused")
            SubjectRequest.objects.create(
                uid=chance.uid(), no=f"Q-{40000001 + order * 29 + place * 7}", kind=kind, person=person, way="spoken",
                words=words, state=state, asked_at=asked, due_on=due_day(asked.date()), received_by=users["township-shitan"],
                decided_by=users["bureau"] if over else None, decided_at=now - timedelta(days=1) if over else None,
                outcome=outcome,
            )  # fmt: skip
    SubjectRequest.objects.create(
        uid=chance.uid(), no="Q-40009001", kind="copy", user=users["volunteer-liu"], way="own_page", state="making",
        asked_at=now - timedelta(hours=1), due_on=due_day(today), received_by=users["volunteer-liu"],
    )  # fmt: skip
    SubjectRequest.objects.create(
        uid=chance.uid(), no="Q-40009002", kind="copy", person=people[0], way="paper", state="making",
        asked_at=now - timedelta(hours=1), due_on=due_day(today), received_by=users["township-shitan"],
    )  # fmt: skip
