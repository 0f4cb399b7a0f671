"""The recurring job of sync: what waits too long goes up."""

from datetime import timedelta

from django.utils import timezone

from portal.base import worker
from services.sync.access import waiting_condition
from services.sync.models import SyncInbox
from services.sync.review import late_condition, tell_late


def _some_wait() -> bool:
    now = timezone.now()
    return SyncInbox.objects.filter(waiting_condition(now), late_condition(now)).exists()


def register_jobs() -> None:
    """Called once by the app's `ready`."""
    worker.register(worker.Job("tell_late_brought", tell_late, timedelta(hours=1), has_work=_some_wait))
