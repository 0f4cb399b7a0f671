"""Courses: read in parts, the quiz, results that count on a day, new versions."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from partners.models import Course, CoursePart, TrainingResult
from partners.training import actions
from partners.training.loading import DATA, load_courses
from partners.training.models import LONGEST_PART
from partners.training.queries import courses_in_use, results_on, training_minutes
from partners.training.rules import CourseFacts, Passed, enough, good_until, missing
from portal.base.refused import Refused
from portal.models import AuditEvent
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    load_courses()
    return Course.objects.get(code="door")


def read_all(user, course):
    for part in course.parts.filter(of_version=course.version):
        actions.read_part(user=user, part=part)


def right_answers(course):
    return {row.position: row.right for row in course.questions.filter(of_version=course.version)}


def passed(user, course, on, until=None):
    """A result written directly."""
    return TrainingResult.objects.create(
        user=user, course=course, of_version=course.version, passed_on=on,
        valid_until=until or good_until(on, course.validity_months), minutes=course.minutes, right_answers=5, questions=5,
    )  # fmt: skip


def test_the_four_courses_load_once_and_what_people_changed_stays(course):
    Course.objects.filter(code="door").update(title_zh="改过的")
    assert load_courses() == 0
    assert Course.objects.count() == len(list(DATA.glob("*.toml"))) == 4
    assert Course.objects.get(code="door").title_zh == "改过的"


def test_every_course_is_whole_in_both_languages_and_in_parts_of_at_most_ten_minutes(course):
    for row in Course.objects.prefetch_related("parts", "questions"):
        parts, questions = row.parts.all(), row.questions.all()
        assert row.minutes == sum(part.minutes for part in parts)
        assert all(part.minutes <= LONGEST_PART and part.body_en and part.body_zh for part in parts)
        assert len(questions) == 5
        assert all(0 <= one.right < len(one.choices) == 3 for one in questions)
        assert len({one.right for one in questions}) > 1  # nobody passes by always choosing the same


def test_the_database_refuses_a_part_longer_than_ten_minutes(course):
    with pytest.raises(IntegrityError), transaction.atomic():
        CoursePart.objects.filter(course=course).update(minutes=11)


def test_the_quiz_opens_only_after_every_part_is_read(course):
    user = makers.make_user()
    with pytest.raises(Refused) as refusal:
        actions.answer_quiz(user=user, course=course, answers=right_answers(course))
    assert refusal.value.code == "parts_unread"
    read_all(user, course)
    assert actions.answer_quiz(user=user, course=course, answers=right_answers(course))[0] is not None


def test_a_passed_quiz_is_one_result_with_its_validity_and_one_audit_row(course):
    user = makers.make_user()
    read_all(user, course)
    for _again in range(2):
        result, wrong = actions.answer_quiz(user=user, course=course, answers=right_answers(course))
    today = timezone.localdate()
    assert wrong == set()
    assert TrainingResult.objects.get(user=user) == result
    assert (result.passed_on, result.valid_until) == (today, good_until(today, course.validity_months))
    assert AuditEvent.objects.filter(verb="training.passed", actor=user).count() == 1
    assert training_minutes(user) == course.minutes


def test_too_many_wrong_answers_leave_nothing_and_tell_which(course):
    user = makers.make_user()
    read_all(user, course)
    answers = right_answers(course)
    answers[1], answers[2] = answers[1] + 1, answers[2] + 1
    result, wrong = actions.answer_quiz(user=user, course=course, answers=answers)
    assert (result, wrong) == (None, {1, 2})
    assert not TrainingResult.objects.exists()


@pytest.mark.parametrize(
    ("right", "questions", "is_enough"),
    [(4, 5, True), (3, 5, False), (0, 0, False), (3, 4, False), (5, 5, True)],
)
def test_eight_of_ten_pass_and_nothing_is_rounded_up(right, questions, is_enough):
    assert enough(right, questions) is is_enough


def test_the_database_refuses_a_result_that_was_not_passed(course):
    row = passed(makers.make_user(), course, date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingResult.objects.filter(pk=row.pk).update(right_answers=3)


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2024, 2, 28), False),
        (date(2024, 2, 29), True),
        (date(2026, 2, 28), True),
        (date(2026, 3, 1), False),
    ],
)
def test_a_result_counts_from_its_day_to_its_last_day_leap_days_among_them(course, on, counts):
    user = makers.make_user()
    passed(user, course, date(2024, 2, 29))
    assert ("door" in results_on([user.pk], on).get(user.pk, {})) is counts


@given(
    rows=st.lists(
        st.tuples(st.dates(date(2023, 1, 1), date(2028, 12, 31)), st.integers(1, 36)), max_size=5, unique=True
    ),
    on=st.dates(date(2023, 1, 1), date(2030, 12, 31)),
)
def test_the_set_based_read_agrees_with_reading_one_result_after_the_other(rows, on):
    with transaction.atomic():
        load_courses()
        row, user = Course.objects.get(code="door"), makers.make_user()
        for n, (day, months) in enumerate(rows, 1):
            TrainingResult.objects.create(
                user=user, course=row, of_version=n, passed_on=day, valid_until=good_until(day, months),
                minutes=15, right_answers=5, questions=5,
            )  # fmt: skip
        good = [good_until(day, months) for day, months in rows if day <= on <= good_until(day, months)]
        found = results_on([user.pk], on).get(user.pk, {}).get("door")
        assert (found.valid_until if found else None) == max(good, default=None)
        transaction.set_rollback(True)


def test_many_people_cost_one_query(course, django_assert_num_queries):
    people = [makers.make_user().pk for _n in range(30)]
    for pk in people:
        TrainingResult.objects.create(
            user_id=pk, course=course, of_version=1, passed_on=date(2026, 1, 1), valid_until=date(2028, 1, 1),
            minutes=15, right_answers=5, questions=5,
        )  # fmt: skip
    with django_assert_num_queries(1):
        assert len(results_on(people, date(2026, 5, 1))) == 30


def text_now(course, **more):
    """The course as it stands, as a text."""
    parts = [
        actions.PartText(p.title_zh, p.title_en, p.body_zh, p.body_en, p.minutes)
        for p in course.parts.filter(of_version=course.version)
    ]
    questions = [
        actions.QuestionText(q.text_zh, q.text_en, tuple(map(tuple, q.choices)), q.right, q.why_zh, q.why_en)
        for q in course.questions.filter(of_version=course.version)
    ]
    stated = {
        "title_zh": course.title_zh, "title_en": course.title_en, "about_zh": course.about_zh,
        "about_en": course.about_en, "roles": tuple(course.roles), "services": tuple(course.services),
        "validity_months": 6, "parts": tuple(parts), "questions": tuple(questions),
    }  # fmt: skip
    return actions.CourseText(**{**stated, **more})


def test_a_new_version_keeps_old_results_unless_a_day_is_named_from_which_all_learn_again(course):
    user, by = makers.make_user(), makers.make_user()
    today = timezone.localdate()
    passed(user, course, today - timedelta(days=30))
    actions.write_course(code="door", text=text_now(course), by=by, version=1)
    assert "door" in results_on([user.pk], today)[user.pk]
    course.refresh_from_db()
    again = today + timedelta(days=10)
    actions.write_course(code="door", text=text_now(course), by=by, version=2, again_from=again)
    assert "door" in results_on([user.pk], again - timedelta(days=1))[user.pk]
    assert results_on([user.pk], again) == {}
    assert AuditEvent.objects.filter(verb="course.written", actor=by).count() == 2


def test_of_two_people_who_write_one_course_the_second_is_told(course):
    by = makers.make_user()
    actions.write_course(code="door", text=text_now(course), by=by, version=1)
    with pytest.raises(Refused) as refusal:
        actions.write_course(code="door", text=text_now(course), by=by, version=1)
    assert refusal.value.code == "course_changed"


@pytest.mark.parametrize(
    ("lacking", "code"), [({"parts": ()}, "no_parts"), ({"questions": ()}, "no_questions")]
)
def test_a_course_without_parts_or_questions_is_refused(course, lacking, code):
    with pytest.raises(Refused) as refusal:
        actions.write_course(code="door", text=text_now(course, **lacking), by=None, version=1)
    assert refusal.value.code == code


def facts(code, roles=("volunteer",), services=()):
    return CourseFacts(code, code, code, frozenset(roles), frozenset(services), 15, 24, 1)


@pytest.mark.parametrize(
    ("roles", "services", "has", "lacks"),
    [
        (["volunteer"], ["cleaning"], [], ["a"]),
        (["volunteer"], ["visit_care"], [], ["a", "b"]),
        (["volunteer"], ["visit_care"], ["a"], ["b"]),
        (["worker"], ["visit_care"], [], ["c"]),
        ([], ["visit_care"], [], []),
    ],
)
def test_what_is_lacking_follows_from_role_service_and_what_was_passed(roles, services, has, lacks):
    courses = [facts("a"), facts("b", services=["visit_care"]), facts("c", roles=["worker"])]
    day = date(2026, 1, 1)
    results = {code: Passed(code, 1, day, date(2027, 1, 1), 15) for code in has}
    assert [course.code for course in missing(courses, results, roles, services)] == lacks


def test_a_course_out_of_use_is_asked_of_nobody(course):
    actions.set_live(course=course, live=False, by=makers.make_user())
    assert "door" not in {row.code for row in courses_in_use()}
    with pytest.raises(Refused):
        actions.set_live(course=course, live=False, by=makers.make_user())
