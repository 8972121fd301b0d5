"""The journal of commands (Operation) and the record of who did or saw what (AuditEntry)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction

from driveline.core import clock
from driveline.core.models import AuditEntry, Membership, Operation, User

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

# The network address of the request at hand; set by the middleware, empty in jobs and on the command line.
address: ContextVar[str | None] = ContextVar("address", default=None)
# How the token begins by which a program acts; empty for people.
door: ContextVar[str] = ContextVar("door", default="")


class Operations:
    """Implements `kit.ports.Operations`."""

    def find(self, key: str) -> Operation | None:
        """The operation given before under this idempotency key, if any."""
        return Operation.objects.filter(key=key).first()

    def start(
        self, actor: Actor, verb: str, inputs: dict[str, Any], key: str | None, store_id: int
    ) -> Operation:
        """Open the journal row inside the caller's transaction.

        When somebody else was first with the key, theirs is returned with `repeated = True`: the caller
        answers with its result and does nothing.
        """
        try:
            with transaction.atomic():
                return Operation.objects.create(
                    store_id=store_id,
                    user_id=actor.user_id,
                    verb=verb,
                    inputs=plain(inputs),
                    key=key or None,
                    at=clock.now(),
                )
        except IntegrityError:
            earlier = self.find(key) if key else None
            if earlier is None:
                raise
            earlier.repeated = True  # type: ignore[attr-defined]  # read by kit.commands, never stored
            return earlier

    def finish(
        self,
        operation: Operation,
        *,
        count: int,
        before: Sequence[dict[str, Any]],
        undo_minutes: int,
        result: dict[str, Any],
    ) -> None:
        """Fill in what came of it; with `undo_minutes` it can be taken back until then."""
        operation.count = count
        operation.before = plain(list(before))
        operation.result = plain(result)
        operation.undo_until = clock.now() + timedelta(minutes=undo_minutes) if undo_minutes else None
        operation.save(update_fields=["count", "before", "result", "undo_until"])


class Audit:
    """Implements `kit.ports.Audit`."""

    def write(
        self,
        actor: Actor | None,
        action: str,
        *,
        object_type: str = "",
        object_id: int | None = None,
        detail: dict[str, Any],
    ) -> None:
        """Add one entry that nobody changes afterwards. `actor` None: nobody is signed in yet."""
        AuditEntry.objects.create(
            store_id=actor.store_id if actor else None,
            user_id=actor.user_id if actor else None,
            action=action,
            object_type=object_type,
            object_id=object_id,
            detail=plain(detail | {"token": token} if (token := door.get()) else detail),
            address=address.get(),
            at=clock.now(),
        )


def write_account(user: User | None, action: str, detail: dict[str, Any], address: str | None) -> None:
    """Add what happened to an account (sign-in, also a failed one, session ended) to the log of every store in which
    the person works at that moment: an account belongs to all of them, and each reads its own log alone. Somebody
    unknown, or without a place, leaves one entry that no store sees."""
    places: list[int | None] = []
    if user is not None:
        rows = Membership.objects.filter(user=user, active=True).order_by("store_id")
        places += rows.values_list("store_id", flat=True)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            store_id=store_id,
            user=user,
            action=action,
            detail=plain(detail),
            address=address,
            at=clock.now(),
        )
        for store_id in places or [None]
    )


def plain(value: Any) -> Any:
    """The value as JSON knows it: dates and decimals as text, lazy translations spoken, sets as lists."""

    def other(thing: Any) -> Any:
        if isinstance(thing, (set, frozenset)):
            return sorted(thing)
        try:
            return DjangoJSONEncoder().default(thing)
        except TypeError:
            return str(thing)

    return json.loads(json.dumps(value, default=other, ensure_ascii=False))


operations = Operations()
audit = Audit()
