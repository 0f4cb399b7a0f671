"""The recurring jobs of visits: alerts that nobody took go up, visits that nobody made are told."""

from datetime import timedelta

from portal.base import worker
from services.visits.alerting import escalate_alerts
from services.visits.going_alone import tell_alone, voluntary_ahead
from services.visits.missed import mark_missed
from services.visits.models import Alert, AlertState
from services.visits.photos import forget_waiting


def _alerts_wait() -> bool:
    return Alert.objects.filter(state=AlertState.OPEN).exists()


def register_jobs() -> None:
    """Called once by the app's `ready`."""
    worker.register(
        worker.Job("escalate_alerts", escalate_alerts, timedelta(minutes=1), has_work=_alerts_wait)
    )
    worker.register(worker.Job("forget_waiting_photos", forget_waiting, timedelta(hours=1)))
    worker.register(worker.Job("tell_alone", tell_alone, timedelta(minutes=5), has_work=voluntary_ahead))
    worker.register(worker.Job("mark_missed", mark_missed, timedelta(minutes=15)))
