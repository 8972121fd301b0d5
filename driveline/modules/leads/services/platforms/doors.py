"""A connection ready for use at the door: looked up by its key, remembered by the process for a few seconds.

What is changed on the page therefore counts at the latest five seconds later in every process.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from driveline.core import clock
from driveline.core.access import SystemActor, system_actor
from driveline.core.request_cache import forget, once
from driveline.core.sealed import Unsealable, unseal
from driveline.modules.leads.models import PlatformConnection

log = logging.getLogger(__name__)

PURPOSE = "platform"


@dataclass(frozen=True)
class Door:
    """A connection, its secrets in clear, and the program itself at work in its store."""

    connection: PlatformConnection
    secrets: tuple[tuple[str, dt.datetime | None], ...]
    actor: SystemActor

    @property
    def open(self) -> bool:
        """In use, in a store that is in use."""
        return self.connection.active and self.connection.store.active

    def secrets_at(self, now: dt.datetime) -> list[str]:
        """The secret, and the former one while it is still good."""
        return [secret for secret, until in self.secrets if until is None or now < until]


def door_by_key(key: str) -> Door | None:
    """The door of a connection key; None for a key that nobody has."""
    if not key or len(key) > 40 or not key.isascii() or not key.isprintable():
        return None
    return once(("doors", "key", key), lambda: _find(key))


def door_of(connection: PlatformConnection) -> Door:
    """The door of a connection in hand."""
    return Door(connection, tuple(_secrets(connection)), system_actor(connection.store))


def forget_doors() -> None:
    """A connection was changed: this process looks anew."""
    forget("doors")


def seen(door: Door) -> None:
    """Note that the platform is alive, once in a few seconds only: otherwise all messages would wait for one row."""
    pk = door.connection.pk
    once(
        ("doors", "seen", pk), lambda: PlatformConnection.objects.filter(pk=pk).update(last_seen=clock.now())
    )


def _find(key: str) -> Door | None:
    rows = PlatformConnection.objects.select_related("store", "store__parent", "source")
    found = rows.filter(key=key).first()
    return door_of(found) if found is not None else None


def _secrets(connection: PlatformConnection) -> list[tuple[str, dt.datetime | None]]:
    found: list[tuple[str, dt.datetime | None]] = []
    kept = ((connection.secret, None), (connection.former_secret, connection.former_until))
    for sealed, until in kept:
        if sealed:
            try:
                found.append((unseal(sealed, PURPOSE), until))
            except Unsealable:
                log.warning(
                    "the secret of platform connection %s was sealed under another key", connection.pk
                )
    return found
