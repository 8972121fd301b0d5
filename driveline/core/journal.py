"""The journal of commands (Operation) and the record of who did or saw what (AuditEntry)."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Q

from driveline.core import clock
from driveline.core.models import AuditEntry, Membership, Operation

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

ACCOUNT_ACTIONS = ("sign_in", "sign_in.failed", "sign_in.disabled", "session.end")

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
        of_store: bool = True,
    ) -> None:
        """Add one entry that nobody changes afterwards. `actor` None: nobody is signed in yet. `of_store` False: it
        concerns the person's account, not the store at hand (see `of_accounts`)."""
        AuditEntry.objects.create(
            store_id=actor.store_id if actor and of_store else None,
            user_id=actor.user_id if actor else None,
            action=action,
            object_type=object_type,
            object_id=object_id,
            detail=plain(detail | {"token": token} if (token := door.get()) else detail),
            address=address.get(),
            at=clock.now(),
        )


def of_accounts(store_ids: Collection[int]) -> Q:
    """Entries about the accounts of the people who work in the stores: sign-ins, also failed ones, sessions ended.

    They name no store, because a person signs in to all of his at once.
    """
    people = Membership.objects.filter(store_id__in=list(store_ids), active=True).values("user_id")
    return Q(store__isnull=True, action__in=ACCOUNT_ACTIONS, user_id__in=people)


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
