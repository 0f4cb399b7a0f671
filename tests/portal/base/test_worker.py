"""Recurring jobs: one effect however many processes run them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.base import leases, worker
from portal.base.models import JobLease

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def runs(monkeypatch):
    """A registry with one job; its runs are counted."""
    done: list[str] = []
    monkeypatch.setattr(worker, "_jobs", {})
    worker.register(worker.Job("count", lambda: done.append("ran"), every=MINUTE))
    return done


def test_a_job_runs_when_due_and_then_rests(runs):
    at = timezone.now()
    assert worker.run_job("count", at=at) is True
    assert worker.run_job("count", at=at + timedelta(seconds=59)) is False
    assert worker.run_job("count", at=at + timedelta(seconds=60)) is True
    assert runs == ["ran", "ran"]


def test_while_one_process_holds_the_job_another_leaves_it(runs):
    at = timezone.now()
    epoch = leases.take("count", at=at, every=MINUTE, hold=MINUTE)
    assert epoch == 1
    assert worker.run_job("count", at=at) is False
    assert leases.give_back("count", epoch, at=at, done=True) is True


def test_a_crashed_holder_is_replaced_when_its_lease_runs_out_and_cannot_come_back(runs):
    at = timezone.now()
    crashed = leases.take("count", at=at, every=MINUTE, hold=MINUTE)
    assert worker.run_job("count", at=at + timedelta(seconds=59)) is False
    assert worker.run_job("count", at=at + MINUTE) is True
    assert leases.give_back("count", crashed, at=at, done=True) is False
    assert JobLease.objects.get().last_run_at == at + MINUTE


def test_a_job_without_work_writes_nothing(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(worker, "_jobs", {})
    worker.register(worker.Job("idle", lambda: 1 / 0, every=MINUTE, has_work=lambda: False))
    with django_assert_num_queries(0):
        assert worker.run_job("idle") is False


def test_a_failing_job_is_free_again_and_the_thread_lets_it_rest(monkeypatch):
    calls: list[int] = []
    monkeypatch.setattr(worker, "_jobs", {})
    worker.register(worker.Job("bad", lambda: calls.append(1) or 1 / 0, every=timedelta(0)))
    thread, at = worker.Worker(), timezone.now()
    thread.try_job("bad", at)
    thread.try_job("bad", at + timedelta(seconds=1))
    thread.try_job("bad", at + timedelta(seconds=3))
    assert len(calls) == 2
    assert JobLease.objects.get().last_run_at is None
    with pytest.raises(ZeroDivisionError):
        worker.run_job("bad", at=at + timedelta(seconds=9))


def test_the_jobs_of_the_ground_are_there_and_names_are_unique():
    assert {"relay", "seal_audit", "sweep_audit", "sweep_files"} <= worker.jobs().keys()
    with pytest.raises(ValueError, match="twice"):
        worker.register(worker.Job("relay", int, every=MINUTE))


def test_the_jobs_of_the_ground_run_on_an_empty_site():
    for name in ("relay", "seal_audit", "sweep_audit", "sweep_files"):
        worker.run_job(name)


@pytest.mark.django_db(transaction=True)
def test_the_thread_runs_jobs_until_stopped(runs):
    thread = worker.Worker(pulse=0.01)
    thread.start()
    for _wait in range(500):
        if runs:
            break
        thread.stopping.wait(0.01)
    thread.stopping.set()
    thread.join(10)
    assert not thread.is_alive()
    assert runs == ["ran"]
