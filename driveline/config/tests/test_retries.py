"""Failed jobs get another try after a pause as long as they have been trying already."""

from datetime import timedelta
from typing import Any

import pytest
from dj_queue.models import FailedExecution, Job
from django.utils import timezone

from driveline.config.retries import retry_failed
from driveline.config.settings import base

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _real_queue(settings: Any) -> None:
    """The queue of the running program instead of the immediate one of the tests."""
    settings.TASKS = base.TASKS


def failed(task: str = "driveline.somewhere.job", *, trying: timedelta) -> FailedExecution:
    job = Job.objects.create(task_path=task, backend_alias="default")
    execution = FailedExecution.objects.create(job=job, exception_class="ValueError")
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - trying)
    FailedExecution.objects.filter(pk=execution.pk).update(created_at=timezone.now())
    execution.refresh_from_db()
    return execution


@pytest.mark.parametrize(
    ("trying", "pause"),
    [
        (timedelta(seconds=1), timedelta(minutes=1)),
        (timedelta(minutes=4), timedelta(minutes=4)),
        (timedelta(hours=20), timedelta(hours=20)),
    ],
)
def test_the_pause_doubles(trying: timedelta, pause: timedelta) -> None:
    execution = failed(trying=trying)
    assert retry_failed() == 1
    execution.refresh_from_db()
    assert execution.retry_at is not None
    assert abs(execution.retry_at - execution.created_at - pause) < timedelta(seconds=2)


def test_after_a_day_a_person_has_to_look() -> None:
    execution = failed(trying=timedelta(days=2))
    assert retry_failed() == 0
    execution.refresh_from_db()
    assert execution.retry_at is None


def test_what_comes_every_minute_is_not_retried() -> None:
    failed("driveline.config.jobs.minute", trying=timedelta(seconds=1))
    assert retry_failed() == 0


def test_a_job_that_waits_for_its_moment_is_left_alone() -> None:
    execution = failed(trying=timedelta(minutes=4))
    moment = timezone.now() + timedelta(hours=3)
    FailedExecution.objects.filter(pk=execution.pk).update(retry_at=moment)
    assert retry_failed() == 0
    execution.refresh_from_db()
    assert execution.retry_at == moment
