"""Who may go into a home alone, and who may not: decisions on values, asked when somebody is sent.

志愿服务条例 (2017) art. 15 and 16: by age and by training; the county's own rule: first visits by two.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from partners.volunteers.facts import ADULT
from portal.base.periods import age_on
from portal.base.refused import Refused


@dataclass(frozen=True)
class Sent:
    """A volunteer who is to be sent: birthday, and the titles of required courses not passed."""

    birth_date: date | None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ground:
    """Why somebody may not go alone: the code of the refusal, and the words for whoever chooses."""

    code: str
    words: str


def under_age(sent: Sent, on: date) -> bool:
    """Whether the law calls them a minor on that day."""
    return sent.birth_date is not None and age_on(sent.birth_date, on) < ADULT


def grounds_for_two(sent: Sent, *, first_visit: bool, on: date) -> list[Ground]:
    """Everything for which this volunteer needs company, the weightiest first; empty for who may go alone."""
    found = []
    if under_age(sent, on):
        found.append(Ground("minor_alone", _("没满 18 岁")))
    if sent.lacking:
        courses = "".join(_("《%(title)s》") % {"title": title} for title in sent.lacking)
        found.append(Ground("untrained_alone", _("还没学完%(courses)s") % {"courses": courses}))
    if first_visit:
        found.append(Ground("first_visit_alone", _("第一次去这一户")))
    return found


def fit_as_company(sent: Sent, on: date) -> bool:
    """Whether somebody counts as company: of age and trained."""
    return not under_age(sent, on) and not sent.lacking


def refuse_alone(sent: Sent, company: Sent | None, *, first_visit: bool, on: date) -> None:
    """Say why this volunteer may not go like this, and how to mend it.

    Refused: minor_alone, untrained_alone, first_visit_alone, company_unfit.
    """
    if company is not None:
        if not fit_as_company(company, on):
            raise Refused(
                "company_unfit",
                _("陪同的人要满 18 岁、学完该学的课。请另选一位，或请他先学完"),
                "companion",
            )
        return
    grounds = grounds_for_two(sent, first_visit=first_visit, on=on)
    if grounds:
        raise Refused(grounds[0].code, _refusal(grounds[0].code, sent), "companion")


def _refusal(code: str, sent: Sent) -> str:
    if code == "minor_alone":
        return _("这位志愿者没满 18 岁，不能一个人上门。请再选一位一起去的")
    if code == "untrained_alone":
        words = _("这位志愿者还没学完：%(courses)s。请他先学，或再选一位一起去的")
        return words % {"courses": _("、").join(sent.lacking)}
    return _("第一次去一户，要两个人一起去。请再选一位一起去的")
