"""Pages of what befalls a file: rest and return, death, moving, striking off, merging, splitting."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.conflicts import renew_version
from portal.base.forms import blame
from portal.base.refused import Refused
from portal.permissions.gate import needs
from portal.permissions.hats import places_for
from services.casework import ending, stopping
from services.casework.file_forms import DeathForm, MergeForm, MoveForm, OtherFileForm, PauseForm, SplitForm
from services.recipients import merging
from services.recipients.access import explain, household_for
from services.recipients.edit_views import EDIT, status_of
from services.recipients.fields import shown_to
from services.recipients.forms import ReasonForm
from services.recipients.listing import PAGE
from services.recipients.looking import note_opened
from services.recipients.models import Household
from services.recipients.moving import moves_told_to
from services.recipients.people_views import person_of
from services.recipients.presenting import file_view
from services.recipients.queries import with_people

VERIFY, MERGE = "services.verify_need", merging.MERGE


def _step(
    request: HttpRequest,
    household: Household,
    form: Any,
    act: Callable[[], str],
    of: Any = None,
    **context: Any,
) -> HttpResponse:
    """Show a step's form; when it is sent, do the step and go back to the file.

    Where somebody changed the row (`of`, else the household) meanwhile, what was typed stays and the next
    click is a decision on the newest version.
    """
    if form.is_valid():
        try:
            said = act()
        except Refused as refusal:
            blame(form, refusal)
            if refusal.code == "stale":
                renew_version(form, of or household)
        else:
            messages.success(request, said)
            return redirect("services:recipients:detail", household.no)
    context |= {"household": household, "form": form}
    return render(request, "services/casework/file_step.html", context, status=status_of(form))


@needs(EDIT, takes_object="household")
def file_pause(request: HttpRequest, no: str) -> HttpResponse:
    """Nobody goes there from this minute on."""
    household = household_for(request.user, no, EDIT)
    form = PauseForm(request.POST or None, initial={"version": household.version})

    def act() -> str:
        stopping.pause(by=request.user, household=household, **form.cleaned_data)
        return _("已暂停，没去的上门都停了")

    hint = _("按下就停：没开始的上门马上取消，并告诉护理员和机构。")
    return _step(request, household, form, act, title=_("暂停上门"), hint=hint)


@needs(EDIT, takes_object="household")
def file_resume(request: HttpRequest, no: str) -> HttpResponse:
    """Visits may go there again."""
    household = household_for(request.user, no, EDIT)
    form = ReasonForm(request.POST or None, initial={"version": household.version})
    del form.fields["reason"]

    def act() -> str:
        restored = stopping.resume(by=request.user, household=household, version=form.cleaned_data["version"])
        return _("已恢复，%(count)d 次没到日子的上门也恢复了") % {"count": restored}

    hint = _("没到日子的上门会恢复；人已另有安排的，由机构重排。")
    return _step(request, household, form, act, title=_("恢复上门"), hint=hint)


@needs(EDIT, takes_object="household")
def file_close(request: HttpRequest, no: str) -> HttpResponse:
    """Strike a file off the register."""
    household = household_for(request.user, no, EDIT)
    form = ReasonForm(request.POST or None, initial={"version": household.version})

    def act() -> str:
        ending.close_file(by=request.user, household=household, **form.cleaned_data)
        return _("档案已注销")

    hint = _("不再符合条件、搬出本县时用。有人去世请在那个人下面登记。注销前要先结束需求。")
    return _step(request, household, form, act, title=_("注销档案"), hint=hint, danger=True)


@needs(EDIT, takes_object="household")
def file_death(request: HttpRequest, no: str, uid: Any) -> HttpResponse:
    """Somebody of the household died."""
    household = household_for(request.user, no, EDIT)
    person = person_of(household, uid)
    form = DeathForm(request.POST or None, person=person, initial={"version": person.version})

    def act() -> str:
        ending.record_death(
            by=request.user,
            person=person,
            version=form.cleaned_data["version"],
            facts=form.facts(),
            care_goes_on=form.goes_on(),
        )
        return _("登记好了。该结束的都结束了")

    hint = _("登记后：救助类别从第二天起结束；不再照料的，任务、上门和别人看档案的权限当场结束。")
    title = _("登记去世：%(name)s") % {"name": person.name}
    return _step(request, household, form, act, of=person, title=title, hint=hint, danger=True)


@needs(EDIT, takes_object="household")
def file_move(request: HttpRequest, no: str) -> HttpResponse:
    """The household moved; the file goes to the office of the new place."""
    household = household_for(request.user, no, EDIT)
    form = MoveForm(request.POST or None, household=household, initial={"version": household.version})
    if form.is_valid():
        try:
            move = ending.move_away(
                by=request.user,
                household=household,
                version=form.cleaned_data["version"],
                facts=form.facts(),
            )
        except Refused as refusal:
            blame(form, refusal)
            if refusal.code == "stale":
                renew_version(form, household)
        else:
            messages.success(request, _("档案转到了%(place)s") % {"place": move.to_township})
            return redirect("services:files:moves")
    hint = _("搬到别的乡镇，档案就归那边管。您这里留一条迁出记录。位置和门牌要重填。")
    context = {"household": household, "form": form, "title": _("搬家"), "hint": hint}
    return render(request, "services/casework/file_step.html", context, status=status_of(form))


@needs(EDIT, VERIFY, methods=("GET",))
def moves(request: HttpRequest) -> HttpResponse:
    """Who moved out of and into one's area."""
    page = Paginator(moves_told_to(request.user), PAGE).get_page(request.GET.get("page"))
    seen = set(
        Household.objects.visible_to(request.user)
        .filter(pk__in=[row.household_id for row in page])
        .values_list("pk", flat=True)
    )
    lines = [(row, row.household_id in seen) for row in page]
    return render(request, "services/casework/moves.html", {"page": page, "lines": lines})


