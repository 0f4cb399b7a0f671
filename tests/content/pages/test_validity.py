"""Which validity a document shows on a day."""

from datetime import date

import pytest

from content.pages.validity import Age, Validity, validity_on

OLD = date(2021, 11, 15)
DUE = date(2026, 11, 15)
BEFORE, AFTER = date(2026, 11, 14), date(2026, 11, 28)

ROWS = [
    ("in_force", BEFORE, Age(OLD, True), None, "in_force"),
    ("in_force", DUE, Age(OLD, True), None, "unconfirmed"),
    ("in_force", AFTER, Age(OLD, False), None, "in_force"),
    ("in_force", AFTER, Age(OLD, True, DUE), None, "in_force"),
    ("in_force", AFTER, Age(OLD, True, date(2024, 1, 1)), None, "unconfirmed"),
    ("unconfirmed", BEFORE, Age(OLD, True), None, "unconfirmed"),
    ("in_force", BEFORE, Age(OLD, True), ("repealed", BEFORE), "repealed"),
    ("in_force", BEFORE, Age(OLD, True), ("repealed", DUE), "in_force"),
    ("unconfirmed", AFTER, Age(OLD, True), ("amended", DUE), "amended"),
    ("lapsed", AFTER, Age(OLD, True, AFTER), ("amended", DUE), "lapsed"),
]


@pytest.mark.parametrize(("stated", "on", "age", "ending", "shown"), ROWS)
def test_the_validity_follows_words_age_and_successor(stated, on, age, ending, shown):
    assert validity_on(stated, on=on, age=age, ending=ending) == Validity(shown)


def test_a_rule_of_a_leap_day_lapses_on_the_first_of_march():
    assert Age(date(2024, 2, 29), True).lapses_on == date(2029, 3, 1)
