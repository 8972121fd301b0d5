"""Things read once in a request (or in one store of a sweep) and forgotten at its end.

`brief_cache` goes further for doors that take hundreds of messages a second: what changes rarely is remembered by the
process for a few seconds. Only what is named in `_SHARED`, never rows of customers or of work.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

_SHARED = frozenset({"settings", "dictionaries", "arrival rules", "doors"})
_SHARED_MOST = 500
_shared: dict[Hashable, tuple[float, object]] = {}

_cache: ContextVar[dict[Hashable, object] | None] = ContextVar("request_cache", default=None)


@contextmanager
def request_cache() -> Iterator[None]:
    """Within the block `once` remembers; an inner block begins with nothing."""
    token = _cache.set({})
    try:
        yield
    finally:
        _cache.reset(token)


class _Brief(dict[Hashable, object]):
    """The cache of a `brief_cache`: what is in it is at most a few seconds old."""


@contextmanager
def brief_cache(seconds: float = 5) -> Iterator[None]:
    """A request cache that begins with what this process has read of `_SHARED` within so many seconds."""
    now = monotonic()
    known = {key: value for key, (until, value) in tuple(_shared.items()) if until > now}
    cache = _Brief(known)
    token = _cache.set(cache)
    try:
        yield
    finally:
        _cache.reset(token)
        if len(_shared) > _SHARED_MOST:
            _shared.clear()
        for key in cache.keys() - known.keys():
            if isinstance(key, tuple) and key[0] in _SHARED:
                _shared[key] = (now + seconds, cache[key])


def forget_all() -> None:
    """Drop what the process remembers between requests."""
    _shared.clear()


def once[T](key: Hashable, compute: Callable[[], T]) -> T:
    """What was computed under the key in this request; outside a `request_cache()` it is computed every time."""
    cache = _cache.get()
    if cache is None:
        return compute()
    if key not in cache:
        cache[key] = compute()
    return cache[key]  # type: ignore[return-value]  # the key names one kind of value


def briefly[T](key: Hashable, compute: Callable[[], T]) -> T:
    """The same within a `brief_cache` only: for what a long job must look at anew with every chunk."""
    return once(key, compute) if isinstance(_cache.get(), _Brief) else compute()


def remembering() -> bool:
    """Whether a request cache is at hand: then it pays to read more at once."""
    return _cache.get() is not None


def forget(first: str) -> None:
    """Drop all keys that are tuples beginning with `first`; called by the services that write."""
    for cache in (_cache.get(), _shared):
        if cache is not None:
            for key in [key for key in tuple(cache) if isinstance(key, tuple) and key[0] == first]:
                cache.pop(key, None)
