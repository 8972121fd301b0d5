"""How often one party may do something: a bucket that fills by the second, in each web process by itself."""

from __future__ import annotations

from threading import Lock
from time import monotonic

KEPT_MOST = 10_000

_lock = Lock()
_buckets: dict[tuple[str, int], tuple[float, float]] = {}


def spend(kind: str, who: int, per_minute: int) -> float:
    """Take one from the bucket; 0.0 when there was one, else the seconds until there is."""
    name, now = (kind, who), monotonic()
    with _lock:
        left, at = _buckets.get(name, (float(per_minute), now))
        left = min(float(per_minute), left + (now - at) * per_minute / 60)
        if left < 1:
            _buckets[name] = (left, now)
            return (1 - left) * 60 / per_minute
        if len(_buckets) > KEPT_MOST:
            _buckets.clear()
        _buckets[name] = (left - 1, now)
        return 0.0


def empty_all() -> None:
    """Begin anew."""
    with _lock:
        _buckets.clear()
