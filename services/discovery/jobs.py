"""The job that does waiting runs."""

from datetime import timedelta

from portal.base import worker
from services.discovery.lifecycle import RUN
from services.discovery.models import DiscoveryRun
from services.discovery.running import run_next


def _waiting() -> bool:
    return DiscoveryRun.objects.filter(state__in=RUN.sources("begin")).exists()


def register_jobs() -> None:
    """Called once by the app's `ready`."""
    worker.register(
        worker.Job("find_missed_help", run_next, timedelta(0), has_work=_waiting, hold=timedelta(minutes=30))
    )
