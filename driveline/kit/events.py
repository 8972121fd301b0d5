"""Domain events: how a lower floor, or another module, causes something without importing it.

An event is a frozen dataclass; `publish` runs the subscribers after the commit, inside a savepoint-free
context of their own. A subscriber that fails is logged with the event and does not undo what happened.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)
_subscribers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe[E](event: type[E], handler: Callable[[E], None]) -> None:
    """Call `handler` after every commit that published an `event`. Named in the module's module.py."""
    if handler not in _subscribers[event]:
        _subscribers[event].append(handler)


def publish(event: object) -> None:
    """Hand the event to its subscribers once the running transaction is committed (at once outside one)."""
    transaction.on_commit(lambda: _deliver(event))


def _deliver(event: object) -> None:
    for handler in _subscribers[type(event)]:
        try:
            handler(event)
        except Exception:
            log.exception("subscriber %s failed for %r", handler.__qualname__, event)
