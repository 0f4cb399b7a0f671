"""The gaps as rows of a spreadsheet."""

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from partners.memberships.staffing import Gap

# A cell that begins so would be reckoned as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def gap_sheet(gaps: Iterable[Gap]) -> str:
    """CSV with a byte order mark, so that office programs read the Chinese."""
    sheet = io.StringIO()
    sheet.write("\ufeff")
    rows = csv.writer(sheet)
    rows.writerow([_("乡镇"), _("村（社区）"), _("守望之家"), _("缺什么人"), _("应有"), _("现有"), _("还缺")])
    for gap in gaps:
        words = [str(gap.township), str(gap.village or ""), str(gap.home or ""), gap.label]
        rows.writerow([*(_plain(word) for word in words), gap.wanted, gap.has, gap.missing])
    return sheet.getvalue()


def _plain(word: str) -> str:
    return f"'{word}" if word.startswith(FORMULA) else word
