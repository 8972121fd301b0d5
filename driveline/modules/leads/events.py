"""What the leads module tells others, after the commit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LeadsEntered:
    """New leads stand in the store, all by the same door."""

    store_id: int
    pursuit_ids: tuple[int, ...]
    door: str


@dataclass(frozen=True)
class LeadsMadeVoid:
    """These leads never were ones; their numbers are free."""

    store_id: int
    pursuit_ids: tuple[int, ...]
