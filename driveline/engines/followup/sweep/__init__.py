"""What the night, the morning and the minute do to follow-ups. Every step may run twice or late (R-G-10)."""


def connect() -> None:
    """Register the steps, which they do by being imported."""
    from driveline.engines.followup.sweep import counters, digest, escalation, repair  # noqa: F401
