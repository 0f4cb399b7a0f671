"""Who is sent, when they go, and why something changes."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.network.models import Region
from partners.providers.models import ServiceCode
from portal.base.dates import month_words
from portal.base.forms import sometimes
from services.tasks.access import workers_of
from services.tasks.models import Task
from services.tasks.suiting import Suit
from services.visits import planning

WEEKDAYS = [
    (0, _("周一")),
    (1, _("周二")),
    (2, _("周三")),
    (3, _("周四")),
    (4, _("周五")),
    (5, _("周六")),
    (6, _("周日")),
]


class VersionForm(forms.Form):
    """A form that carries the version of the task the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class WorkerForm(VersionForm):
    """Which member of the team goes."""

    worker = forms.ChoiceField(label=_("派谁去"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, task: Task, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.people = {str(m.user.uid): m for m in workers_of(task, at)}
        self.fields["worker"].choices = [(uid, worker_label(m)) for uid, m in self.people.items()]

    @property
    def chosen(self) -> Any:
        """The user who was chosen."""
        return self.people[self.cleaned_data["worker"]].user


def worker_label(member: Any) -> str:
    """Name, role, sex and dialect, as the agency knows its own people."""
    parts = [member.get_role_display(), member.get_sex_display() if member.sex else "", member.dialect]
    known = gettext("，").join(str(part) for part in parts if part)
    return f"{member.user.get_full_name()}{gettext('（')}{known}{gettext('）')}"


class ReassignForm(WorkerForm):
    """Another member, and why."""

    reason = forms.CharField(label=_("换人的原因"), max_length=200)


class DatesForm(VersionForm):
    """Weekdays and a time for a month, or single days."""

    month = sometimes(forms.ChoiceField(label=_("哪个月")))
    weekdays = sometimes(
        forms.TypedMultipleChoiceField(
            label=_("每周几去"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
        )
    )
    days = sometimes(
        forms.CharField(
            label=_("或写具体日期"),
            help_text=_("一行一个，比如 2026-11-26"),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    )
    clock = forms.TimeField(label=_("几点到"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("每次多少分钟"), min_value=10, max_value=720)

    def __init__(self, *args: Any, task: Task, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.task, self.at = task, at
        today = timezone.localdate(at)
        following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        self.fields["month"].choices = [(f"{d:%Y-%m}", month_words(d)) for d in (today, following)]

    def clean_days(self) -> list[date]:
        """Each line as a day; the first that is none is named."""
        found = []
        for line in self.cleaned_data["days"].replace("，", " ").replace(",", " ").split():
            try:
                found.append(date.fromisoformat(line.replace("/", "-").replace(".", "-")))
            except ValueError:
                raise forms.ValidationError(
                    gettext("“%(line)s”不是日期，请写成 2026-11-26 这样") % {"line": line[:20]}
                )
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        days = data["days"]
        if not days and not data["weekdays"]:
            self.add_error("weekdays", gettext("请选周几，或在下面写具体日期"))
            return data
        if not days:
            year, month = (int(part) for part in data["month"].split("-"))
            earliest = timezone.localdate(self.at + timedelta(hours=1))
            if planning.at_time(earliest, data["clock"]) <= self.at:
                earliest += timedelta(days=1)
            days = planning.month_days(
                year, month, data["weekdays"], earliest, self.task.need.visits_per_month
            )
            if not days:
                self.add_error("weekdays", gettext("这个月剩下的日子里没有这几天，请换月份或周几"))
        data["starts"] = [planning.at_time(day, data["clock"]) for day in days]
        return data


class VolunteerForm(VersionForm):
    """Which approved volunteer of the township; `suits` says beside each what to weigh before choosing."""

    volunteer = forms.ChoiceField(label=_("哪位志愿者"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, suits: list[Suit], **more: Any) -> None:
        super().__init__(*args, **more)
        self.suits = {suit.volunteer.no: suit for suit in suits}
        self.fields["volunteer"].choices = [(no, suit.name) for no, suit in self.suits.items()]

    @property
    def chosen(self) -> Any:
        """The volunteer who was chosen."""
        return self.suits[self.cleaned_data["volunteer"]].volunteer

    def people(self) -> list[dict[str, Any]]:
        """Each choice with what is known of the person."""
        return self._with_suits("volunteer")

    def _with_suits(self, name: str) -> list[dict[str, Any]]:
        return [{"option": one, "suit": self.suits.get(str(one.data["value"]))} for one in self[name]]


class PlaceForm(VolunteerForm):
    """Which volunteer, and who goes along where two have to go."""

    companion = sometimes(
        forms.ChoiceField(
            label=_("谁一起去"),
            help_text=_("第一次去这一户要两个人；没满 18 岁、没学完课的，每次都要有人一起"),
            widget=forms.RadioSelect,
        )
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["companion"].choices = [("", _("不用，以前去过")), *self.fields["volunteer"].choices]

    def company_people(self) -> list[dict[str, Any]]:
        """Who could go along."""
        return self._with_suits("companion")

    @property
    def company(self) -> Any:
        """The volunteer who goes along, if any."""
        suit = self.suits.get(self.cleaned_data["companion"])
        return suit.volunteer if suit is not None else None


class EndForm(VersionForm):
    """Why a task ends, and what becomes of the need."""

    then = forms.ChoiceField(
        label=_("这户以后还要照料吗"),
        choices=[("match", _("还要，退回县里另派")), ("close", _("不用了，需求结束"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("结束的原因"), max_length=200)


class ReasonedForm(VersionForm):
    """Why a task rests."""

    reason = forms.CharField(label=_("暂停的原因"), max_length=200)


class CancelForm(forms.Form):
    """Why one date is taken off."""

    reason = forms.CharField(label=_("取消的原因"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


class TaskFilter(forms.Form):
    """The filter bar of tasks; at the desk of a place by provider, at the agency by worker."""

    township = forms.ChoiceField(label=_("乡镇"), required=False)
    service = forms.ChoiceField(
        label=_("服务"), required=False, choices=[("", _("全部服务")), *ServiceCode.choices]
    )
    worker = forms.ChoiceField(label=_("护理员"), required=False)
    provider = forms.ChoiceField(label=_("谁在做"), required=False)
    q = forms.CharField(label=_("编号或姓"), required=False, max_length=20)

    def __init__(
        self,
        *args: Any,
        townships: list[Region],
        workers: list[Any] | None = None,
        providers: list[Any] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["township"].choices = [("", _("全部乡镇")), *((t.code, str(t)) for t in townships)]
        self._offer("worker", _("全部人员"), [(str(u.uid), u.get_full_name()) for u in workers or []])
        self._offer("provider", _("全部"), [(p.no, p.name) for p in providers or []])

    def _offer(self, name: str, every: Any, choices: list[tuple[str, str]]) -> None:
        """The choices of a field; one that offers nothing is left out."""
        if choices:
            self.fields[name].choices = [("", every), *choices]
        else:
            del self.fields[name]
