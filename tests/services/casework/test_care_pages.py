"""The pages of care: two clocks, people nobody has seen first, papers with masks, the slip, the written decision."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.models import uuid7
from portal.base.refused import Refused
from services.casework.bought import bought_for, responsible_for
from services.casework.desk import sections_for
from services.casework.plan_needs import raise_from_plan
from services.models import CareAgreement, CarePlan, Household, LookIn, Need, Review, Unmasking, VisitRecord
from services.recipients.agreements import draft_agreement
from services.recipients.look_ins import note_seen, open_round
from services.recipients.plans import approve_plan, draft_plan, submit_plan
from tests import makers
from tests.services.care_cast import TODAY, agreement_facts, make_scene, plan_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """A village with a dispersed tekun person of a telling name."""
    found = make_scene(self_care="partial", name="曾绝莲")
    found.person.name = "曾绝莲"
    found.person.save()
    return found


def get(user, name, *args, status=200):
    """The text of a page."""
    answer = makers.sign_in(Client(), user).get(reverse(f"services:{name}", args=args))
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def post(user, name, *args, status=302, **data):
    """The answer to a form."""
    answer = makers.sign_in(Client(), user).post(reverse(f"services:{name}", args=args), data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer


def served(scene, per_month=4):
    """A task that promises visits, one made this month by a worker."""
    need = makers.make_need(scene.household, state="placed", visits_per_month=per_month)
    task = makers.make_task(need, state="live")
    worker = makers.make_member(task.provider, user=makers.make_user("刘护工"))
    assignment = makers.make_assignment(task, worker, at=timezone.now() - timedelta(days=60))
    now = timezone.now()
    done = makers.make_planned(assignment, starts_at=now - timedelta(minutes=50), state="recorded")
    VisitRecord.objects.create(
        uid=uuid7(), no="R-1", planned=done, author=worker, epoch=1, started_at=done.starts_at,
        ended_at=now, payload_hash="0" * 64, receipt="0" * 64,
    )  # fmt: skip
    makers.make_planned(assignment, starts_at=now + timedelta(days=3))
    return task, worker


def test_the_two_clocks_stand_side_by_side_and_never_mix(scene):
    task, _worker = served(scene, per_month=1)
    rows = bought_for(scene.household, TODAY)
    assert [(row.per_month, row.done) for row in rows] == [(1, 1)]
    page = get(scene.cadre, "care:file", scene.household.no)
    assert "每月至少 2 次，最长隔 16 天" in page
    assert "比规定少 1 次" in page and str(task.provider) in page
    assert "还没有人上门看过" in page  # the record above was written past the action that sets the clock


def test_who_nobody_saw_comes_first_on_every_desk_with_who_is_responsible(scene):
    for user in (scene.cadre, scene.bureau):
        first = sections_for(user, timezone.now())[0]
        assert (first.key, first.count) == ("unseen", 1)
        assert "民政办负责" in first.items[0].sub
    village = get(scene.officer, "intake:village")
    assert village.index("没人看过的人") < village.index("报一户")
    assert scene.household.no not in get(scene.stranger, "care:unseen")
    page = get(scene.bureau, "care:unseen")
    assert scene.household.no in page and "曾绝莲" not in page
    note_seen(scene.household.pk, TODAY, "visit")
    assert sections_for(scene.cadre, timezone.now())[0].count == 0
    assert "没人看过的人" not in get(scene.officer, "intake:village")


def test_the_pages_say_from_when_it_counts_and_the_bureau_sets_the_first_day(scene):
    assert "以前的日子不算" not in get(scene.bureau, "care:unseen")
    first = TODAY - timedelta(days=50)
    day = {"day": first.isoformat(), "source": "全县使用"}
    post(scene.bureau, "care:start_new", status=422, **day | {"source": ""})
    post(scene.cadre, "care:start_new", status=403, **day)
    post(scene.bureau, "care:start_new", **day)
    page = get(scene.bureau, "care:unseen")
    assert "以前的日子不算" in page and "起算" in page
    rules = get(scene.bureau, "care:rules")
    assert "全县使用" in rules and scene.bureau.get_full_name() in rules
    assert "定从哪天起算" not in get(scene.cadre, "care:rules")
    for user, name in ((scene.officer, "care:unseen"), (scene.officer, "intake:village")):
        assert "起算" in get(user, name)
    assert "起算" in get(scene.cadre, "care:file", scene.household.no)


def test_the_provider_with_the_task_is_responsible_else_the_village(scene):
    now = timezone.now()
    found = responsible_for([scene.household], now)[scene.household.pk]
    assert scene.officer.get_full_name() in found.who
    task, _worker = served(scene)
    assert responsible_for([scene.household], now)[scene.household.pk].who == str(task.provider)


def test_a_village_officer_notes_a_look_and_the_list_is_shorter(scene):
    data = {"on": TODAY.isoformat(), "mode": "door", "found": "well", "note": "在晒太阳"}
    post(scene.officer, "care:look_in", scene.household.no, **data)
    assert LookIn.objects.get().by == scene.officer
    assert scene.household.no not in get(scene.officer, "care:unseen")
    answer = post(scene.officer, "care:look_in", scene.household.no, status=422, **data)
    assert "这天您已经记过一次" in answer.content.decode()
    trouble = data | {"mode": "phone", "found": "trouble"}
    answer = post(scene.officer, "care:look_in", scene.household.no, **trouble)
    assert answer["Location"] == reverse("services:reviews:report", args=[scene.household.no])


def test_an_agreement_goes_from_draft_to_paper_with_the_amount_in_capitals(scene):
    data = {
        "carer_kind": "person", "carer_name": "刘邻友", "carer_tie": "neighbour", "carer_phone": "13800001234",
        "content": "日常看护", "frequency": "每天", "monthly": "1,365.50", "starts_on": TODAY.isoformat(),
        "last_day": (TODAY + timedelta(days=364)).isoformat(),
    }  # fmt: skip
    where = (scene.household.no, scene.person.uid)
    answer = post(scene.cadre, "care:agreement_new", *where, status=422, **data | {"monthly": "一千"})
    assert "金额只填数字" in answer.content.decode() and "刘邻友" in answer.content.decode()
    post(scene.cadre, "care:agreement_new", *where, **data)
    row = CareAgreement.objects.get()
    assert (row.monthly_fen, row.ends_on) == (1365_50, TODAY + timedelta(days=365))
    post(scene.cadre, "care:agreement_submit", row.no, version=row.version)
    paper = get(scene.cadre, "care:agreement_print", row.no)
    assert "1,365.50 元" in paper and "人民币壹仟叁佰陆拾伍元伍角整" in paper
    assert "曾绝莲" in paper and "刘邻友" in paper and f"{scene.cadre.get_full_name()} 于" in paper
    signed = {"version": row.version + 1, "on": TODAY.isoformat(), "signing": "finger"}
    answer = post(scene.cadre, "care:agreement_sign", row.no, status=422, witness="", **signed)
    assert "要有见证人" in answer.content.decode()
    post(scene.cadre, "care:agreement_sign", row.no, witness="罗见证", **signed)
    row.refresh_from_db()
    assert row.state == "live"


def test_the_bureau_reads_an_agreement_with_masks_and_the_look_is_noted(scene):
    row = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    for name in ("care:agreement", "care:agreement_print"):
        page = get(scene.bureau, name, row.no)
        assert "曾*莲" in page and "曾绝莲" not in page
        assert "刘*友" in page and "刘邻友" not in page and "190 0000 9999" not in page
        assert "190 0000 9999" in get(scene.cadre, name, row.no)
    assert Unmasking.objects.filter(user=scene.bureau, field="file", household=scene.household).exists()


@pytest.mark.parametrize("who", ["stranger", "officer"])
def test_others_find_no_agreement_there(scene, who):
    row = draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    for name in ("care:agreement", "care:agreement_print", "care:agreement_edit"):
        get(getattr(scene, who), name, row.no, status=404)
        get(scene.cadre, name, row.no)


def test_the_worker_reads_class_clocks_and_plan_but_no_agreement(scene):
    _task, worker = served(scene)
    plan = draft_plan(
        by=scene.cadre, person=scene.person, starts_on=TODAY, goal="绝密目标", lines=plan_lines()
    )
    plan = submit_plan(by=scene.cadre, plan=plan, version=plan.version)
    approve_plan(by=scene.second, plan=plan, version=plan.version)
    draft_agreement(by=scene.cadre, person=scene.person, facts=agreement_facts())
    page = get(worker, "care:file", scene.household.no)
    assert "没评估" in page and "访视照料" in page
    for secret in ("绝密目标", "刘邻友", "曾绝莲", "照料协议"):
        assert secret not in page


def test_a_plan_is_typed_checked_and_becomes_needs_once(scene):
    where = (scene.household.no, scene.person.uid)
    data = {"starts_on": TODAY.isoformat(), "visits_visit_care": "4", "minutes_visit_care": "45"}
    answer = post(scene.cadre, "care:plan_new", *where, status=422, starts_on=TODAY.isoformat())
    assert "请至少填一项服务" in answer.content.decode()
    answer = post(scene.cadre, "care:plan_new", *where, status=422, **data | {"visits_cleaning": "1"})
    assert "次数和分钟要一起填" in answer.content.decode()
    post(scene.cadre, "care:plan_new", *where, **data)
    plan = CarePlan.objects.get()
    post(scene.cadre, "care:plan_submit", plan.no, version=plan.version)
    get(scene.officer, "care:plan_approve", plan.no, status=404)
    post(scene.bureau, "care:plan_approve", plan.no, version=plan.version + 1)
    post(scene.cadre, "care:plan_needs", plan.no, version=1)
    need = Need.objects.get()
    assert (need.visits_per_month, need.minutes, need.state) == (4, 45, "to_verify")
    post(scene.cadre, "care:plan_needs", plan.no, version=1)
    assert Need.objects.count() == 1


def test_needs_are_raised_only_from_an_approved_plan(scene):

    plan = draft_plan(by=scene.cadre, person=scene.person, starts_on=TODAY, goal="", lines=plan_lines())
    with pytest.raises(Refused) as refusal:
        raise_from_plan(by=scene.cadre, plan=plan)
    assert refusal.value.code == "plan_not_approved"


def test_the_slip_says_who_comes_who_looked_whom_to_call_and_how_to_change(scene):
    _task, worker = served(scene)
    get(scene.bureau, "care:file", scene.household.no)
    page = get(scene.officer, "care:slip", scene.household.no)
    for text in (
        "曾绝莲：谁来照料您",
        worker.get_full_name(),
        "我想换个人",
        scene.bureau.get_full_name(),
        "12345",
        "120",
    ):
        assert text in page
    get(scene.stranger, "care:slip", scene.household.no, status=404)
    get(worker, "care:slip", scene.household.no, status=404)
    masked = get(scene.bureau, "care:slip", scene.household.no)
    assert "曾*莲" in masked and "曾绝莲" not in masked


def test_a_change_is_reported_proposed_decided_and_printed(scene):
    words = {"said_by": "carer", "kind": "income", "words": "领了一笔补偿款"}
    answer = post(scene.officer, "reviews:report", scene.household.no, **words)
    review = Review.objects.get()
    assert answer["Location"] == reverse("services:reviews:followed", args=[review.no])
    assert "乡镇正在核查" in get(scene.officer, "reviews:followed", review.no)
    facts = {
        "version": review.version, "person": str(scene.person.uid), "outcome": "reduce", "before": "800",
        "after": "500.00", "effective_on": TODAY.isoformat(), "reason": "补偿款按月摊算，按规定核减。",
    }  # fmt: skip
    answer = post(scene.cadre, "reviews:propose", review.no, status=422, **facts | {"after": "900"})
    assert "金额和结果对不上" in answer.content.decode() and "按规定核减" in answer.content.decode()
    post(scene.cadre, "reviews:propose", review.no, **facts)
    get(scene.cadre, "reviews:notice", review.no, status=404)
    post(scene.cadre, "reviews:decide", review.no, status=404, version=review.version + 1)
    post(scene.bureau, "reviews:decide", review.no, version=review.version + 1)
    notice = get(scene.cadre, "reviews:notice", review.no)
    for text in ("曾绝莲", "减发", "补偿款按月摊算", "人民币伍佰元整", "60 日内申请行政复议", review.no):
        assert text in notice
    assert "曾绝莲" not in get(scene.bureau, "reviews:notice", review.no)
    assert "书面结果" in get(scene.officer, "reviews:followed", review.no)


def test_the_worker_reports_and_reads_only_what_became_of_it(scene):
    _task, worker = served(scene)
    post(worker, "reviews:report", scene.household.no, said_by="worker", kind="ability", words="下不了床")
    review = Review.objects.get()
    assert "下不了床" not in get(worker, "reviews:followed", review.no)
    get(worker, "reviews:detail", review.no, status=404)
    get(makers.make_member(makers.make_provider()), "reviews:report", scene.household.no, status=404)


def test_what_is_due_is_listed_and_opened(scene):
    page = get(scene.cadre, "reviews:list")
    assert scene.household.no in page and "开始核查" in page
    post(scene.cadre, "reviews:periodic", scene.household.no, scene.person.categories.get().uid)
    review = Review.objects.get()
    assert review.cause == "periodic"
    assert scene.household.no not in get(scene.cadre, "reviews:list")
    assert "开始核查" not in get(scene.bureau, "reviews:list")


def test_rules_and_rounds_have_pages_for_those_who_set_them(scene):
    page = get(scene.cadre, "care:rules")
    assert "民发〔2019〕124号" in page and "改探访次数" not in page
    get(scene.cadre, "care:visit_rule_new", status=403)
    facts = {
        "level": "able", "per_month": "2", "within_days": "15", "source": "县民政局〔2026〕1号",
        "valid_from": (TODAY + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    post(scene.bureau, "care:visit_rule_new", **facts)
    assert "县民政局〔2026〕1号" in get(scene.bureau, "care:rules")
    tomorrow = {
        "code": "tekun", "months": "6", "source": "县民政局〔2026〕2号", "valid_from": facts["valid_from"],
    }  # fmt: skip
    post(scene.bureau, "care:interval_new", **tomorrow)
    round_facts = {
        "kind": "weather", "title": "寒潮探访", "region": scene.village.parent.code,
        "opens_on": TODAY.isoformat(), "due_on": TODAY.isoformat(), "source": "橙色预警",
    }  # fmt: skip
    post(scene.cadre, "care:round_new", **round_facts)
    assert "寒潮探访" in get(scene.officer, "care:unseen")
    elsewhere = scene.stranger.posts.get().region.code
    answer = post(scene.cadre, "care:round_new", status=422, **round_facts | {"region": elsewhere})
    assert "不归您管" in answer.content.decode()


def test_an_assessment_is_asked_in_the_words_of_its_sheet_and_keeps_the_version(scene):
    page = get(scene.cadre, "recipients:assess", scene.household.no, scene.person.uid)
    assert "能不能自己吃饭" in page and "民发〔2021〕43号" in page
    answers = {f"adl_{name}": "yes" for name in ("eating", "dressing", "bed", "toilet", "walking")}
    day = {"on_year": TODAY.year, "on_month": TODAY.month, "on_day": TODAY.day, "adl_bathing": "unknown"}
    more = {"risk": "dementia", "note": ""}
    post(scene.cadre, "recipients:assess", scene.household.no, scene.person.uid, **answers | day | more)
    made = scene.person.assessments.get()
    assert (made.self_care, made.form_version, made.risk) == ("not_assessed", 1, "dementia")
    assert Household.objects.get(pk=scene.household.pk).care_clock.high_risk


def test_a_round_that_nobody_finished_stands_on_the_desk(scene):
    note_seen(scene.household.pk, TODAY - timedelta(days=9), "visit")
    assert sections_for(scene.cadre, timezone.now())[0].count == 0
    open_round(
        by=scene.bureau, kind="festival", title="重阳节探访", region=scene.village.parent, source="",
        opens_on=TODAY - timedelta(days=5), due_on=TODAY - timedelta(days=1),
    )  # fmt: skip
    first = sections_for(scene.cadre, timezone.now())[0]
    assert first.count == 1 and first.items[0].left.word == "这轮没看到"
