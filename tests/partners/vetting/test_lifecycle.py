import pytest

from partners.models import ApplicationState as S
from partners.vetting.lifecycle import APPLICATION
from portal.base.refused import Refused

ALLOWED = {
    (S.DRAFT, "submit"): S.SUBMITTED,
    (S.DRAFT, "withdraw"): S.WITHDRAWN,
    (S.SUBMITTED, "withdraw"): S.WITHDRAWN,
    (S.SUBMITTED, "check"): S.SUBMITTED,
    (S.SUBMITTED, "return_"): S.RETURNED,
    (S.SUBMITTED, "approve"): S.APPROVED,
    (S.SUBMITTED, "refuse"): S.REFUSED,
    (S.RETURNED, "complete"): S.SUBMITTED,
    (S.RETURNED, "withdraw"): S.WITHDRAWN,
}


@pytest.mark.parametrize("state", S.values)
@pytest.mark.parametrize("verb", APPLICATION.moves)
def test_only_the_listed_moves_are_allowed(state, verb):
    assert APPLICATION.allows(state, verb) is ((state, verb) in ALLOWED)


@pytest.mark.parametrize(("state", "verb"), ALLOWED)
def test_each_move_leads_where_the_table_says(state, verb):
    assert APPLICATION.step(state, verb) == ALLOWED[state, verb]


def test_an_approved_application_cannot_be_refused():
    with pytest.raises(Refused) as no:
        APPLICATION.step(S.APPROVED, "refuse")
    assert no.value.code == "wrong_state"
