"""The working-day calendar: which days differ from the plain week, and how next year's list comes in."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.calendar_days import (
    KEEP,
    check_list,
    days_of,
    enter_list,
    missing_years,
    remove_day,
    set_day,
    years_kept,
)
from portal.base.calendar_list import LONGEST_NAME, Entry
from portal.base.forms import blame, day_field
from portal.base.periods import calendar_known, library_knows
from portal.base.refused import Refused
from portal.permissions.gate import needs

MOST_BYTES = 100_000
MOST_FAULTS_SHOWN = 20
OFF, WORKS = "off", "works"


class DayForm(forms.Form):
    """One day."""

    day = day_field(
        gettext_lazy("哪一天"), error_messages={"invalid": gettext_lazy("没有这一天，请再核一遍")}
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("这天"),
        choices=[(OFF, gettext_lazy("放假")), (WORKS, gettext_lazy("上班"))],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("请从列出的里面选")},
    )
    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=gettext_lazy("例如：国庆节、停电放假"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class ListForm(forms.Form):
    """A whole list, pasted or as a file; after `is_valid` its days are in `entries`."""

    year = forms.TypedChoiceField(
        label=gettext_lazy("哪一年"),
        coerce=int,
        help_text=gettext_lazy("行里没写年份的，按这一年算"),
        error_messages={"invalid_choice": gettext_lazy("请从列出的里面选")},
    )
    text = forms.CharField(
        label=gettext_lazy("放假和补班的日子"),
        max_length=MOST_BYTES // 3,
        required=False,
        help_text=gettext_lazy("一行一天或一段，写日期、放假或上班、名称。也可以整段贴国务院通知里的各条"),
        widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("或传一个文件"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("CSV 或文本文件。传了文件，就不看上面贴的"),
        widget=forms.FileInput({"accept": ".csv,.txt"}),
    )

    def __init__(self, *args: Any, on: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.on = on
        self.entries: list[Entry] = []
        self.fields["year"].choices = [(year, str(year)) for year in years_kept(on)]

    def clean(self) -> dict[str, Any]:
        """Every wrong line is named; nothing is entered while there is one."""
        data = super().clean() or self.cleaned_data
        text = self._of_file(data["file"]) if data.get("file") is not None else data.get("text", "")
        if self.errors:
            return data
        self.entries, faults = check_list(text, year=data["year"], on=self.on)
        said = [fault.words for fault in faults[:MOST_FAULTS_SHOWN]]
        if len(faults) > MOST_FAULTS_SHOWN:
            said.append(_("后面还有 %(n)d 行要改") % {"n": len(faults) - MOST_FAULTS_SHOWN})
        if not said and not self.entries:
            said.append(_("请贴上日子，一行一天，或选一个文件"))
        for words in said:
            self.add_error("text", words)
        return data

    def _of_file(self, file: Any) -> str:
        """The words of the file; they are shown in the box, so that a wrong line is mended there."""
        if file.size > MOST_BYTES:
            self.add_error("file", _("文件太大。一年的安排只有几十行，请看看是不是选错了"))
            return ""
        raw = file.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                self.data = self.data.copy()
                self.data["text"] = text
                return text
        self.add_error("file", _("文字认不出来。请在 Excel 里另存为“CSV UTF-8”，或直接贴上"))
        return ""


def _year(request: HttpRequest, years: range) -> int:
    """The year asked for, this one where none or a strange one is."""
    asked = request.GET.get("year", "")
    known = asked.isascii() and asked.isdecimal() and len(asked) == 4
    return int(asked) if known and int(asked) in years else timezone.localdate().year


def _page_of(year: int) -> str:
    return f"{reverse('portal:calendar')}?{urlencode({'year': year})}"


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200


@needs(KEEP, methods=("GET",))
def calendar(request: HttpRequest) -> HttpResponse:
    """The days of one year that differ from the plain week, and where each comes from."""
    today = timezone.localdate()
    years = years_kept(today)
    year = _year(request, years)
    context = {
        "year": year,
        "years": years,
        "lines": days_of(year),
        "known": calendar_known(year),
        "by_library": library_knows(year),
        "missing": missing_years(today),
        "not_yet": year > today.year and year not in missing_years(today),
    }
    return render(request, "portal/calendar.html", context)


@needs(KEEP)
def calendar_set(request: HttpRequest) -> HttpResponse:
    """Enter one day, or change it."""
    form = DayForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            changed = set_day(
                by=request.user,
                day=data["day"],
                works=data["kind"] == WORKS,
                name=data["name"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("录好了") if changed else _("这天已经是这样录的，什么也没改"))
            return redirect(_page_of(data["day"].year))
    return render(request, "portal/calendar_set.html", {"form": form}, status=_status(form))


@needs(KEEP, methods=("POST",))
def calendar_remove(request: HttpRequest) -> HttpResponse:
    """Take one day out of the county's own list."""
    try:
        day = parse_date(request.POST.get("day", "")[:10])
    except ValueError:
        day = None
    if day is not None and remove_day(by=request.user, day=day):
        messages.success(request, _("删掉了。已经算好的期限不变"))
        return redirect(_page_of(day.year))
    messages.error(request, _("这一天已经不在自己录的里面了"))
    return redirect("portal:calendar")


@needs(KEEP)
def calendar_list(request: HttpRequest) -> HttpResponse:
    """Enter a whole list; a wrong line stops all of it, and everything typed stays."""
    today = timezone.localdate()
    wanted = next(iter(missing_years(today)), _year(request, years_kept(today)))
    form = ListForm(request.POST or None, request.FILES or None, on=today, initial={"year": wanted})
    if form.is_valid():
        done = enter_list(by=request.user, entries=form.entries)
        counts = {"added": done.added, "changed": done.changed, "same": done.same}
        if done.added or done.changed:
            words = _("录好了：新增 %(added)d 天，改了 %(changed)d 天，原样 %(same)d 天") % counts
        else:
            words = _("这张表和已录的一样，什么也没改")
        messages.success(request, words)
        return redirect(_page_of(form.entries[-1].day.year))
    return render(request, "portal/calendar_list.html", {"form": form}, status=_status(form))
