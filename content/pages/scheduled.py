"""Pages that an editor has set to appear or to end at an hour do so by a job."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, Revision

from portal.base import worker


def due() -> bool:
    """Whether an hour has come at which a page appears or ends."""
    now = timezone.now()
    return (
        Revision.objects.filter(approved_go_live_at__lte=now).exists()
        or Page.objects.filter(live=True, expire_at__lte=now).exists()
    )


def publish_due() -> None:
    """Publish and end what is due; the signals of both renew the cached pages and the search."""
    call_command("publish_scheduled", verbosity=0)


def register_jobs() -> None:
    """Called once by the app's `ready`."""
    worker.register(worker.Job("publish_scheduled", publish_due, timedelta(minutes=1), has_work=due))
