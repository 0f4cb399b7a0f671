"""How a care agreement stands on a day, and the words it starts from. No queries."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from portal.base.periods import add_months
from services.recipients.care_models import AgreementState, CareAgreement

LAPSING = timedelta(days=30)
USUAL_MONTHS = 12
USUAL_CONTENT = _("日常看护、生活照料、住院陪护")
USUAL_FREQUENCY = _("每天")


def usual_end(starts_on: date) -> date:
    """The day on which an agreement of the usual term is over: one year on."""
    return add_months(starts_on, USUAL_MONTHS)


def last_day(row: CareAgreement) -> date:
    """The last day on which the agreement holds; `ends_on` is the day after."""
    return row.ends_on - timedelta(days=1)


def shown_state(row: CareAgreement, on: date) -> str:
    """The state as people read it: one in force lapses by its date, without any job."""
    if row.state not in {AgreementState.LIVE, AgreementState.LAPSED}:
        return row.state
    if on >= row.ends_on:
        return "lapsed"
    return "lapsing" if row.ends_on - on <= LAPSING else "live"


def holds_on(row: CareAgreement, on: date) -> bool:
    """Whether the carer is bound by it on that day."""
    return row.state in {AgreementState.LIVE, AgreementState.LAPSED} and row.starts_on <= on < row.ends_on
