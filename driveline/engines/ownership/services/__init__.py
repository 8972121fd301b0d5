"""What others call: assign, reassign, void, activate, hand_over, release, undo, candidates."""

from driveline.engines.ownership.images import restore as undo
from driveline.engines.ownership.people import Candidate, candidates
from driveline.engines.ownership.services.activate import activate, activate_why_not, revive
from driveline.engines.ownership.services.assign import assign, assign_why_not, reassign, reassign_why_not
from driveline.engines.ownership.services.handover import hand_over, release, work_left
from driveline.engines.ownership.services.void import void, void_why_not, voided_by

__all__ = [
    "Candidate",
    "activate",
    "activate_why_not",
    "assign",
    "assign_why_not",
    "candidates",
    "hand_over",
    "reassign",
    "reassign_why_not",
    "release",
    "revive",
    "undo",
    "void",
    "void_why_not",
    "voided_by",
    "work_left",
]