@needs(MERGE, takes_object="household")
def file_merge(request: HttpRequest, no: str) -> HttpResponse:
    """Two files of one household: side by side, then one."""
    kept = household_for(request.user, no, MERGE)
    asked = OtherFileForm(request.GET if "other" in request.GET else None)
    context: dict[str, Any] = {"household": kept, "asked": asked}
    if not asked.is_valid():
        return render(request, "services/casework/merge.html", context, status=status_of(asked))
    try:
        gone = household_for(request.user, asked.cleaned_data["other"], MERGE)
    except Http404:
        asked.add_error("other", _("没有这个编号，或者那户不归您管"))
        return render(request, "services/casework/merge.html", context, status=422)
    if gone.pk == kept.pk:
        asked.add_error("other", _("这是同一份档案，请填另一户的编号"))
        return render(request, "services/casework/merge.html", context, status=422)
    initial = {"version": kept.version, "other_version": gone.version}
    form = MergeForm(request.POST or None, kept=kept, gone=gone, initial=initial)
    if form.is_valid():
        versions = form.cleaned_data["version"], form.cleaned_data["other_version"]
        try:
            merging.merge_households(
                by=request.user, kept=kept, gone=gone, versions=versions, facts=form.facts()
            )
        except Refused as refusal:
            blame(form, refusal)
            if refusal.code == "stale":
                renew_version(form, kept)
                renew_version(form, gone, "other_version")
        else:
            messages.success(request, _("合并好了，老编号会转到这里"))
            return redirect("services:recipients:detail", kept.no)
    now, today = timezone.now(), timezone.localdate()
    try:
        for row in (kept, gone):
            note_opened(by=request.user, household=row, reasons=explain(request.user, row), at=now)
    except Refused as refusal:
        return render(request, "services/recipients/too_fast.html", {"words": refusal.message}, status=429)
    context |= {
        "form": form,
        "sides": [
            (row, file_view(with_people(row), shown_to(request.user, row, now), on=today))
            for row in (kept, gone)
        ],
    }
    return render(request, "services/casework/merge.html", context, status=status_of(form))


@needs(EDIT, takes_object="household")
def file_split(request: HttpRequest, no: str) -> HttpResponse:
    """Some people of the household get a file of their own."""
    household = household_for(request.user, no, EDIT)
    initial = {"version": household.version, "region": household.region.code}
    form = SplitForm(
        request.POST or None, household=household, paths=places_for(request.user, EDIT), initial=initial
    )
    if form.is_valid():
        try:
            made = merging.split_household(
                by=request.user,
                household=household,
                version=form.cleaned_data["version"],
                facts=form.facts(),
                on=timezone.localdate(),
            )
        except Refused as refusal:
            blame(form, refusal)
            if refusal.code == "stale":
                renew_version(form, household)
        else:
            messages.success(request, _("分好了，新户编号 %(no)s") % {"no": made.no})
            return redirect("services:recipients:detail", made.no)
    hint = _("分出去的人有自己的档案。跟着走的需求，任务和上门照旧。")
    context = {"household": household, "form": form, "title": _("分户"), "hint": hint}
    return render(request, "services/casework/file_step.html", context, status=status_of(form))
