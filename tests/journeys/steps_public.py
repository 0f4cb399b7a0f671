"""First: the plan is published, and the public finds it."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.content.policy_source import ROOT, YUNXI
from tests.journeys.stage import Play

SEED = ROOT.parent / "shared" / "seeds" / "xiangtan-social-assistance-reform-2021.txt"


def the_plan() -> tuple[Path, bool]:
    """The county's own plan where it lies at hand; elsewhere, but never in CI, that of the fictitious county."""
    path = Path(os.environ.get("POLICY") or SEED)
    if path.is_file():
        return path, True
    if os.environ.get("CI") == "true":
        pytest.fail(f"the county's plan is missing: set POLICY to the file (looked at {path})")
    return YUNXI, False


def the_plan_is_published(play: Play) -> None:
    """An empty library, then the plan on home, in the library, by unit and in the search."""
    path, real = the_plan()
    reader = play.enters("reader")
    reader.open("/")
    call_command("import_policy", str(path), "--publish", verbosity=0)
    reader.open("/")
    reader.shot("01-home")
    reader.open("/policies/")
    reader.page.locator("main a[href*='/policies/']").first.click()
    reader.look("policy")
    reader.says("湘潭县" if real else "云溪县", "责任单位：")
    reader.shot("02-policy")
    reader.follow("单独看这张表")
    reader.says("县民政局")
    reader.shot("03-units")
    reader.open("/search/")
    reader.page.locator("main input[name=q]").fill("低保")
    reader.page.locator("main input[name=q]").press("Enter")
    reader.page.wait_for_load_state()
    reader.look("search")
    reader.says("低保")
    assert reader.page.locator("main a[href*='/policies/']").count(), "the search finds nothing for 低保"
    reader.shot("04-search")
