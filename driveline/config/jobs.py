"""Recurring jobs as the queue sees them: each loads nothing and calls one function of the schedule."""

from typing import Any

from django.core.management import call_command
from django.tasks import task

from driveline.config import retries, schedule


@task
def nightly() -> list[str]:
    """The nightly sweep: every business date since the last one, in order."""
    return schedule.run_nightly()


@task
def digest() -> dict[str, Any]:
    """The morning digest of the newest date."""
    return schedule.run_digest()


@task
def minute() -> list[str]:
    """What is watched by the minute: the first-contact clock and its ladder."""
    return schedule.run_minute()


@task
def platforms() -> int:
    """Platforms that are due are handed to the worker, each by itself."""
    return schedule.run_platforms()


@task
def retry_failed() -> int:
    """Failed jobs get another try, later each time."""
    return retries.retry_failed()


@task
def resume() -> int:
    """Long work that nobody is doing any more is taken up again."""
    from driveline.core.jobs import jobs_resume

    return jobs_resume()


@task
def housekeeping() -> None:
    """Delete the sessions that have run out, and the answers to programs that nobody asks for again; count rows."""
    from driveline.core import bulk
    from driveline.core.api_calls import purge

    call_command("clearsessions")
    purge()
    bulk.count_anew()
