"""Learning on a phone without script, and the bureau's courses."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.training import actions, queries
from partners.training.forms import CourseEdit, QuizForm
from partners.training.models import PASS_PERCENT, Course, CoursePart
from partners.training.rules import required
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs, signed_in

EDIT = "partners.edit_course"


@signed_in(methods=("GET",))
def training(request: HttpRequest) -> HttpResponse:
    """One's courses: what has to be learnt first, how far one is, until when a result is good."""
    today = timezone.localdate()
    passed = queries.results_on([request.user.pk], today).get(request.user.pk, {})
    asked = {row.code for row in required(queries.courses_in_use(), *queries.asked_of(request.user))}
    rows = [
        {"course": course, "passed": passed.get(course.code), "asked": course.code in asked}
        for course in queries.courses_with_readings(request.user)
    ]
    rows.sort(key=lambda row: (not row["asked"], row["passed"] is not None))
    context = {"rows": rows, "lacking": sum(row["asked"] and not row["passed"] for row in rows)}
    return render(request, "partners/training/list.html", context)


def _course(code: str) -> Course:
    course = Course.objects.filter(code=code, live=True).first()
    if course is None:
        raise Http404
    return course


def _part(course: Course, position: int) -> CoursePart:
    part = course.parts.filter(of_version=course.version, position=position).first()
    if part is None:
        raise Http404
    return part


@signed_in(takes_object="partners.Course", methods=("GET",))
def course(request: HttpRequest, code: str) -> HttpResponse:
    """The parts of a course with what is read, the quiz, and the result."""
    row = _course(code)
    read = queries.read_by(request.user, row)
    parts = [{"part": part, "read": part.position in read} for part in queries.parts_of(row)]
    context = {
        "course": row,
        "parts": parts,
        "next": next((each["part"] for each in parts if not each["read"]), None),
        "passed": queries.results_on([request.user.pk], timezone.localdate())
        .get(request.user.pk, {})
        .get(row.code),
        "share": PASS_PERCENT,
    }
    return render(request, "partners/training/course.html", context)


@signed_in(takes_object="partners.Course")
def part(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """One part to read; sending the form says that it is read and leads on."""
    row = _course(code)
    piece = _part(row, position)
    parts = queries.parts_of(row)
    after = next((each.position for each in parts if each.position > position), None)
    if request.method == "POST":
        actions.read_part(user=request.user, part=piece)
        if after is not None:
            return redirect("partners:training_part", code, after)
        return redirect("partners:training_course", code)
    context = {"course": row, "part": piece, "count": len(parts), "last": after is None}
    return render(request, "partners/training/part.html", context)


@signed_in(takes_object="partners.Course")
def quiz(request: HttpRequest, code: str) -> HttpResponse:
    """The questions; afterwards what was right and why, as often as one likes."""
    row = _course(code)
    questions = queries.questions_of(row)
    form = QuizForm(request.POST or None, questions=questions)
    context: dict[str, Any] = {"course": row, "form": form}
    if form.is_valid():
        try:
            result, wrong = actions.answer_quiz(user=request.user, course=row, answers=form.answers())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            chosen = form.answers()
            context |= {
                "result": result,
                "right": len(questions) - len(wrong),
                "answers": [
                    {
                        "question": one,
                        "good": one.position not in wrong,
                        "chosen": one.options[chosen[one.position]][1],
                        "right": one.options[one.right][1],
                    }
                    for one in questions
                ],
            }
            return render(request, "partners/training/answered.html", context)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "partners/training/quiz.html", context, status=status)


@needs(EDIT, methods=("GET",))
def desk_training(request: HttpRequest) -> HttpResponse:
    """Every course, of whom it is asked, and how many people's result is good today."""
    rows = queries.courses_for_desk(timezone.localdate())
    return render(request, "partners/training/desk.html", {"courses": rows})


@needs(EDIT, takes_object="partners.Course")
def course_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Write the next version of a course."""
    row = queries.with_contents(code)
    if row is None:
        raise Http404
    edit = CourseEdit(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and edit.is_valid():
        try:
            made = actions.write_course(
                code=code,
                text=edit.text(),
                by=request.user,
                version=edit.facts.cleaned_data["version"],
                again_from=edit.facts.cleaned_data["again_from"],
            )
        except Refused as refusal:
            blame(edit.facts, refusal)
        else:
            messages.success(request, _("第 %(version)s 版已经发布") % {"version": made.version})
            return redirect("partners:desk_training")
    context = {"course": row, "edit": edit, "form": edit.facts}
    status = 422 if request.method == "POST" else 200
    return render(request, "partners/training/edit.html", context, status=status)


@needs(EDIT, takes_object="partners.Course", methods=("POST",))
def course_live(request: HttpRequest, code: str) -> HttpResponse:
    """Take a course out of use, or back."""
    row = Course.objects.filter(code=code).first()
    if row is None:
        raise Http404
    try:
        actions.set_live(course=row, live=request.POST.get("live") == "yes", by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("partners:desk_training")
