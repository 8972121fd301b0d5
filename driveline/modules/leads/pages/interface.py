"""What programs may do with leads beyond the page's buttons: enter one. The page itself is offered as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.kit.api.declare import Create, Created
from driveline.modules.leads.choices import EntryMethod
from driveline.modules.leads.forms import LeadForm
from driveline.modules.leads.services.entry import lead_enter

if TYPE_CHECKING:
    from driveline.kit.actor import Actor


def enter(actor: Actor, data: dict[str, Any], key: str | None) -> Created:
    """A lead from a program, through the service that the form calls. A number that is a lead already makes no second
    one; the answer says by which rule, what was done, and which lead, where that may be seen (R-L-01, R-L-02)."""
    mine = bool(data.pop("assign_to_me", False))
    entered = lead_enter(actor, data, key=key, assign_to_me=mine, door=EntryMethod.API)
    return Created(
        id=entered.pursuit.pk if entered.visible else None,
        new=entered.new,
        verdict=str(entered.verdict.code),
        rule=entered.verdict.rule,
        done=str(entered.verdict.done),
        message=entered.sentence,
    )


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
