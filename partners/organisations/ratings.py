"""What follows from an organisation's kind, code and rating: decisions on values only."""

from datetime import date, timedelta

from partners.organisations.models import OrganisationKind
from portal.base.periods import add_months

# 民政部令第39号: a grade holds five years.
RATING_MONTHS = 60

# GB 32100-2015: how the code of each kind begins. Another beginning is asked about, it refuses nobody.
BEGINNINGS: dict[str, tuple[str, ...]] = {
    OrganisationKind.SOCIAL_SERVICE: ("52",),
    OrganisationKind.ASSOCIATION: ("51",),
    OrganisationKind.FOUNDATION: ("53",),
    OrganisationKind.ENTERPRISE: ("91", "92", "93"),
    OrganisationKind.INSTITUTION: ("12",),
    OrganisationKind.COLLECTIVE: ("N",),
    OrganisationKind.COMMITTEE: ("54", "55"),
}


def rating_end(rating_from: date) -> date:
    """The last day on which a grade given on `rating_from` holds."""
    return add_months(rating_from, RATING_MONTHS) - timedelta(days=1)


def rating_on(rating: str, rating_from: date | None, on: date) -> str:
    """The grade that holds on a day, such as `3A`; empty without one, before it and after its five years."""
    if not rating or rating_from is None or not rating_from <= on <= rating_end(rating_from):
        return ""
    return rating


def code_fits_kind(uscc: str, kind: str) -> bool:
    """Whether the code begins as codes of this kind do."""
    return uscc.startswith(BEGINNINGS[kind])
