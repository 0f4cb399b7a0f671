"""The pages of training: for who learns, and for the bureau that writes."""

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Course, PartReading, TrainingResult
from partners.training.loading import load_courses
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(client):
    load_courses()
    user = makers.make_member(makers.make_provider(services=["visit_care"]))
    makers.sign_in(client, user)
    return user


@pytest.fixture
def writer(client):
    load_courses()
    user = makers.make_post("bureau_staff", makers.make_region("county"))
    makers.sign_in(client, user)
    return user


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


def test_the_list_puts_first_what_is_asked_and_counts_it(client, learner):
    page = client.get(url("training"))
    rows = page.context["rows"]
    assert [row["asked"] for row in rows] == [True, True, True, False]
    assert page.context["lacking"] == 3
    assert rows[-1]["course"].code == "escort"


def test_a_person_reads_part_by_part_answers_wrongly_and_passes_the_second_time(client, learner):
    course = Course.objects.get(code="door")
    for n in (1, 2, 3):
        assert client.get(url("training_part", "door", n)).status_code == 200
        answer = client.post(url("training_part", "door", n))
    assert answer["Location"] == url("training_course", "door")
    assert PartReading.objects.filter(user=learner).count() == 3
    wrong = {f"q{n}": "0" for n in range(1, 6)}
    page = client.post(url("training_quiz", "door"), wrong)
    assert page.context["result"] is None and "再来一次" in page.content.decode()
    right = {f"q{row.position}": str(row.right) for row in course.questions.all()}
    assert "通过了" in client.post(url("training_quiz", "door"), right).content.decode()
    assert TrainingResult.objects.get(user=learner).valid_until > timezone.localdate()
    assert "您通过了这门课" in client.get(url("training_course", "door")).content.decode()


def test_an_unanswered_question_keeps_the_other_answers(client, learner):
    page = client.post(url("training_quiz", "door"), {"q1": "1"})
    assert page.status_code == 422
    assert page.content.decode().count("checked") == 1
    assert "有 4 处要改" in page.content.decode()


@pytest.mark.parametrize("path", ["/my/training/none/", "/my/training/door/9/", "/my/training/none/quiz/"])
def test_what_is_not_there_is_404(client, learner, path):
    assert client.get(path).status_code == 404


def test_the_list_costs_the_same_for_three_and_thirty_courses(client, learner, queries_of):
    client.get(url("training"))
    first = queries_of(client, url("training"))
    for n in range(30):
        Course.objects.create(
            code=f"more-{n}",
            title_zh="课",
            title_en="Course",
            about_zh="课",
            about_en="c",
            minutes=5,
            roles=["worker"],
        )
    assert queries_of(client, url("training")) == first <= 20


def typed(course, **more):
    """The editor's form as it comes from the browser."""
    parts = list(course.parts.filter(of_version=course.version))
    questions = list(course.questions.filter(of_version=course.version))
    data = {
        "version": course.version, "title_zh": "新课名", "title_en": "New title", "about_zh": "说明", "about_en": "About",
        "roles": ["worker"], "services": [], "validity_months": 12,
        "parts-TOTAL_FORMS": len(parts) + 1, "parts-INITIAL_FORMS": len(parts),
        "questions-TOTAL_FORMS": len(questions) + 1, "questions-INITIAL_FORMS": len(questions),
    }  # fmt: skip
    for n, part in enumerate(parts):
        for name in ("title_zh", "title_en", "body_zh", "body_en", "minutes"):
            data[f"parts-{n}-{name}"] = getattr(part, name)
    for n, one in enumerate(questions):
        data[f"questions-{n}-right"] = one.right
        for name in ("text_zh", "text_en", "why_zh", "why_en"):
            data[f"questions-{n}-{name}"] = getattr(one, name)
        for k, (zh, en) in enumerate(one.choices):
            data[f"questions-{n}-zh{k}"], data[f"questions-{n}-en{k}"] = zh, en
    return {**data, **more}


def test_the_bureau_publishes_a_second_version_without_a_part_and_the_first_stays(client, writer):
    course = Course.objects.get(code="door")
    answer = client.post(url("course_edit", "door"), typed(course, **{"parts-2-DELETE": "on"}))
    assert answer.status_code == 302
    course.refresh_from_db()
    assert (course.version, course.title_zh, course.minutes) == (2, "新课名", 10)
    assert course.parts.filter(of_version=2).count() == 2
    assert course.parts.filter(of_version=1).count() == 3


def test_a_part_too_long_is_refused_and_everything_typed_stays(client, writer):
    course = Course.objects.get(code="door")
    page = client.post(url("course_edit", "door"), typed(course, **{"parts-0-minutes": 11}))
    assert page.status_code == 422
    assert "新课名" in page.content.decode()
    course.refresh_from_db()
    assert course.version == 1


def test_a_stale_form_is_told_and_loses_nothing(client, writer):
    course = Course.objects.get(code="door")
    client.post(url("course_edit", "door"), typed(course))
    page = client.post(url("course_edit", "door"), typed(course, title_zh="第二个人写的"))
    assert page.status_code == 422
    assert "刚被别人改过" in page.content.decode() and "第二个人写的" in page.content.decode()


def test_the_desk_shows_and_switches_courses(client, writer, queries_of):
    assert client.get(url("course_edit", "door")).status_code == 200
    client.get(url("desk_training"))
    first = queries_of(client, url("desk_training"))
    for n in range(30):
        Course.objects.create(
            code=f"more-{n}",
            title_zh="课",
            title_en="Course",
            about_zh="课",
            about_en="c",
            minutes=5,
            roles=["worker"],
        )
    assert queries_of(client, url("desk_training")) == first <= 20
    client.post(url("course_live", "door"), {"live": "no"})
    assert not Course.objects.get(code="door").live
    assert client.get(url("training_course", "door")).status_code == 404


def test_nobody_else_writes_courses(client, learner):
    assert client.get(url("desk_training")).status_code == 403
    assert client.post(url("course_edit", "door"), {}).status_code == 404
