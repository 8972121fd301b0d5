"""What programs ask of the floor itself: who they are, how far a job is, taking an operation back."""

from __future__ import annotations


def declare_sections() -> None:
    """Register the routes; called once by core.wiring."""
    from driveline.core.api import jobs, me, operations
    from driveline.kit.api.declare import section

    for one in (me.SECTION, jobs.SECTION, operations.SECTION):
        section(one)
