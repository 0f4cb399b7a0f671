"""The short form of `bench access`: a tenth of the rows, limits three times looser; its own database."""

import json
import os
import subprocess
import sys

from tests.architecture.reading import ROOT


def test_the_access_list_keeps_its_limits_and_leaves_no_trace(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", "access", "--scale", "20000", "--looser", "3", "--json"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portal.settings.dev"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    wanted = {"worker_ratio", "manager_ratio", "growth_worker", "growth_manager", "guardian_ratio"}
    assert wanted == set(told["limits"]) <= set(told["figures"])
    assert told["ok"] is True
    assert [path.name for path in tmp_path.iterdir() if "sqlite" in path.name] == []
