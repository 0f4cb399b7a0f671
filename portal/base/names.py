"""The names that the settings give to the site, its county and its sponsor, as the reader reads them."""

from django.conf import settings

from portal.base.dates import in_english


def site_name() -> str:
    """The name of the site."""
    return settings.SITE_NAME_EN if in_english() else settings.SITE_NAME


def county_name() -> str:
    """The name of the county."""
    return settings.COUNTY_NAME_EN if in_english() else settings.COUNTY_NAME


def sponsor_name() -> str:
    """The name of the bureau that runs the site."""
    return settings.SPONSOR_NAME_EN if in_english() else settings.SPONSOR_NAME
