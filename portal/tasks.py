"""How Celery's beat calls the recurring jobs; without Redis the embedded worker's thread calls the same ones.

The jobs are plain functions that the rooms registered (`portal.base.worker`). A lease per job makes two
callers one effect.
"""

from typing import Any

from celery import shared_task

from portal.base import worker
from portal.celery import app


@shared_task(name="portal.run_job")
def run_job(name: str) -> bool:
    """Run one recurring job if it is due and nobody else runs it."""
    return worker.run_job(name)


def schedule() -> dict[str, dict[str, Any]]:
    """The beat's table: every registered job, as often as it wishes, once a second at most."""
    return {
        job.name: {
            "task": "portal.run_job",
            "schedule": max(job.every.total_seconds(), 1.0),
            "args": [job.name],
            "options": {"expires": 60},
        }
        for job in worker.jobs().values()
    }


app.conf.beat_schedule = schedule()
