"""Who looked at a household's file, what of it, and why they could: for township, bureau and the recipient."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from services.recipients.models import Household, Unmasking
from services.recipients.why import cause_in_words, field_labels, role_in_words

HALF_A_YEAR = timedelta(days=183)
MOST = 500


@dataclass
class Looked:
    """One person on one day: when first and last, as what, because of what, and which fields."""

    day: date
    first_at: datetime
    last_at: datetime
    who: str
    user_id: int
    role: str
    cause: str
    fields: list[str] = field(default_factory=list)
    grounds: list[str] = field(default_factory=list)

    @property
    def what(self) -> str:
        """The fields in words; opening the file alone is one of them."""
        return "、".join(self.fields)


def who_looked(
    household: Household, *, since: datetime | None = None, until: datetime | None = None
) -> list[Looked]:
    """Everybody who looked, newest day first, one line a person a day; without `since` the last half year.

    The caller has checked that the reader may know (`household_for`, or the recipient's own printed slip).
    """
    until = until or timezone.now()
    since = since or until - HALF_A_YEAR
    rows = (
        Unmasking.objects.filter(household=household, at__gte=since, at__lte=until)
        .select_related("user")
        .order_by("-at", "-pk")[:MOST]
    )
    labels = field_labels() | {"file": _("打开档案")}
    found: dict[tuple[Any, ...], Looked] = {}
    for row in rows:
        role, cause = _why(row.because)
        key = (timezone.localdate(row.at), row.user_id, role, cause)
        line = found.get(key)
        if line is None:
            line = found[key] = Looked(
                key[0], row.at, row.at, row.user.get_full_name(), row.user_id, role, cause
            )
        line.first_at = row.at
        word = str(labels.get(row.field, row.field))
        if word not in line.fields:
            line.fields.insert(0, word)
        if row.ground and row.ground not in line.grounds:
            line.grounds.insert(0, row.ground)
    return list(found.values())


def _why(because: str) -> tuple[str, str]:
    """The role and the cause in words, from the codes noted at the moment of looking."""
    if not because:
        return "", ""
    _source, role, cause = because.split("|", 2)
    return role_in_words(role), cause_in_words(cause)
