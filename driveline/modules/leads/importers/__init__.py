"""Leads out of files (R-L-03, DESIGN §3a Import): which columns are understood, and how a row becomes an arrival."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from driveline.core import clock, dictionaries, phones
from driveline.engines.intake.imports.kinds import ImportKind
from driveline.kit.importing.plain import fold, narrow
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.importers.fields import PHONES, lead_fields
from driveline.modules.leads.importers.reader import LeadReader
from driveline.modules.leads.services.revoking import leads_revoke
from driveline.modules.leads.store_settings import LeadSettings

PERMISSION = "leads.import"
OTHER = "other_web"
# Ten figures, area and exchange not beginning with 0 or 1, however they are parted; an extension may follow.
_north_american = re.compile(
    r"(?:\+?1[-. ]?)?\(?[2-9]\d{2}\)?[-. /|]?[2-9]\d{2}[-. /|]?\d{4}(?:\s*(?:x|ext\.?)\s*\d{1,6})?",
    re.IGNORECASE,
)


def why_not(store_id: int, columns: Mapping[str, int], source_id: int | None) -> dict[str, str]:
    """What a mapping lacks so that no lead could come of it: field → sentence."""
    problems = {}
    if not any(field in columns for field in PHONES):
        any_phone = LeadSettings.of(store_id, clock.today()).contact_rule == "any_phone"
        problems["mapping"] = (
            _("No column holds telephone numbers. A lead needs one; say which column it is.")
            if any_phone
            else _("No column holds mobile numbers. A lead needs one; say which column it is.")
        )
    elif not {"name", "last_name", "first_name"} & set(columns):
        problems["mapping"] = _("No column holds names. A lead needs one; say which column it is.")
    if source_id is None and "source" not in columns:
        problems["source"] = _("Choose where these leads come from; no column says so.")
    return problems


def suggests(store_id: int, samples: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Numbers that are none here but all have the length and the shape of another country's are read as those."""
    cells = [cell for field in PHONES for cell in samples.get(field, ())]
    strange = sum(
        bool(_north_american.fullmatch(narrow(cell))) and not phones.first_of(cell).key for cell in cells
    )
    return {"country": "1"} if cells and strange * 2 > len(cells) else {}


def default_source(store_id: int, name: str) -> int | None:
    """The source whose name the file bears, else other websites (R-L-03)."""
    entries = dictionaries.items(store_id, "lead_source")
    folded = fold(name)
    for entry in entries:
        if any(len(word) > 1 and fold(word) in folded for word in (entry.label_zh, entry.label_en) if word):
            return entry.id
    return next((entry.id for entry in entries if entry.code == OTHER), None)


def template_notes(store_id: int) -> Sequence[str]:
    """What stands beside the empty list."""
    return [
        _(
            "One lead a row. Columns may be left out, moved or renamed; what is not understood can be set when importing."
        ),
        _("A number that is a lead already makes no second one; its follow-up is pulled to today."),
        _("The consultant is named by login or by name; without one the rule of the source decides."),
    ]


LEADS = ImportKind(
    kind=KIND,
    label=gettext_lazy("Leads"),
    permission=PERMISSION,
    url="/imports/",
    dictionary="lead_source",
    fields=lead_fields,
    refuses=why_not,
    suggests=suggests,
    default_source=default_source,
    reader=LeadReader,
    revoke=leads_revoke,
    template_notes=template_notes,
    not_in_template=("last_name", "first_name", "external_id"),
)
