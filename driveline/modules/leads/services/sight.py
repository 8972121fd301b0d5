"""Whether a person reaches one lead with one of his rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driveline.engines.followup.models import Pursuit
from driveline.kit.scopes import visible
from driveline.modules.leads.choices import KIND

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

VIEW = "leads.view"


def reached(actor: Actor, pursuit_id: int, permission: str = VIEW) -> bool:
    """One query."""
    return bool(visible(Pursuit.objects.filter(pk=pursuit_id, kind=KIND), actor, permission).exists())
