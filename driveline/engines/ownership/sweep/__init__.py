"""What the night and the minute do to ownership. Every step may run twice or late (R-G-10)."""


def connect() -> None:
    """Register the steps, which they do by being imported."""
    from driveline.engines.ownership.sweep import ladder, leavers  # noqa: F401
