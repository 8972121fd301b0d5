"""The state machine of a lead (dealer.md §2.0.1): a view of the engine's phase table."""

from __future__ import annotations

from driveline.engines.followup.choices import Phase
from driveline.kit.machine import Machine

machine = Machine(
    Phase,
    {
        "assign": ((Phase.UNASSIGNED,), Phase.ACTIVE),
        "reassign": ((Phase.ACTIVE,), Phase.ACTIVE),
        "record": ((Phase.ACTIVE,), Phase.ACTIVE),
        "release": ((Phase.ACTIVE,), Phase.UNASSIGNED),
        "lose": ((Phase.ACTIVE,), Phase.LOST),
        "activate": ((Phase.LOST,), Phase.UNASSIGNED),
        "void": ((Phase.UNASSIGNED, Phase.ACTIVE), Phase.CLOSED),
    },
    start=Phase.UNASSIGNED,
    unused=(Phase.REVIEW, Phase.WON),
)
