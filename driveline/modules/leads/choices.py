"""What a lead's state is called and how it looks, and the ways a lead gets in (dealer.md §2.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from driveline.engines.followup.choices import Phase

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

KIND = "lead"


class EntryMethod(models.TextChoices):
    """进入方式: by which door a lead came."""

    MANUAL = "manual", _("Entered by hand")
    IMPORT = "import", _("Imported")
    PLATFORM_SYNC = "platform_sync", _("From a platform")
    API = "api", _("From a program")

    @classmethod
    def words(cls, code: str) -> str:
        """The label of a code; the code itself for a door that is gone."""
        return str(cls(code).label) if code in cls.values else code


# Phase → (css class of the dot, label). A lead has no state of its own: this is the engine's phase (DESIGN §3a).
LOOKS: dict[str, tuple[str, str | _StrPromise]] = {
    Phase.UNASSIGNED: ("st-new", _("To assign")),
    Phase.ACTIVE: ("st-on", _("Following up")),
    Phase.REVIEW: ("st-review", _("Defeat to be confirmed")),
    Phase.WON: ("st-won", _("Became a prospect")),
    Phase.LOST: ("st-", _("Defeated")),
    Phase.CLOSED: ("st-void", _("Void")),
}


def look(phase: str) -> tuple[str, str | _StrPromise]:
    """The css class and the label of a phase; KeyError for an unknown one."""
    return LOOKS[phase]


def phase_labels() -> list[tuple[str, str | _StrPromise]]:
    """The states a lead can be in, for filters and tabs."""
    from driveline.modules.leads.machine import machine

    return [(str(phase), LOOKS[phase][1]) for phase in Phase if phase not in machine.unused]
