"""How long a contract may run (财政部令第102号, article 24): pure decisions on dates."""

import calendar
from datetime import date

from django.utils.translation import gettext as _

from portal.base.refused import Refused

USUAL_MONTHS = 12
LONGEST_MONTHS = 36


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def check_term(starts_on: date, ends_on: date, justification: str) -> None:
    """Refuses a term (half-open) of no day, over 36 months, or over 12 without a written reason."""
    if ends_on <= starts_on:
        raise Refused("term_empty", _("结束日期要晚于开始日期"), "last_day")
    if ends_on > months_after(starts_on, LONGEST_MONTHS):
        raise Refused("term_long", _("合同最长 36 个月，请改结束日期"), "last_day")
    if ends_on > months_after(starts_on, USUAL_MONTHS) and not justification.strip():
        raise Refused("term_unjustified", _("超过 12 个月，请写明理由"), "justification")
