"""The six indicators of self-care and the class they give (民发〔2021〕43号), as pure rules."""

from collections.abc import Iterable, Mapping

from services.recipients.models import SelfCare

INDICATORS = ("adl_eating", "adl_dressing", "adl_bed", "adl_toilet", "adl_walking", "adl_bathing")
MOST_UNMET_OF_PARTIAL = 3
# A household is as dependent as its most dependent member; nobody is able by lack of an assessment.
_WEIGHT = (SelfCare.UNABLE, SelfCare.PARTIAL, SelfCare.NOT_ASSESSED, SelfCare.ABLE)


def self_care_class(answers: Mapping[str, bool | None], partial_at_most: int = MOST_UNMET_OF_PARTIAL) -> str:
    """The class that six answers give: 0 unmet able, 1 to 3 partial, 4 to 6 unable; one missing, not assessed.

    The bound is that of the sheet used (`AssessmentSheet.partial_at_most`).
    """
    given = [answers.get(indicator) for indicator in INDICATORS]
    if any(answer is None for answer in given):
        return SelfCare.NOT_ASSESSED
    unmet = given.count(False)
    if unmet == 0:
        return SelfCare.ABLE
    return SelfCare.PARTIAL if unmet <= partial_at_most else SelfCare.UNABLE


def household_class(classes: Iterable[str]) -> str:
    """The class of a household from those of its members: the most dependent one."""
    found = set(classes)
    return next((each for each in _WEIGHT if each in found), SelfCare.NOT_ASSESSED)
