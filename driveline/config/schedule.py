"""Everything that happens by itself, readable as a list. Times are the business zone's."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.module_loading import import_string

ZONE = "Asia/Shanghai"

# What the queue starts. Settings read this, so nothing here may import a model.
RECURRING: dict[str, dict[str, Any]] = {
    "nightly": {
        "task_path": "driveline.config.jobs.nightly",
        "schedule": f"5 0 * * * {ZONE}",
        "description": "The nightly sweep, missed days first.",
    },
    "digest": {
        "task_path": "driveline.config.jobs.digest",
        "schedule": f"30 8 * * * {ZONE}",
        "description": "The morning digest.",
    },
    "minute": {
        "task_path": "driveline.config.jobs.minute",
        "schedule": "* * * * *",
        "description": "First-contact clock and its ladder.",
    },
    "retry": {
        "task_path": "driveline.config.jobs.retry_failed",
        "schedule": "* * * * *",
        "description": "Failed jobs are tried again with growing pauses.",
    },
}

# The night, in order (DESIGN §3a): each step is a function of (store id, business date) that may run twice.
# Its result, a number of rows or a small dictionary of counts, is kept with the step.
NIGHTLY: tuple[tuple[str, str], ...] = ()

# Functions without arguments; each looks at the business clock itself and may run twice.
MINUTE: tuple[str, ...] = ("driveline.core.jobs.jobs_resume", "driveline.core.nightly.run_minute")
DIGEST: tuple[str, ...] = ()


def run_nightly(day: date | None = None) -> list[str]:
    """Run the steps of `day`, or of every date missed since the last night up to today, store by store.

    A step that is already finished is skipped unless `day` is given; a killed sweep goes on where it
    stopped. A step that fails is reported, the others of that store's night still run, and its night
    counts as missed until it succeeds. Raises NightFailed with all reports at the end.
    """
    from driveline.config import night
    from driveline.core import nightly

    return [*night.run(NIGHTLY, day), *nightly.sweep(day)]


def run_minute() -> list[str]:
    """Run everything that is watched by the minute."""
    return _run(MINUTE)


def run_digest() -> list[str]:
    """Send the morning digest."""
    return _run(DIGEST)


def _run(paths: tuple[str, ...]) -> list[str]:
    return [f"{path.rpartition('.')[2]}: {import_string(path)()}" for path in paths]
