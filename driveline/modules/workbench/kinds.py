"""What a kind of message is called in the list's filter and first column (dealer.md §1.3)."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from driveline.core.notifications import kinds

LABELS = {
    "assigned": _("New work"),
    "reassigned_out": _("Handed on"),
    "activated": _("Activated, to assign"),
    "returned": _("Back in the queue"),
    "undone": _("Undone"),
    "first_contact_late": _("First contact late"),
    "first_contact_late_team": _("First contact late (team)"),
    "overdue_digest": _("Overdue, daily"),
    "overdue_escalation": _("Long overdue"),
    "repaired": _("Repaired"),
    "import_done": _("Import done"),
    "import_taken_back": _("File taken back"),
    "export_done": _("Export done"),
    "batch_done": _("Action on many rows"),
    "platform_silent": _("Platform cannot be polled"),
    "job_failed": _("Failed in the background"),
}
_SLOT = re.compile(r"\s*[:：]?\s*%\(\w+\)s.*$")


def kind_label(code: str) -> str:
    """The name of a kind; of one without a name what its title begins with."""
    if code in LABELS:
        return str(LABELS[code])
    titles = {kind.code: str(kind.title) for kind in kinds()}
    return _SLOT.sub("", titles.get(code, code)) or code


def kind_options() -> list[tuple[str, str]]:
    """Every kind with its name, for the filter."""
    return [(kind.code, kind_label(kind.code)) for kind in kinds()]
