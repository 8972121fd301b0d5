"""A second chance for failed jobs. Neither Django nor the queue gives one by itself."""

from __future__ import annotations

from datetime import timedelta

from dj_queue.api import schedule_failed_job_retry
from dj_queue.models import FailedExecution

FIRST_PAUSE = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(days=1)
# The next minute brings these again anyway.
NOT_RETRIED = tuple(
    f"driveline.config.jobs.{name}" for name in ("minute", "platforms", "retry_failed", "resume")
)


def retry_failed() -> int:
    """Give every failed job its next moment; how many got one.

    The pause is as long as the job has been trying already, so it doubles, at least a minute; after a day
    the job stays failed for a person to look at. A job whose process was killed is among them, so every
    job must be safe to run twice.
    """
    given = 0
    waiting = FailedExecution.objects.filter(retry_at=None, job__backend_alias="default")
    for failed in waiting.exclude(job__task_path__in=NOT_RETRIED).select_related("job")[:500]:
        trying = failed.created_at - (failed.job.scheduled_at or failed.job.created_at)
        if trying < GIVE_UP_AFTER:
            schedule_failed_job_retry(failed.job_id, retry_at=failed.created_at + max(FIRST_PAUSE, trying))
            given += 1
    return given
