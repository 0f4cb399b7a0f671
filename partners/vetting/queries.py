"""Reading applications for the desk and for the applicant."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.organisations.models import CreditList, Organisation, ReportResult
from partners.organisations.ratings import code_fits_kind
from partners.providers.models import ProviderState
from partners.vetting.models import Application, ApplicationStep
from partners.volunteers.facts import ADULT
from partners.volunteers.models import FreeTime, Volunteer, VolunteerState
from portal.accounts.models import User
from portal.accounts.phones import phone_blinds
from portal.base.names import sponsor_name
from portal.base.periods import age_on

SOON = timedelta(days=30)
VERBS = {
    "submit": gettext_lazy("交了申请"),
    "complete": gettext_lazy("补好了，又交了一次"),
    "withdraw": gettext_lazy("撤回了申请"),
    "check": gettext_lazy("初审通过，等县里审批"),
    "return_": gettext_lazy("退回，要补材料"),
    "approve": gettext_lazy("通过了"),
    "refuse": gettext_lazy("没通过"),
}


def desk_rows(rows: QuerySet[Application], state: str = "", kind: str = "") -> QuerySet[Application]:
    """Rows of the desk's list, the most urgent first."""
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(kind=kind) if kind else rows
    return rows.select_related(
        "township", "applicant", "organisation", "volunteer__user", "checked_by"
    ).order_by("due_on", "submitted_at", "pk")


def counts_by_state(rows: QuerySet[Application]) -> dict[str, int]:
    """How many there are in each state, in one query."""
    return dict(rows.order_by().values_list("state").annotate(Count("pk")))


@dataclass(frozen=True)
class HistoryLine:
    """One line of the history as people read it."""

    at: Any
    by: str
    text: str


def history(application: Application, *, with_names: bool) -> list[HistoryLine]:
    """What happened, newest first; the applicant reads the office, the desk also the person."""
    lines = []
    for step in application.steps.select_related("by"):
        lines.append(HistoryLine(step.at, _who(step, with_names), _what(step)))
    return lines


def _who(step: ApplicationStep, with_names: bool) -> str:
    office = step.office or _("申请人")
    return f"{office} {step.by.get_full_name()}" if with_names and step.by and step.office else office


def _what(step: ApplicationStep) -> str:
    word = str(VERBS[step.verb])
    return _("%(word)s：%(reason)s") % {"word": word, "reason": step.reason} if step.reason else word


def last_no(application: Application) -> ApplicationStep | None:
    """The step by which it was last sent back or refused."""
    return application.steps.filter(verb__in=["return_", "refuse"]).first()


def last_reason(application: Application) -> str:
    """Why it was sent back or refused, as last written."""
    step = last_no(application)
    return step.reason if step else ""


@dataclass(frozen=True)
class Point:
    """One requirement to be mended: what, and how."""

    code: str
    name: str
    how: str


def points_of(step: ApplicationStep | None, names: dict[str, str]) -> list[Point]:
    """What a step back asked for, requirement by requirement."""
    return (
        [Point(row["code"], names.get(row["code"], row["code"]), row["how"]) for row in step.points]
        if step
        else []
    )


def marks(application: Application, on: date) -> list[str]:
    """What a checker should look at twice."""
    found = [
        _("申请人说，在审核单位工作的 %(name)s 是亲属。是您本人的，请回避") % {"name": row.name}
        for row in application.kin.all()
    ]
    if application.organisation is not None:
        return found + _organisation_marks(application, application.organisation, on)
    if application.volunteer is not None:
        return found + _volunteer_marks(application.volunteer, on)
    return found


def _organisation_marks(application: Application, row: Organisation, on: date) -> list[str]:
    found = []
    if not row.uscc_checksum_ok:
        found.append(
            _("统一社会信用代码第 18 位对不上。对方说核对过：%(reason)s")
            % {"reason": row.uscc_override_reason}
        )
    same = Organisation.objects.filter(uscc=row.uscc).exclude(pk=row.pk)
    if same.filter(uscc_settled=True).exists():
        found.append(_("这个代码已有一家通过审核的机构在用，不能再通过一家"))
    elif same.exclude(provider__state=ProviderState.ENDED).exists():
        found.append(_("还有别的申请也填了这个代码，请核对证件"))
    if not code_fits_kind(row.uscc, row.kind):
        found.append(_("代码开头和所选的单位类型不一样，请对照证书"))
    if row.report_result == ReportResult.FAILED:
        found.append(_("最近一次年报（年检）不合格"))
    if row.credit not in ("", CreditList.CLEAN):
        found.append(row.get_credit_display())
    if row.registered_until <= on + SOON:
        found.append(_("登记证书 30 天内到期"))
    if not application.applicant.phone_verified:
        found.append(_("手机号还没核实，请打电话问一下"))
    holder = User.objects.filter(phone_blind__in=phone_blinds(row.contact_phone)).exclude(
        pk=application.applicant_id
    )
    if holder.exists():
        found.append(_("联系电话是另一个账号的登录号"))
    return found


def _volunteer_marks(row: Volunteer, on: date) -> list[str]:
    found = []
    if row.birth_date and age_on(row.birth_date, on) < ADULT:
        found.append(_("未满 18 周岁：不能单独上门，要有监护人同意"))
    identity = row.user.identity
    if identity is None:
        found.append(_("没有身份证号，请核对证件"))
        return found
    accounts = User.objects.filter(identity=identity).exclude(pk=row.user_id)
    if accounts.filter(volunteer__state__in=[VolunteerState.APPROVED, VolunteerState.SUSPENDED]).exists():
        found.append(_("这个身份证号已有一条志愿者记录，不能再通过一条"))
    elif accounts.exists():
        found.append(_("这个身份证号还有别的账号，请核对是不是本人"))
    if identity.name != row.user.name:
        found.append(_("姓名和这个身份证号上次登记的不一样"))
    return found


def time_words(codes: list[str]) -> list[str]:
    """When a volunteer has time, in words; codes of old forms are left out."""
    return [str(FreeTime(code).label) for code in codes if code in FreeTime.values]


def office_name(application: Application) -> str:
    """Whose turn it is, in words for the applicant."""
    if application.organisation_id and application.checked_by_id:
        return sponsor_name()
    return _("%(town)s民政办") % {"town": application.township}
