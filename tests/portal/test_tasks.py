"""Every recurring job is known to the thread and to the beat alike, and runs by its name."""

import pytest

from portal.base import worker
from portal.tasks import app, run_job, schedule


def test_the_beat_knows_exactly_the_jobs_of_the_worker():
    assert set(app.conf.beat_schedule) == set(schedule()) == set(worker.jobs())
    assert {row["args"][0] for row in schedule().values()} == set(worker.jobs())
    assert {row["task"] for row in schedule().values()} == {run_job.name}
    assert {"relay", "seal_audit", "expire_offers", "escalate_alerts", "mark_missed"} <= set(worker.jobs())


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["expire_offers", "mark_missed"])
def test_a_job_runs_once_and_then_waits_for_its_time(name):
    assert run_job(name) is True
    assert run_job(name) is False
