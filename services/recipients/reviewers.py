"""Who reviews sight: the county's office; told at once, never about themselves."""

from datetime import datetime

from partners.models import Region
from partners.network.queries import holders
from portal.base.outbox import post
from services.recipients.sight import SightCase, SightKind

REVIEW = "services.review_sight"


def tell_reviewers(case: SightCase, at: datetime) -> None:
    """The county's reviewers hear of it at once, except the person concerned."""
    for county in Region.objects.filter(level="county"):
        for reviewer in holders(REVIEW, county.path, at):
            if reviewer.pk != case.user_id:
                post(reviewer, "sight_to_review", case, urgent=case.kind == SightKind.EMERGENCY)
