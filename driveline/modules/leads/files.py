"""Files of a lead: a quotation, a photo of the old car. Seen by whoever sees the lead, added by whoever works it,
deleted by who added them and by managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driveline.core.attachments import Subject, attachment_subject
from driveline.kit.scopes import Scope
from driveline.modules.leads.services.sight import reached

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

SUBJECT = "lead"
EDIT = "leads.edit"


def may_see(actor: Actor, pursuit_id: int) -> bool:
    """Whether the lead is in the actor's sight."""
    return reached(actor, pursuit_id)


def may_add(actor: Actor, pursuit_id: int) -> bool:
    """Whoever follows the lead up or may change its data, in the lead's own store."""
    return any(reached(actor, pursuit_id, right) for right in ("lead_tasks.record", EDIT))


def may_tidy(actor: Actor, pursuit_id: int) -> bool:
    """Whoever may change the data of other people's leads, not of his own alone, deletes what others added, too."""
    return actor.scope(EDIT) != Scope.OWN and reached(actor, pursuit_id, EDIT)


def declare() -> None:
    """Register the subject; called once by the module."""
    attachment_subject(Subject(SUBJECT, may_see, may_add, may_tidy=may_tidy))
