"""A published library: the fictitious county's plan and one measure."""

import pytest
from django.core.management import call_command

from content.pages.actions import import_notice
from tests.content.policy_source import NOTICES, YUNXI


@pytest.fixture
def network(db):
    """The county's places and units."""
    call_command("load_network", verbosity=0)


@pytest.fixture
def plan(network, settings, tmp_path):
    """The plan of the fictitious county, published."""
    settings.DATA_DIR = tmp_path
    return import_notice(text=YUNXI.read_text("utf-8"), publish=True).page


@pytest.fixture
def measure(plan):
    """A measure in chapters and articles, published."""
    return import_notice(text=NOTICES[5].read_text("utf-8"), publish=True).page
