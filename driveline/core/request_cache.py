"""Things read once in a request (or in one store of a sweep) and forgotten at its end."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_cache: ContextVar[dict[Hashable, object] | None] = ContextVar("request_cache", default=None)


@contextmanager
def request_cache() -> Iterator[None]:
    """Within the block `once` remembers; an inner block begins with nothing."""
    token = _cache.set({})
    try:
        yield
    finally:
        _cache.reset(token)


def once[T](key: Hashable, compute: Callable[[], T]) -> T:
    """What was computed under the key in this request; outside a `request_cache()` it is computed every time."""
    cache = _cache.get()
    if cache is None:
        return compute()
    if key not in cache:
        cache[key] = compute()
    return cache[key]  # type: ignore[return-value]  # the key names one kind of value


def remembering() -> bool:
    """Whether a request cache is at hand: then it pays to read more at once."""
    return _cache.get() is not None


def forget(first: str) -> None:
    """Drop all keys that are tuples beginning with `first`; called by the services that write."""
    cache = _cache.get()
    if cache is not None:
        for key in [key for key in cache if isinstance(key, tuple) and key[0] == first]:
            del cache[key]
