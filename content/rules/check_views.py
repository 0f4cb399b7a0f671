"""The self-check: nine questions, a result, a window. Nothing of it is stored here, logged, or put into an address.

The forms carry no token: a token is a cookie that every later page would get, and there is nothing here that
somebody else's page could change but the visitor's own answers. A request that another site sent is refused.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from content.rules import keeping
from content.rules.check_forms import AnswerForm, TownForm
from content.rules.queries import figures_on
from content.rules.questions import BY_STEP, QUESTIONS, Question, options_of
from content.rules.result import result_of
from partners.network.queries import county
from portal.permissions.gate import public
from portal.permissions.kept import from_this_site

STEPS = [question.step for question in QUESTIONS]


def private(view: Callable) -> Callable:
    """Never stored anywhere on the way; sent by our own pages only."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sent_by = request.headers.get("Origin") or request.headers.get("Referer")
        if request.method == "POST" and sent_by and not from_this_site(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return csrf_exempt(never_cache(guarded))


def _from_the_start(request: HttpRequest, *, lost: bool = False) -> HttpResponse:
    """The first page; `lost` says politely that earlier answers are gone."""
    first = reverse("check_question", args=[STEPS[0]])
    return render(request, "content/rules/start.html", {"first": first, "count": len(STEPS), "lost": lost})


@private
@public
def check(request: HttpRequest) -> HttpResponse:
    """What this is, and the way to the first question."""
    return _from_the_start(request)


@private
@public(methods=("GET", "POST"))
def question(request: HttpRequest, name: str) -> HttpResponse:
    """One question. Answered, it leads to the next one that is open, or to the result."""
    asked = BY_STEP.get(name)
    if asked is None:
        raise Http404
    answers = keeping.read(request)
    if answers is None and name != STEPS[0]:
        return (
            redirect("check_question", name)
            if request.method == "POST"
            else _from_the_start(request, lost=True)
        )
    answers = answers or {}
    options = options_of(asked, answers, figures_on(timezone.localdate(), _area(answers)))
    form = AnswerForm(asked, options, initial={"answer": _chosen(asked, answers)})
    if request.method == "POST":
        form = AnswerForm(asked, options, request.POST)
        if form.is_valid():
            answers[name] = form.cleaned_data["answer"]
            response = redirect(_next(answers))
            keeping.write(response, answers)
            return response
    place = STEPS.index(name)
    context = {
        "form": form,
        "question": asked,
        "number": place + 1,
        "count": len(STEPS),
        "back": reverse("check_question", args=[STEPS[place - 1]]) if place else reverse("check"),
    }
    return render(request, "content/rules/question.html", context, status=422 if form.errors else 200)


@private
@public
def result(request: HttpRequest) -> HttpResponse:
    """Three groups with reasons and clauses, the window, the answers."""
    answers = keeping.read(request)
    if not answers:
        return _from_the_start(request, lost=True)
    return _shown(request, answers, TownForm(initial={"town": "".join(answers.get(keeping.TOWN, ()))}))


@private
@public(methods=("POST",))
def town(request: HttpRequest) -> HttpResponse:
    """Choose the township whose window is shown."""
    answers = keeping.read(request)
    if not answers:
        return redirect("check_result")
    form = TownForm(request.POST)
    if not form.is_valid():
        return _shown(request, answers, form, status=422)
    response = redirect(reverse("check_result") + "#window")
    keeping.write(response, answers | {keeping.TOWN: (form.cleaned_data["town"].code,)})
    return response


@private
@public(methods=("POST",))
def again(request: HttpRequest) -> HttpResponse:
    """Take the answers out of the browser and begin anew."""
    response = redirect("check")
    keeping.forget(response)
    return response


def _shown(request: HttpRequest, answers: dict, form: TownForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    figures = figures_on(today, _area(answers))
    context = result_of(request, answers, figures, today) | {"form": form}
    return render(request, "content/rules/result.html", context, status=status)


def _chosen(asked: Question, answers: dict) -> Any:
    given = answers.get(asked.step, ())
    return list(given) if asked.several else "".join(given)


def _area(answers: dict) -> str:
    """Where the figures are looked up: in the chosen township, else in the county."""
    chosen = "".join(answers.get(keeping.TOWN, ()))
    place = None if chosen else county()
    return chosen or (place.code if place else "")


def _next(answers: dict) -> str:
    """The first question without an answer, or the result."""
    open_steps = [step for step in STEPS if step not in answers]
    return reverse("check_question", args=[open_steps[0]]) if open_steps else reverse("check_result")
