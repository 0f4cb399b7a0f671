"""What follows from kind, code and rating."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.models import Organisation
from partners.organisations.forms import OrganisationForm
from partners.organisations.ratings import code_fits_kind, rating_end, rating_on
from partners.vetting.queries import marks
from tests.partners.casting import apply_as_organisation, make_cast


@pytest.mark.parametrize(
    ("given", "on", "shown"),
    [
        (date(2024, 2, 29), date(2024, 2, 28), ""),
        (date(2024, 2, 29), date(2024, 2, 29), "3A"),
        (date(2024, 2, 29), date(2029, 2, 27), "3A"),
        (date(2024, 2, 29), date(2029, 2, 28), ""),
        (date(2022, 1, 1), date(2026, 12, 31), "3A"),
        (date(2022, 1, 1), date(2027, 1, 1), ""),
    ],
)
def test_a_grade_holds_five_years_and_not_a_day_longer(given, on, shown):
    assert rating_on("3A", given, on) == shown
    assert (rating_end(given) >= on >= given) is bool(shown)


@pytest.mark.parametrize(
    ("uscc", "kind", "fits"),
    [
        ("52430321MJJ999997U", "social_service_org", True),
        ("51430321MJJ999997Y", "association", True),
        ("53430321MJJ999997Q", "foundation", True),
        ("91430321MJJ999997T", "enterprise", True),
        ("12430321MJJ9999970", "public_institution", True),
        ("N2430321MJJ999997A", "rural_collective", True),
        ("54430321MJJ999997M", "village_committee", True),
        ("11430321MJJ9999973", "public_institution", False),
        ("91430321MJJ999997T", "social_service_org", False),
    ],
)
def test_the_code_of_each_kind_begins_in_its_own_way(uscc, kind, fits):
    assert code_fits_kind(uscc, kind) is fits


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "asked"), [("enterprise", True), ("social_service_org", False)])
def test_the_checker_is_told_when_code_and_kind_differ(kind, asked):
    application = apply_as_organisation(make_cast(), kind=kind)
    told = marks(application, timezone.localdate())
    assert any("代码开头" in mark for mark in told) is asked


@pytest.mark.django_db
@pytest.mark.parametrize(("rating_from", "kept"), [(None, False), (date(2024, 1, 1), True)])
def test_a_grade_without_its_day_is_not_kept(rating_from, kept):
    row = apply_as_organisation(make_cast()).organisation
    rows = Organisation.objects.filter(pk=row.pk)
    try:
        with transaction.atomic():
            rows.update(rating="3A", rating_from=rating_from)
    except IntegrityError:
        assert not kept
    assert rows.get().rating == ("3A" if kept else "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rating", "given", "faulty"),
    [
        ("3A", "", True),
        ("3A", "2999-01-01", True),
        ("3A", "2010-01-01", True),
        ("", "2010-01-01", False),
        ("3A", timezone.localdate().isoformat(), False),
    ],
)
def test_the_form_asks_for_a_day_that_fits_the_grade(rating, given, faulty):
    form = OrganisationForm({"rating": rating, "rating_from": given}, with_account=False)
    assert ("rating_from" in form.errors) is faulty


@pytest.mark.django_db
@pytest.mark.parametrize(("year", "faulty"), [("1990", True), ("2999", True), ("x", True), ("", False)])
def test_the_year_of_the_report_is_a_year_that_was(year, faulty):
    form = OrganisationForm({"report_year": year}, with_account=False)
    assert ("report_year" in form.errors) is faulty
