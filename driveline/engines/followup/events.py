"""What the engine tells the floors above, after the commit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ContactRecorded:
    """A contact was written."""

    store_id: int
    kind: str
    pursuit_id: int
    record_id: int
    actor_id: int


@dataclass(frozen=True)
class PursuitLost:
    """A pursuit was given up, by a person or (`automatic`) by the system."""

    store_id: int
    kind: str
    pursuit_id: int
    automatic: bool
