"""The county's own plan: input of the tests, not part of the repository."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
NOTICES = sorted((ROOT / "tests" / "data" / "notices").glob("*.txt"))
YUNXI = ROOT / "content" / "data" / "yunxi-plan.txt"


def county_plan() -> Path:
    """Where the county's plan lies; without it the test says that it did not run, and fails in CI."""
    named = os.environ.get("POLICY")
    path = (
        Path(named)
        if named
        else ROOT.parent / "shared" / "seeds" / "xiangtan-social-assistance-reform-2021.txt"
    )
    if path.is_file():
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(f"the county's plan is missing: set POLICY to the file (looked at {path})")
    pytest.skip("did not run: the county's plan is not here; set POLICY to the file")
