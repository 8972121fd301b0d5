"""撤销: take an operation back from its before-images, in time, leaving rows changed since (DESIGN §3a)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from driveline.core import clock
from driveline.core.journal import audit
from driveline.core.models import Operation
from driveline.kit.commands import command_by_code
from driveline.kit.errors import Conflict, Forbidden, Refused

if TYPE_CHECKING:
    from driveline.kit.actor import Actor


@dataclass(frozen=True)
class UndoResult:
    """Ids put back, and for each row left alone the reason."""

    restored: list[int]
    skipped: dict[int, str]


def undo(actor: Actor, operation_id: int) -> UndoResult:
    """Take back one of the actor's own operations in the current store.

    The command's `undo(operation, actor)` does the work and returns a list of `{"id": …, "reason": …}`; a row
    with a reason was left alone. Raises Operation.DoesNotExist (not the actor's), Forbidden (the right
    is gone), Conflict (undone already), Refused (too late, or every row was changed since: nothing happened).
    """
    operation = Operation.objects.get(pk=operation_id, user_id=actor.user_id, store_id=actor.store_id)
    try:
        command = command_by_code(operation.verb)
    except KeyError:
        command = None
    if command is None or command.undo is None:
        raise Refused(_("This cannot be undone."))
    if not actor.can(command.permission):
        raise Forbidden(_("Your role does not include this action."))
    with transaction.atomic():
        _claim(operation)
        rows = command.undo(operation, actor)
        skipped = {int(row["id"]): str(row["reason"]) for row in rows if row.get("reason")}
        restored = [int(pk) for pk in operation.result.get("done", []) if int(pk) not in skipped]
        if not restored:
            raise Refused(
                next(iter(skipped.values()), _("These rows were changed since; nothing was undone."))
            )
        audit.write(
            actor,
            "operation.undo",
            object_type="core.operation",
            object_id=operation.pk,
            detail={"verb": operation.verb, "restored": restored[:200], "skipped": len(skipped)},
        )
    return UndoResult(restored, skipped)


def _claim(operation: Operation) -> None:
    """Win the right to undo by compare-and-set, or raise."""
    moment = clock.now()
    won = Operation.objects.filter(pk=operation.pk, undone_at=None, undo_until__gte=moment).update(
        undone_at=moment
    )
    if won:
        operation.undone_at = moment
        return
    operation.refresh_from_db(fields=["undone_at", "undo_until"])
    if operation.undone_at is not None:
        raise Conflict(_("This was undone already."), when=operation.undone_at)
    raise Refused(_("The time for undoing this is over."))
