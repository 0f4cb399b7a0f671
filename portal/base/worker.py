"""The recurring jobs, and the thread that runs them inside the web process.

With Redis, Celery's beat calls `run_job` by name; without, each web process has one thread that asks
for due jobs. A lease per job makes any number of processes one effect.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.utils import timezone

from portal.base import leases, pictures, relay, sealing, tally
from portal.base.carriers import carrying, sink
from portal.base.documents import storing
from portal.base.row_security import as_system

logger = logging.getLogger(__name__)

PULSE_SECONDS = 1.0


@dataclass(frozen=True)
class Job:
    """A function without arguments, how often it runs, and a cheap look whether there is anything to do.

    `hold` is how long a crashed process blocks the job; it should outlast any healthy run.
    """

    name: str
    run: Callable[[], object]
    every: timedelta
    has_work: Callable[[], bool] = lambda: True
    hold: timedelta = timedelta(minutes=5)


_jobs: dict[str, Job] = {}


def register(job: Job) -> None:
    """Make a job known; the roof adds those of upper rooms."""
    if job.name in _jobs:
        raise ValueError(f"job {job.name!r} is registered twice")
    _jobs[job.name] = job


def jobs() -> dict[str, Job]:
    """All jobs by name."""
    return dict(_jobs)


def run_job(name: str, *, at: datetime | None = None) -> bool:
    """Run one job if it is due, has work and nobody else runs it; returns whether it ran."""
    job, at = _jobs[name], at or timezone.now()
    if not job.has_work():
        return False
    epoch = leases.take(name, at=at, every=job.every, hold=job.hold)
    if epoch is None:
        return False
    done = False
    try:
        job.run()
        done = True
    finally:
        leases.give_back(name, epoch, at=at, done=done)
    return True


class Worker(threading.Thread):
    """Asks once a second for due jobs, until stopped. A failing job waits longer and longer."""

    def __init__(self, pulse: float = PULSE_SECONDS) -> None:
        super().__init__(name="embedded-worker", daemon=True)
        self.pulse = pulse
        self.stopping = threading.Event()
        self.failures: dict[str, int] = {}
        self.not_before: dict[str, datetime] = {}

    def run(self) -> None:
        with as_system():
            while not self.stopping.wait(self.pulse):
                close_old_connections()
                for name in jobs():
                    self.try_job(name, timezone.now())
            close_old_connections()

    def try_job(self, name: str, at: datetime) -> None:
        """Run one job; an error is logged and the job rests up to a minute."""
        if at < self.not_before.get(name, at):
            return
        try:
            run_job(name, at=at)
            self.failures.pop(name, None)
        except Exception:  # noqa: BLE001 - one failing job must not stop the others; it is logged
            failures = self.failures[name] = self.failures.get(name, 0) + 1
            self.not_before[name] = at + timedelta(seconds=min(2**failures, 60))
            logger.exception("job %s failed %d times", name, failures)


_running: Worker | None = None


def start() -> Worker:
    """Start this process's worker thread, once."""
    global _running
    if _running is None or not _running.is_alive():
        _running = Worker()
        _running.start()
    return _running


def _relay_has_work() -> bool:
    return relay.due(timezone.now()).exists()


def _sealer_has_work() -> bool:
    return sealing.settled(timezone.now()).exists()


def _carrier_has_work() -> bool:
    return carrying.due(timezone.now()).exists()


def _receipts_open() -> bool:
    return carrying.awaiting_receipt(timezone.now()).exists()


_SHORT = timedelta(seconds=30)
register(Job("relay", relay.relay, timedelta(0), _relay_has_work, _SHORT))
register(Job("seal_audit", sealing.seal_settled, timedelta(seconds=1), _sealer_has_work, _SHORT))
register(Job("sweep_audit", sealing.seal_stragglers, timedelta(hours=1)))
register(Job("sweep_files", pictures.sweep_orphans, timedelta(days=1)))
register(Job("carry_messages", carrying.carry, timedelta(0), _carrier_has_work))
register(Job("ask_receipts", carrying.ask_receipts, timedelta(minutes=1), _receipts_open))
register(Job("sweep_carriages", carrying.sweep_carriages, timedelta(days=1)))
register(Job("sweep_tallies", tally.sweep_tallies, timedelta(hours=1)))
register(Job("sweep_sink", sink.sweep_sink, timedelta(days=1)))
register(Job("sweep_documents", storing.sweep_documents, timedelta(days=1)))
