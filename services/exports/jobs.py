"""Exports that wait to be made, and those whose day is over."""

from datetime import timedelta

from django.utils import timezone

from portal.base import worker
from services.exports.making import expire, make
from services.exports.models import ExportState, RegisterExport


def _queued() -> bool:
    return RegisterExport.objects.filter(state=ExportState.QUEUED).exists()


def _old() -> bool:
    return RegisterExport.objects.filter(state=ExportState.READY, expires_at__lte=timezone.now()).exists()


def make_next() -> bool:
    """Make the export that waits longest."""
    export = (
        RegisterExport.objects.filter(state=ExportState.QUEUED)
        .select_related("asked_by", "region")
        .order_by("created_at", "pk")
        .first()
    )
    return export is not None and bool(make(export))


def register_jobs() -> None:
    """Called once by the app's `ready`."""
    worker.register(worker.Job("make_exports", make_next, timedelta(0), has_work=_queued))
    worker.register(worker.Job("expire_exports", expire, timedelta(minutes=5), has_work=_old))
