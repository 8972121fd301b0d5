"""One lead in the drawer and on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.engines.followup.choices import Phase
from driveline.kit.detail import DetailPage
from driveline.modules.leads.pages import editing, files, known
from driveline.modules.leads.pages.facts import HISTORY, KNOWN, LOG, WORK, head
from driveline.modules.leads.pages.files import FILES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.engines.followup.models import Pursuit
    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context


def edit_why_not(pursuit: Pursuit, actor: Actor) -> str | _StrPromise:
    """Why the data of a lead cannot be changed now; "" when they can."""
    if pursuit.phase in (Phase.CLOSED, Phase.WON):
        return _("This lead is closed; its data stay as they were.")
    return ""


class LeadDetail(DetailPage):
    """The drawer of a lead."""

    facts = (KNOWN, WORK)
    tabs = (HISTORY, FILES, LOG)
    joins = ("party", "source", "brand", "series", "car_model", "owner", "created_by", "lead", "store")
    screens = (
        ("new/", editing.create),
        ("new/number/", known.known),
        ("<int:pk>/edit/", editing.edit),
        ("<int:pk>/files/", files.add),
        ("<int:pk>/files/delete/", files.delete),
    )

    def title(self, row: Pursuit) -> str:
        return row.party.name

    def head(self, row: Pursuit, ctx: Context) -> dict[str, Any]:
        return head(row, ctx)
