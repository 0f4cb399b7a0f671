"""Draws, referrals, near kin, break-glass and its review, and three duties in three hands."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.base.refused import Refused
from portal.models import AuditEvent, Identity, OutboxMessage, User
from services.models import Household, SightCase, Unmasking
from services.recipients import emergency
from services.recipients.access import explain
from services.recipients.duties import Duty, refuse_third_duty
from services.recipients.fields import shown_to
from services.recipients.finding import find_by_number
from services.recipients.kin_actions import declare_kin, end_kin
from services.recipients.opening import end_grants, grant_person
from services.recipients.people import ID_PURPOSE, assess
from services.recipients.unmasking import unmask
from services.tasks.actions import assign_worker
from tests import makers

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=1)


def fresh(user: User) -> User:
    """The person at their next request."""
    return User.objects.get(pk=user.pk)


def sees(user: User, household: Household) -> bool:
    """All shapes of the rule, which must agree."""
    person = fresh(user)
    listed = Household.objects.visible_to(person).filter(pk=household.pk).exists()
    assert fresh(user).has_perm("services.view_household", household) is listed
    assert bool(explain(fresh(user), household)) is listed
    return listed


@pytest.fixture
def village():
    """A village in a township in a county."""
    return makers.make_region()


def county_of(village):
    """The county it lies in."""
    return village.parent.parent


# grants to a person


@pytest.mark.parametrize(
    ("role", "cause"), [("inspector", "inspection:I-1"), ("department_staff", "referral:Z-1")]
)
def test_a_draw_or_referral_opens_one_household_to_one_person_between_its_dates(village, role, cause):
    household, other = makers.make_household(village), makers.make_household(village)
    person, colleague = (makers.make_post(role, county_of(village)) for _ in range(2))
    now = timezone.now()
    grant_person(
        household=household, user=person, cause=cause, since=now - SOON, until=now + timedelta(days=9)
    )
    assert sees(person, household)
    assert not sees(person, other)
    assert not sees(colleague, household)
    assert not Household.objects.visible_to(person, now - 2 * SOON).exists()
    assert not Household.objects.visible_to(person, now + timedelta(days=9)).exists()
    assert end_grants(cause=cause, at=timezone.now()) == 1
    assert not sees(person, household)


def test_what_an_inspector_and_a_department_see_follows_the_table(village):
    household = makers.make_household(village)
    now = timezone.now()
    inspector = makers.make_post("inspector", county_of(village))
    department = makers.make_post("department_staff", county_of(village))
    grant_person(household=household, user=inspector, cause="inspection:I-1", since=now - SOON)
    grant_person(household=household, user=department, cause="referral:Z-1", since=now - SOON)
    assert shown_to(inspector, household, now).mode("phone") == "D"
    assert shown_to(department, household, now).mode("phone") == "-"
    assert shown_to(department, household, now).mode("name") == "M"


@pytest.mark.parametrize(
    ("cause", "code"),
    [("task:T-1", "cause_unknown"), ("inspection", "cause_unknown"), ("referral:Z-1", "no_such_role")],
)
def test_a_grant_without_a_cause_or_a_fitting_post_is_refused(village, cause, code):
    inspector = makers.make_post("inspector", county_of(village))
    household = makers.make_household(village)
    with pytest.raises(Refused) as caught:
        grant_person(household=household, user=inspector, cause=cause, since=timezone.now())
    assert caught.value.code == code
    grant_person(household=household, user=inspector, cause="inspection:I-1", since=timezone.now())


def test_a_grant_whose_post_has_ended_opens_nothing(village):
    household = makers.make_household(village)
    inspector = makers.make_post("inspector", county_of(village))
    grant_person(household=household, user=inspector, cause="inspection:I-1", since=timezone.now() - SOON)
    assert sees(inspector, household)
    inspector.posts.update(valid_to=timezone.now())
    assert not sees(inspector, household)


# near kin


def test_near_kin_lose_sight_at_once_under_every_hat_and_every_account(village):
    household, other = makers.make_household(village), makers.make_household(village)
    identity = Identity.objects.create(name="测试")
    officer = makers.make_post("livelihood_officer", village, makers.make_user(identity=identity))
    second = makers.make_post("bureau_staff", county_of(village), makers.make_user(identity=identity))
    township = makers.make_post("township_cadre", village.parent)
    assert sees(officer, household) and sees(second, household)
    tie = declare_kin(by=township, household=household, username=officer.username, at=timezone.now())
    for account in (officer, second):
        assert not sees(account, household)
        assert sees(account, other)
    assert sees(township, household)
    end_kin(by=township, tie=tie, at=timezone.now())
    assert sees(officer, household) and sees(second, household)


def test_near_kin_are_on_no_list_and_in_no_count(client, village):
    household = makers.make_household(village, name="罗回避")
    cadre = makers.make_post("township_cadre", village.parent)
    makers.sign_in(client, cadre)
    assert "罗回避" in client.get(reverse("services:recipients:list")).content.decode()
    declare_kin(by=cadre, household=household, username=cadre.username, at=timezone.now())
    assert "罗回避" not in client.get(reverse("services:recipients:list")).content.decode()
    answer = client.get(reverse("services:recipients:detail", args=[household.no]))
    assert answer.status_code == 404


def test_near_kin_cannot_be_sent_and_cannot_send(village):
    task = makers.make_task()
    manager = makers.make_member(task.provider, "manager")
    worker = makers.make_member(task.provider)
    household = task.need.household
    tie = declare_kin(by=manager, household=household, username=worker.username, at=timezone.now())
    with pytest.raises(Refused) as caught:
        assign_worker(task=task, worker=worker, by=manager)
    assert caught.value.code == "near_kin"
    end_kin(by=manager, tie=tie, at=timezone.now())
    task.refresh_from_db()
    assert assign_worker(task=task, worker=worker, by=manager).user == worker


def test_a_tie_is_declared_once_and_not_ended_by_the_person_concerned(village):
    household = makers.make_household(village)
    cadre = makers.make_post("township_cadre", village.parent)
    tie = declare_kin(by=cadre, household=household, username=cadre.username, at=timezone.now())
    for act, code in (
        (lambda: declare_kin(by=cadre, household=household, username=cadre.username, at=timezone.now()), "declared_already"),
        (lambda: declare_kin(by=cadre, household=household, username="nobody-here", at=timezone.now()), "person_unknown"),
        (lambda: end_kin(by=cadre, tie=tie, at=timezone.now()), "own_tie"),
    ):  # fmt: skip
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == code


# break-glass


@pytest.fixture
def asker(village):
    """A system administrator, who sees no household."""
    return makers.make_post("sysadmin", county_of(village))


GROUND = "报警人说老人倒在家里，要门牌"


def ask(asker, no, ground=GROUND, at=None):
    """Ask for break-glass."""
    return emergency.ask_emergency(by=asker, household_no=no, ground=ground, at=at or timezone.now())


def test_break_glass_opens_one_household_for_half_an_hour_and_tells_the_reviewers(village, asker):
    household, other = makers.make_household(village), makers.make_household(village)
    bureau = makers.make_post("bureau_staff", county_of(village))
    case = ask(asker, household.no.lower())
    assert sees(asker, household) and not sees(asker, other)
    assert not Household.objects.visible_to(asker, case.valid_to).exists()
    assert Household.objects.visible_to(asker, case.valid_to - SOON).exists()
    assert case.valid_to - case.valid_from == timedelta(minutes=30)
    assert OutboxMessage.objects.filter(topic="sight_to_review", receiver=bureau, object_no=case.no).exists()
    event = AuditEvent.objects.get(verb="sight.emergency")
    assert (event.household_no, event.purpose) == (household.no, GROUND)
    emergency.end_emergency(by=asker, case=case, at=timezone.now())
    assert not sees(asker, household)


def test_under_break_glass_each_field_is_still_a_logged_click(village, asker):
    household = makers.make_household(village, phone="+8613900000000")
    ask(asker, household.no, at=timezone.now() - SOON)
    person, now = fresh(asker), timezone.now()
    assert shown_to(person, household, now).mode("name") == "D"
    unmask(by=person, household=household, field="phone", ground="", at=now)
    assert Unmasking.objects.get(field="phone").because.startswith("person|emergency|emergency:K-")
    with pytest.raises(Refused):
        unmask(by=person, household=household, field="health", ground="", at=now)


@pytest.mark.parametrize(
    ("no", "ground", "code"), [("", "急", "ground_short"), ("H-00000000", GROUND, "no_household")]
)
def test_break_glass_without_a_reason_or_a_household_is_refused(village, asker, no, ground, code):
    with pytest.raises(Refused) as caught:
        ask(asker, no or makers.make_household(village).no, ground)
    assert caught.value.code == code


def test_near_kin_break_no_glass_and_cannot_tell_it_from_a_number_that_never_was(village, asker):
    household = makers.make_household(village)
    cadre = makers.make_post("township_cadre", village.parent)
    declare_kin(by=cadre, household=household, username=asker.username, at=timezone.now() - SOON)
    with pytest.raises(Refused) as shut:
        ask(fresh(asker), household.no)
    with pytest.raises(Refused) as never:
        ask(fresh(asker), "H-00000000")
    assert (shut.value.code, shut.value.message) == (never.value.code, never.value.message)


def test_five_a_day_and_no_more(village, asker):
    rows = [makers.make_household(village) for _ in range(6)]
    for household in rows[:5]:
        ask(asker, household.no)
    with pytest.raises(Refused) as caught:
        ask(asker, rows[5].no)
    assert caught.value.code == "too_many"
    ask(asker, rows[5].no, at=timezone.now() + timedelta(days=1, minutes=1))


def test_who_sees_already_needs_no_break_glass(village):
    household = makers.make_household(village)
    with pytest.raises(Refused) as caught:
        ask(makers.make_post("township_cadre", village.parent), household.no)
    assert caught.value.code == "sees_already"


def test_another_person_reviews_once(village, asker):
    identity = Identity.objects.create(name="测试")
    User.objects.filter(pk=asker.pk).update(identity=identity)
    case = ask(fresh(asker), makers.make_household(village).no)
    case = SightCase.objects.select_related("user").get(pk=case.pk)
    own = makers.make_post("bureau_staff", county_of(village), makers.make_user(identity=identity))
    bureau = makers.make_post("bureau_staff", county_of(village))

    def review(by, verdict="justified", finding="查了电话记录，属实"):
        return emergency.review_sight(by=by, case=case, verdict=verdict, finding=finding, at=timezone.now())

    for by, more, code in (
        (asker, {}, "own_case"), (own, {}, "own_case"), (bureau, {"verdict": "x"}, "verdict_unknown"),
        (bureau, {"finding": "好"}, "finding_empty"),
    ):  # fmt: skip
        with pytest.raises(Refused) as caught:
            review(by, **more)
        assert caught.value.code == code
    assert review(bureau).verdict == "justified"
    with pytest.raises(Refused) as caught:
        review(bureau)
    assert caught.value.code == "reviewed"


def test_the_database_lets_nobody_review_themselves(village, asker):
    case = ask(asker, makers.make_household(village).no)
    with pytest.raises(IntegrityError), transaction.atomic():
        SightCase.objects.filter(pk=case.pk).update(reviewed_by=asker)


def test_a_superuser_without_a_post_breaks_no_glass(client, village):
    root = User.objects.create_superuser("root-for-glass", password="a-long-password")
    makers.sign_in(client, root)
    assert client.get(reverse("services:recipients:emergency")).status_code == 403
    assert (
        client.get(
            reverse("services:recipients:detail", args=[makers.make_household(village).no])
        ).status_code
        == 404
    )


def test_the_pages_of_break_glass_from_asking_to_review(client, village, asker):
    household = makers.make_household(village, name="罗紧急")
    makers.sign_in(client, asker)
    page = client.get(reverse("services:recipients:emergency"))
    assert "紧急查看开着" not in page.content.decode()
    answer = client.post(
        reverse("services:recipients:emergency"), {"no": household.no, "ground": GROUND}, follow=True
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "紧急查看开着" in text and household.no in text and "罗紧急" not in text
    case = SightCase.objects.get()
    bureau = makers.make_post("bureau_staff", county_of(village))
    client.logout()
    makers.sign_in(client, bureau)
    assert case.no in client.get(reverse("services:recipients:sight")).content.decode()
    url = reverse("services:recipients:sight_case", args=[case.no])
    assert "打开档案" in client.get(url).content.decode()
    assert client.post(url, {"verdict": "", "finding": ""}).status_code == 422
    assert client.post(url, {"verdict": "not_justified", "finding": "没有报警记录"}).status_code == 302
    case.refresh_from_db()
    assert case.verdict == "not_justified"


# three duties


def test_nobody_does_all_three_duties_for_one_household_alone():
    task = makers.make_task()
    household = task.need.household
    person = household.persons.get()
    cadre, colleague = (makers.make_post("township_cadre", household.township) for _ in range(2))
    today = timezone.localdate()
    assess(by=cadre, person=person, answers={}, on=today, today=today)
    worker = makers.make_member(task.provider)
    assignment = makers.make_assignment(task, worker)
    refuse_third_duty(cadre, household, Duty.SETTLE)
    assignment.assigned_by = cadre
    assignment.save()
    with pytest.raises(Refused) as caught:
        refuse_third_duty(cadre, household, Duty.SETTLE)
    assert caught.value.code == "all_three_duties"
    refuse_third_duty(colleague, household, Duty.SETTLE)
    refuse_third_duty(cadre, makers.make_household(), Duty.SETTLE)


# the search by a whole ID number


def test_a_whole_number_finds_within_ones_sight_and_is_noted_without_the_number(client, village):
    from portal.base.privacy import blind_index

    number = "439900194803020021"
    household = makers.make_household(village)
    person = household.persons.get()
    person.id_number, person.id_blind = number, blind_index(number, ID_PURPOSE)
    person.save()
    here = makers.make_post("township_cadre", village.parent)
    there = makers.make_post("township_cadre", makers.make_region("township", county_of(village)))
    now = timezone.now()
    assert find_by_number(by=here, number=number, ground="老人来窗口", at=now) == household
    assert find_by_number(by=there, number=number, ground="老人来窗口", at=now) is None
    events = AuditEvent.objects.filter(verb="household.sought_by_number").order_by("pk")
    assert [event.household_no for event in events] == [household.no, ""]
    assert not any(number in f"{event.detail} {event.purpose}" for event in events)


def test_the_search_page_takes_the_number_by_post_only_and_answers_unseen_and_never_alike(client, village):
    url = reverse("services:recipients:find")
    makers.sign_in(client, makers.make_post("township_cadre", village.parent))
    assert "没有这个号码" not in client.get(url, {"id_number": "x"}).content.decode()
    assert client.post(url, {"id_number": "12", "ground": ""}).status_code == 422
    answer = client.post(url, {"id_number": "11010519491231002X", "ground": "老人来窗口"})
    assert answer.status_code == 200
    assert "没有这个号码" in answer.content.decode()
    assert "11010519491231002X" not in answer.content.decode()
