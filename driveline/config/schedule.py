"""Everything that happens by itself, readable as a list. Times are the business zone's.

The steps of the night and of the minute are declared where they belong (`core.nightly.step`); their order
is printed by `driveline sweep --list`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

ZONE = "Asia/Shanghai"

# What the queue starts. Settings read this, so nothing here may import a model at the top.
RECURRING: dict[str, dict[str, Any]] = {
    "nightly": {
        "task_path": "driveline.config.jobs.nightly",
        "schedule": f"5 0 * * * {ZONE}",
        "description": "The nightly sweep, missed dates first.",
    },
    "digest": {
        "task_path": "driveline.config.jobs.digest",
        "schedule": f"30 8 * * * {ZONE}",
        "description": "The morning digest of the newest date.",
    },
    "minute": {
        "task_path": "driveline.config.jobs.minute",
        "schedule": "* * * * *",
        "description": "First-contact clock and its ladder.",
    },
    "platforms": {
        "task_path": "driveline.config.jobs.platforms",
        "schedule": "* * * * *",
        "description": "Platforms that are due (every five minutes unless said) are asked for new leads.",
    },
    "retry": {
        "task_path": "driveline.config.jobs.retry_failed",
        "schedule": "* * * * *",
        "description": "Failed jobs are tried again with growing pauses.",
    },
    "resume": {
        "task_path": "driveline.config.jobs.resume",
        "schedule": "*/2 * * * *",
        "description": "Long work whose worker was lost goes on where it stopped.",
    },
    "housekeeping": {
        "task_path": "driveline.config.jobs.housekeeping",
        "schedule": f"20 4 * * * {ZONE}",
        "description": "What has run out is deleted (sessions, answers to programs); embedded rows are counted.",
    },
}


def run_nightly(day: date | None = None) -> list[str]:
    """Run what is missing up to today, or all steps of one date again; a line for each step that ran.

    Raises core.nightly.NightFailed when a step failed: the queue tries again.
    """
    from driveline.core import nightly

    return nightly.sweep(day)


def run_minute() -> list[str]:
    """Run what is watched by the minute; a line for each step that failed."""
    from driveline.core import nightly

    return [str(line) for line in nightly.run_minute().failed]


def run_platforms() -> int:
    """Hand the platforms that are due to the worker; how many."""
    from driveline.modules.leads.jobs import poll_due

    return poll_due()


def run_digest() -> dict[str, Any]:
    """Send the morning digest of today."""
    from driveline.engines.followup.sweep import digest

    return digest.send_all()


def steps() -> list[str]:
    """The nightly steps in the order in which they run."""
    from driveline.core import nightly

    return nightly.steps()
