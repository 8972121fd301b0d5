"""How the codes in the transition log, and of a contact, are said to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from driveline.core import dictionaries
from driveline.engines.followup.choices import Action
from driveline.engines.followup.policy import policy_for

if TYPE_CHECKING:
    from driveline.engines.followup.models import FollowUp

# Which dictionary a line's reason is a code of.
_DICTIONARIES = {
    Action.VOID: "void_reason",
    Action.LOSE: "defeat_reason",
    Action.AUTO_LOSE: "defeat_reason",
}


def said_chip(record: FollowUp) -> str:
    """How a contact went, in the words of the form: the chosen chip, or the result of a record without one."""
    chip = policy_for(record.kind).chip(record.chip)
    return str(chip.label if chip else record.get_result_display())


def said_reason(store_id: int, action: str, reason: str) -> str:
    """The reason of a transition in the reader's language; what is no code is shown as it stands."""
    if not reason or action == Action.UNDO:
        return ""
    if action == Action.RELEASE:
        known = {
            "owner_left": _("the consultant has left"),
            "first_contact": _("the first contact took too long"),
        }
        return known.get(reason, reason)
    if action == Action.ACTIVATE:
        return _("the customer asked again") if reason == "asked_again" else reason
    kind = _DICTIONARIES.get(Action(action)) if action in Action.values else None
    return dictionaries.label(store_id, kind, reason) if kind else reason
