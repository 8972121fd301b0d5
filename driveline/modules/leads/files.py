"""Files of a lead: a quotation, a photo of the old car. Seen by whoever sees the lead, added by whoever works it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driveline.core.attachments import Subject, attachment_subject
from driveline.engines.followup.models import Pursuit
from driveline.kit.scopes import visible
from driveline.modules.leads.choices import KIND

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

SUBJECT = "lead"


def _reach(actor: Actor, pursuit_id: int, permission: str) -> bool:
    return bool(visible(Pursuit.objects.filter(pk=pursuit_id, kind=KIND), actor, permission).exists())


def may_see(actor: Actor, pursuit_id: int) -> bool:
    """Whether the lead is in the actor's sight."""
    return _reach(actor, pursuit_id, "leads.view")


def may_add(actor: Actor, pursuit_id: int) -> bool:
    """Whoever follows the lead up or may change its data, in the lead's own store."""
    return any(_reach(actor, pursuit_id, right) for right in ("lead_tasks.record", "leads.edit"))


def may_tidy(actor: Actor, pursuit_id: int) -> bool:
    """Whoever may change the lead's data deletes what others have added, too."""
    return _reach(actor, pursuit_id, "leads.edit")


def declare() -> None:
    """Register the subject; called once by the module."""
    attachment_subject(Subject(SUBJECT, may_see, may_add, may_tidy=may_tidy))
