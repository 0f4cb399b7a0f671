"""Counts: exact for those with the right, small cells hidden from the others and not to be won back."""

import itertools

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from services.recipients.counts import SMALL, figures_for, hide_small
from tests import makers

TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=1, max_size=6
    )
)


def lines_of(table):
    """Every row and column."""
    return [*table, *(list(column) for column in zip(*table, strict=True))]


@given(TABLES)
def test_no_small_cell_shows_and_none_comes_back_by_one_subtraction(table):
    shown = hide_small(table)
    true = [[*row, sum(row)] for row in table]
    true.append([sum(column) for column in zip(*true, strict=True)])
    for row, real in zip(shown, true, strict=True):
        assert all(n is None or n == m for n, m in zip(row, real, strict=True))
        assert not any(n is not None and 0 < n < SMALL for n in row)
    for line, real in zip(lines_of(shown), lines_of(true), strict=True):
        hidden = [m for n, m in zip(line, real, strict=True) if n is None]
        possible = sum(m > 0 for m in real)
        assert len(hidden) != 1 or possible == 1


def test_the_guard_sees_what_plain_hiding_gives_away():
    table = [[9, 3, 20], [9, 20, 20]]
    shown = hide_small(table)
    assert shown[0][1] is None
    assert sum(n is None for n in shown[0]) >= 2
    assert sum(n is None for n in (row[1] for row in shown)) >= 2
    assert list(itertools.chain(*hide_small([[9, 20], [9, 20]]))) == [9, 20, 29, 9, 20, 29, 18, 40, 58]


@pytest.mark.django_db
def test_the_page_is_exact_in_ones_own_area_and_hides_small_cells_from_the_others(client):
    village = makers.make_region()
    for _ in range(3):
        makers.make_household(village, self_care="partial")
    cadre = makers.make_post("township_cadre", village.parent)
    finance = makers.make_post("finance", village.parent.parent)
    other = makers.make_post("township_cadre", makers.make_region("township", village.parent.parent))
    exact = figures_for(cadre, [village.parent.path])
    assert exact.exact
    assert [cells for _area, cells in exact.rows][-1][-1] == 3
    assert [area for area, _cells in exact.rows] == [str(village), "合计"]
    assert figures_for(other, [other.posts.get().region.path]).rows[-1][1][-1] == 0
    hidden = figures_for(finance, [])
    assert not any(n is not None and 0 < n < SMALL for _area, cells in hidden.rows for n in cells)
    makers.sign_in(client, finance)
    assert "不显示" in client.get(reverse("services:recipients:figures")).content.decode()
