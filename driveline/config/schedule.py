"""Everything that happens by itself, readable as a list. Times are the business zone's."""

from __future__ import annotations

from typing import Any

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
