"""The short forms of the benchmarks: a small county, looser limits, a database of its own."""

import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from portal.management.benches import access, importing, matching, pages, searching, servers, standing
from tests.architecture.reading import ROOT


def told_by_bench(tmp_path, *words: str) -> dict:
    """What `manage.py bench` says of itself, run as a person runs it."""
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", *words, "--json"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portal.settings.dev"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_an_import_keeps_its_limits_and_leaves_no_trace(tmp_path):
    told = told_by_bench(tmp_path, "import", "--scale", "2000", "--looser", "5")
    assert set(importing.LIMITS) == set(told["limits"]) <= set(told["figures"])
    assert told["ok"] is True
    assert [path.name for path in tmp_path.iterdir() if "sqlite" in path.name] == []
    with pytest.raises(CommandError, match="--grown"):
        call_command("bench", "import", "--grown", "9000")


def test_the_access_list_keeps_its_limits_and_leaves_no_trace(tmp_path):
    told = told_by_bench(tmp_path, "access", "--scale", "5000", "--looser", "5")
    assert set(access.LIMITS) == set(told["limits"]) <= set(told["figures"])
    assert (told["figures"]["queries"], told["figures"]["flags_queries"]) == (1, 0)
    assert told["ok"] is True
    assert [path.name for path in tmp_path.iterdir() if "sqlite" in path.name] == []


def test_kept_pages_are_served_within_their_limits_and_leave_no_trace(tmp_path):
    if servers.lacking():
        pytest.skip(f"needs {' and '.join(servers.lacking())}")
    told = told_by_bench(tmp_path, "pages", "--scale", "5", "--looser", "10")
    assert set(pages.LIMITS) == set(told["limits"]) <= set(told["figures"])
    assert told["figures"]["cached_queries"] == 0 < told["figures"]["queries_max"] <= 12
    assert told["ok"] is True
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("public", "static"))] == []


def test_the_search_keeps_its_limits_and_leaves_no_trace(tmp_path):
    told = told_by_bench(tmp_path, "search", "--scale", "1000", "--looser", "30")
    assert (
        {"recall", "ratio_to_scan", "ratio_ids", "ratio_page"} <= set(told["limits"]) <= set(told["figures"])
    )
    assert told["ok"] is True and told["figures"]["recall"] == told["figures"]["precision"] == 1.0
    assert [path.name for path in tmp_path.iterdir() if "sqlite" in path.name] == []
    with pytest.raises(CommandError, match="--grown"):
        call_command("bench", "search", "--grown", "9000")


def test_every_limit_of_the_search_that_is_missed_fails_the_benchmark(monkeypatch):
    good = {"recall": 1.0, "ratio_to_scan": 0.1, "ratio_ids": 0.1, "ratio_page": 0.5}
    for missed in ({"recall": 0.999}, {"ratio_to_scan": 0.21}, {"ratio_ids": 0.21}, {"ratio_page": 0.61}):
        monkeypatch.setattr(searching, "_measure", lambda scale, missed=missed: good | missed)
        assert searching.run(1000)["ok"] is False, missed
    monkeypatch.setattr(searching, "_measure", lambda scale: good)
    assert searching.run(1000)["ok"] is True


def test_a_county_is_matched_at_the_optimum_and_leaves_no_trace(tmp_path):
    told = told_by_bench(tmp_path, "match", "--scale", "300", "--looser", "10")
    assert set(matching.LIMITS) == set(told["limits"]) <= set(told["figures"])
    assert told["figures"]["gap"] <= told["limits"]["gap"] == 1e-9
    assert told["figures"]["unserved"] == told["figures"]["unserved_end_to_end"] == 0
    assert told["ok"] is True
    assert [path.name for path in tmp_path.iterdir() if "sqlite" in path.name] == []
    with pytest.raises(CommandError, match="--long"):
        call_command("bench", "import", "--long")


def test_a_matching_that_costs_more_than_its_bound_fails_the_benchmark(monkeypatch):
    good = dict.fromkeys(matching.LIMITS, 0.0)
    for missed in ({"gap": 1e-6}, {"unserved_to_greedy": 1.1}, {"queries": 25}, {"memory_mb": 401}):
        monkeypatch.setattr(matching, "_measure", lambda needs, long, missed=missed: good | missed)
        assert matching.run(6000)["ok"] is False, missed
    monkeypatch.setattr(matching, "_measure", lambda needs, long: good | {"gap": 1e-6})
    assert matching.run(6000, looser=9)["ok"] is False, "a busy machine has no other optimum"
    monkeypatch.setattr(matching, "_measure", lambda needs, long: good)
    assert matching.run(6000)["ok"] is True


def measured(**changed: float):
    """A measurement in which everything costs one and the base two, but for what is changed."""
    names = ("ours", "everywhere", "first", "principal", "page")
    times = dict.fromkeys(names, 1.0) | {"base": 2.0, "guardian": 9.0} | changed
    reckoned = {"worker_ratio", "manager_ratio", "guardian_ratio"}
    others = dict.fromkeys(access.LIMITS.keys() - reckoned, 0.1) | {"queries": 1, "flags_queries": 0}
    return lambda scale, grown: (times, times, others | changed)


def test_the_standing_of_all_partners_keeps_its_limits_and_leaves_no_trace(tmp_path):
    told = told_by_bench(tmp_path, "standing", "--scale", "200", "--looser", "5")
    assert set(standing.LIMITS) == set(told["limits"]) <= set(told["figures"])
    assert told["limits"]["queries"] == 10
    assert told["figures"]["lapsed"] == 40 + 10, "one in five of 200 volunteers and 50 organisations"
    assert told["ok"] is True
    assert [path.name for path in tmp_path.iterdir() if "sqlite" in path.name] == []


def test_an_eleventh_statement_or_more_seconds_fail_the_benchmark_of_standing(monkeypatch):
    for figures, ok in (
        ({"queries": 10, "ratio_to_reading": 2, "seconds": 9.9}, True),
        ({"queries": 11, "ratio_to_reading": 2, "seconds": 1}, False),
        ({"queries": 10, "ratio_to_reading": 2, "seconds": 10.1}, False),
        ({"queries": 10, "ratio_to_reading": 4.1, "seconds": 1}, False),
    ):
        monkeypatch.setattr(standing, "_measure", lambda *_counts, figures=figures: figures)
        assert standing.run(5000)["ok"] is ok, figures
    monkeypatch.setattr(
        standing, "_measure", lambda *_counts: {"queries": 11, "ratio_to_reading": 2, "seconds": 1}
    )
    assert standing.run(5000, looser=9)["ok"] is False, "a busy machine asks no more often"


def test_every_limit_that_is_missed_fails_the_benchmark(monkeypatch):
    monkeypatch.setattr(access, "_measure", measured())
    assert access.run(1000)["ok"] is True
    for missed in (
        {"ours": 1.9},
        {"queries": 2},
        {"flags_queries": 1},
        {"check_ratio": 2.1},
        {"end_ratio": 1.3},
        {"growth_manager_everywhere": 1.6},
    ):
        monkeypatch.setattr(access, "_measure", measured(**missed))
        assert access.run(1000)["ok"] is False, missed
    assert access.run(1000, looser=2.0)["ok"] is True
    monkeypatch.setattr(access, "_measure", measured(queries=2))
    assert access.run(1000, looser=9.0)["ok"] is False
