"""The schedule names jobs that exist, and every job does its work."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string

from driveline.config import jobs, schedule
from driveline.config.settings import base


def test_everything_scheduled_exists() -> None:
    recurring = base.TASKS["default"]["OPTIONS"]["recurring"]
    assert recurring is schedule.RECURRING
    assert all(callable(import_string(entry["task_path"]).func) for entry in recurring.values())


def test_every_time_is_understood_by_the_queue() -> None:
    from dj_queue.cron import is_valid_cron

    assert all(is_valid_cron(entry["schedule"]) for entry in schedule.RECURRING.values())


@pytest.mark.django_db
@pytest.mark.parametrize("job", ["nightly", "digest", "minute", "resume", "housekeeping"])
def test_a_job_runs_in_an_empty_installation(job: str) -> None:
    getattr(jobs, job).func()
    assert schedule.steps() != []
