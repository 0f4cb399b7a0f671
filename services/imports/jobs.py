"""Files that wait for work: one turn of two seconds at a time, so that nothing else has to wait for them."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from portal.base import worker
from portal.base.audit import record
from portal.base.filestore import erase_bytes
from portal.base.models import ProtectedFile
from services.imports.models import BatchState, ImportBatch
from services.imports.running import FILE, run_turn

TURN_SECONDS = 2.0
KEPT = timedelta(days=30)
_WAITING = Q(state__in=[BatchState.CHECKING, BatchState.APPLYING]) | Q(state=BatchState.MAPPING, ready=False)


def waiting() -> bool:
    """Whether any file waits for work."""
    return ImportBatch.objects.filter(_WAITING).exists()


def work() -> bool:
    """One turn on the file whose turn it is: the one that rested longest."""
    batch = (
        ImportBatch.objects.filter(_WAITING)
        .select_related("office", "file")
        .order_by("updated_at", "pk")
        .first()
    )
    return batch is not None and run_turn(batch, seconds=TURN_SECONDS)


def forget_old(at: datetime | None = None) -> int:
    """Erase the bytes of files 30 days after they came, and what was found in their rows; the counts stay."""
    before = (at or timezone.now()) - KEPT
    old = ImportBatch.objects.filter(
        created_at__lt=before,
        state__in=[BatchState.DONE, BatchState.STOPPED, BatchState.CHECKED, BatchState.MAPPING],
    )
    forgotten = 0
    for batch in old.filter(file__size__gt=0).select_related("file"):
        erase_bytes(batch.file)
        ProtectedFile.objects.filter(pk=batch.file_id, kind=FILE).update(size=0)
        batch.findings.all().delete()
        ImportBatch.objects.filter(pk=batch.pk).exclude(state=BatchState.DONE).update(
            state=BatchState.STOPPED, stopped_why="too_old"
        )
        record(None, "import.forgotten", batch)
        forgotten += 1
    return forgotten


def register_jobs() -> None:
    """Called once by the app's `ready`."""
    worker.register(worker.Job("import_files", work, timedelta(0), has_work=waiting))
    worker.register(worker.Job("forget_imports", forget_old, timedelta(days=1)))
