"""What programs may do with leads beyond the page's buttons: enter one. The page itself is offered as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.kit.api.declare import Create, Created
from driveline.kit.api.problems import Problem
from driveline.modules.leads.choices import EntryMethod
from driveline.modules.leads.forms import LeadForm
from driveline.modules.leads.services.entry import AlreadyThere, lead_create

if TYPE_CHECKING:
    from driveline.kit.actor import Actor


def enter(actor: Actor, data: dict[str, Any], key: str | None) -> Created:
    """A lead from a program, through the service that the form calls; a number that is there already is refused with
    its lead, where that may be seen (R-L-01)."""
    mine = bool(data.pop("assign_to_me", False))
    try:
        lead = lead_create(actor, data, key=key, assign_to_me=mine, door=EntryMethod.API)
    except AlreadyThere as there:
        raise Problem("refused", there.sentence, rule=there.rule, also={"id": there.pursuit_id}) from there
    return Created(id=lead.pk, rule="NEW")


CREATE = Create(
    LeadForm,
    enter,
    permission="leads.create",
    label=_("New lead"),
    example={
        "name": "王先生",
        "phone": "13800004127",
        "source": 1,
        "gender": "male",
        "remark": "想看白色顶配",
    },
)
EXAMPLES: dict[str, dict[str, Any]] = {
    "assign": {"users": [1]},
    "reassign": {"users": [1]},
    "void": {"reason": "wrong_number"},
    "activate": {"user": 1},
}
