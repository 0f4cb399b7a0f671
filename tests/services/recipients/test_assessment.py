"""The class that six answers give."""

import pytest

from services.recipients.assessment import INDICATORS, household_class, self_care_class


@pytest.mark.parametrize(
    ("unmet", "expected"),
    [
        (0, "able"),
        (1, "partial"),
        (2, "partial"),
        (3, "partial"),
        (4, "unable"),
        (5, "unable"),
        (6, "unable"),
    ],
)
def test_the_number_of_unmet_indicators_gives_the_class(unmet, expected):
    answers = {name: place >= unmet for place, name in enumerate(INDICATORS)}
    assert self_care_class(answers) == expected


@pytest.mark.parametrize("missing", INDICATORS)
@pytest.mark.parametrize("others", [True, False])
def test_one_missing_answer_means_not_assessed(missing, others):
    answers = dict.fromkeys(INDICATORS, others) | {missing: None}
    assert self_care_class(answers) == "not_assessed"
    del answers[missing]
    assert self_care_class(answers) == "not_assessed"


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ([], "not_assessed"),
        (["able"], "able"),
        (["able", "not_assessed"], "not_assessed"),
        (["able", "partial"], "partial"),
        (["not_assessed", "partial"], "partial"),
        (["partial", "unable", "able"], "unable"),
    ],
)
def test_a_household_is_as_dependent_as_its_most_dependent_member(classes, expected):
    assert household_class(classes) == expected
