"""Two people with one lead's data open: whoever saves second learns what was changed meanwhile (UI.md §5.12).

Only what the form shows is compared. A contact recorded meanwhile, a new owner or another date are no conflict.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from driveline.core import clock, phones
from driveline.core.models import AuditEntry
from driveline.engines.followup.models import Pursuit
from driveline.kit.errors import Conflict
from driveline.kit.formats import moment
from driveline.modules.leads.rules import pk_of

if TYPE_CHECKING:
    from driveline.core.models import User

IDS = ("source", "brand", "series", "car_model")
CAR = ("brand", "series", "car_model")  # one choice in three steps
TEXTS = ("name", "phone", "gender", "province", "city", "address", "remark")
GROUPS = (*((name,) for name in (*TEXTS, "source")), CAR)


class Changed(Conflict):
    """The data were changed since the form was opened; `fields` are those whose present value the form would undo."""

    def __init__(self, fields: list[str], by: tuple[User, datetime] | None) -> None:
        if by is None:
            super().__init__(_("These data were changed after you opened them."))
        else:
            said = {"who": by[0].name, "at": moment(by[1], clock.today())}
            super().__init__(
                _("%(who)s changed these data at %(at)s, after you opened them.") % said,
                who=by[0].name,
                when=by[1],
            )
        self.fields = fields


@dataclass(frozen=True)
class Opened:
    """What a form showed and when. `over`: what the person was told of since, and chose to write over."""

    at: datetime
    shown: Mapping[str, str]
    over: Mapping[str, str] | None = None

    @classmethod
    def of(cls, lead: Pursuit, now: datetime) -> Opened:
        """The form as it opens now."""
        return cls(now, _texts(values_of(lead)))

    @classmethod
    def read(cls, packed: str, over: str = "") -> Opened | None:
        """From what the form carries; None when it carries nothing that can be read."""
        try:
            at, shown = json.loads(packed)
            known = json.loads(over)[1] if over else None
            return cls(datetime.fromisoformat(at), dict(shown), dict(known) if known is not None else None)
        except (ValueError, TypeError, LookupError):
            return None

    @property
    def packed(self) -> str:
        """For a hidden field."""
        return json.dumps([self.at.isoformat(), dict(self.shown)], ensure_ascii=False)

    def settle(self, lead: Pursuit, data: dict[str, Any]) -> dict[str, Any]:
        """The data to write: what the person touched as typed, all else as the (locked) row has it now.

        Raises Changed when something changed that the form does not know of and would undo.
        """
        values = values_of(lead)
        now, typed = _texts(values), _texts(data)
        known = self.shown if self.over is None else self.over
        fields = [f for f in now if now[f] != known.get(f, "") and typed[f] != now[f]]
        if fields:
            raise Changed(fields, _last_edit(lead, self.at))
        kept = [g for g in GROUPS if all(typed[f] == self.shown.get(f, "") for f in g)]
        return data | {field: values[field] for group in kept for field in group}


def values_of(lead: Pursuit) -> dict[str, Any]:
    """The data of a lead as its form has them, by field."""
    party = lead.party
    values: dict[str, Any] = {name: getattr(party, name) for name in TEXTS if name not in ("phone", "remark")}
    values |= {"phone": party.phone_key, "remark": lead.lead.remark}
    return values | {name: getattr(lead, f"{name}_id") for name in IDS}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """The same as text, to be carried and compared."""
    found = {name: str(values.get(name) or "").strip() for name in TEXTS}
    found["phone"] = phones.normalise(values.get("phone")).key
    return found | {name: str(pk_of(values.get(name)) or "") for name in IDS}


def _last_edit(lead: Pursuit, since: datetime) -> tuple[User, datetime] | None:
    """Who last edited the data of the person since then, and when; None when it was no person's edit."""
    same = Pursuit.objects.filter(party_id=lead.party_id).values("pk")
    edits = AuditEntry.objects.filter(
        object_type=Pursuit._meta.label_lower, object_id__in=same, action="lead.edit", at__gte=since
    )
    last = edits.select_related("user").order_by("-at", "-pk").first()
    return (last.user, last.at) if last is not None and last.user is not None else None
