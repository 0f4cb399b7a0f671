"""The nightly report in words, made when it is read."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from partners.models import Provider, Region
from portal.models import User
from portal.permissions.roles import ROLES
from services.recipients.sight import SightReport
from services.recipients.why import field_labels


@dataclass(frozen=True)
class ReportLine:
    """One line: what happened, to whom, how many households."""

    kind: str
    who: str
    what: str
    households: int
    times: int


def _kinds() -> dict[str, str]:
    return {
        "post": _("新任职"),
        "membership": _("新进机构"),
        "team": _("机构接了任务"),
        "person": _("派到个人"),
        "emergency": _("紧急查看"),
        "sequence": _("一户接一户地看"),
        "kin_ended": _("解除近亲回避"),
        "looked": _("看了遮住的内容"),
    }


def _causes() -> dict[str, str]:
    return {
        "assignment": _("派单上门"),
        "inspection": _("抽查"),
        "referral": _("转办"),
        "emergency": _("紧急查看"),
    }


def lines_in_words(report: SightReport) -> list[ReportLine]:
    """The lines with names of people and teams; three queries for any number of lines."""
    lines = report.lines
    people = {
        str(u.uid): u.get_full_name()
        for u in User.objects.filter(uid__in={line["who"] for line in lines if line["who"]})
    }
    parts = {part for line in lines for part in line["what"].split("|")}
    regions = {row.code: str(row) for row in Region.objects.filter(code__in=parts)}
    teams = {row.no: row.name for row in Provider.objects.filter(no__in=parts)}
    labels, kinds, causes = field_labels(), _kinds(), _causes()

    def word(part: str) -> str:
        known = regions.get(part) or teams.get(part) or labels.get(part) or causes.get(part)
        return known or (str(ROLES[part].label) if part in ROLES else part)

    return [
        ReportLine(
            kinds.get(line["kind"], line["kind"]),
            people.get(line["who"], "—"),
            " ".join(word(part) for part in line["what"].split("|") if part),
            line["households"],
            line["times"],
        )
        for line in lines
    ]
