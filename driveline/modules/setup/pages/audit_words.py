"""The audit log in words: what an action is called, what it was about, what it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core.dictionaries import dictionaries
from driveline.kit.commands import all_commands
from driveline.kit.formats import moment
from driveline.kit.permissions import all_permissions
from driveline.kit.registry import pages
from driveline.kit.settings import sections

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.core.models import AuditEntry
    from driveline.kit.pages import Context

LONGEST = 120
COUNTED = ("ids", "restored")  # rows that the entry is about: named there, counted here

# What is not a command and has therefore no label of its own.
ACTIONS: dict[str, str | _StrPromise] = {
    "api.read": _("Rows read by a program"),
    "api_token.create": _("Token created"),
    "arrival_rule.save": _("Assignment rule saved"),
    "attachment.add": _("File added"),
    "attachment.delete": _("File deleted"),
    "attachment.download": _("File downloaded"),
    "catalogue.disable": _("Series or brand disabled"),
    "catalogue.enable": _("Series or brand enabled"),
    "dictionary.add": _("Dictionary entry added"),
    "dictionary.edit": _("Dictionary entry edited"),
    "dictionary.hide": _("Dictionary entry hidden"),
    "dictionary.move": _("Dictionary entry moved"),
    "dictionary.show": _("Dictionary entry shown again"),
    "export": _("List exported"),
    "import.revert": _("Import taken back"),
    "import.run": _("Import carried out"),
    "import.upload": _("File for an import uploaded"),
    "lead.edit": _("Lead edited"),
    "membership.add": _("Place in a store given"),
    "membership.edit": _("Place in a store edited"),
    "operation.undo": _("Undone"),
    "phone.reveal": _("Number revealed"),
    "platform.create": _("Platform connection created"),
    "platform.edit": _("Platform connection edited"),
    "platform.mapping": _("Mapping of a platform changed"),
    "platform.poll": _("Polling of a platform changed"),
    "platform.rotate": _("Secret of a platform renewed"),
    "platform_fault.mend": _("Faulty message mended"),
    "role.copy": _("Role copied"),
    "role.grants": _("Rights of a role changed"),
    "role.rename": _("Role renamed"),
    "role.retire": _("Role disabled"),
    "session.end": _("Session ended"),
    "sign_in": _("Sign-in"),
    "sign_in.disabled": _("Sign-in refused, account disabled"),
    "sign_in.failed": _("Sign-in failed"),
    "settings.change": _("Settings changed"),
    "unit.create": _("Store or department added"),
    "unit.rename": _("Store or department renamed"),
    "unit.close": _("Store or department closed"),
    "unit.open": _("Store or department opened again"),
    "user.absence": _("Absence set"),
    "user.create": _("User created"),
    "user.edit": _("User edited"),
    "user.password_change": _("Password changed"),
    "user.password_reset": _("Password reset"),
}
# What a reader calls the rows of a type, where its own name is the builder's word.
KINDS: dict[str, str | _StrPromise] = {
    "core.membership": _("User"),
    "core.orgunit": _("Store or department"),
    "followup.pursuit": _("Lead"),
    "followup.task": _("Lead"),
    "intake.importmapping": _("Saved mapping"),
    "lead": _("Lead"),
}
NAMES: dict[str, str | _StrPromise] = {
    "accepts_work": _("Takes new work"),
    "days": _("Days"),
    "prefix": _("Begins with"),
    "token": _("By token"),
    "absent_from": _("Away from"),
    "attachment": _("File number"),
    "code": _("Code"),
    "department": _("Department"),
    "filter": _("Filter"),
    "from": _("From"),
    "kind": _("Dictionary"),
    "label": _("Label"),
    "login": _("Login"),
    "name": _("Name"),
    "page": _("Page"),
    "phone": _("Mobile"),
    "role": _("Role"),
    "columns": _("Number of columns"),
    "rows": _("Rows"),
    "section": _("Section"),
    "sessions": _("Sessions"),
    "sha256": _("Checksum"),
    "skipped": _("Left as they were"),
    "stand_in": _("Stand-in"),
    "store": _("Store"),
    "superior": _("Superior"),
    "to": _("Until"),
    "user": _("User"),
    "valid_from": _("Valid from"),
    "verb": _("Action"),
    "number": _("Batch"),
    "new": _("New"),
    "duplicate": _("Duplicate"),
    "failed": _("Failed"),
    "size": _("Bytes"),
    "voided": _("Made void"),
    "restored": _("Put back"),
    "left": _("Left as they were"),
}


@dataclass(frozen=True)
class Event:
    """One entry of a history: who did what, when, and what it changed."""

    title: str
    when: str
    who: str
    lines: list[str] = field(default_factory=list)


def action_label(code: str) -> str:
    """What an action is called; a code that nothing declares any more is shown as it stands."""
    if code in ACTIONS:
        return str(ACTIONS[code])
    for command in all_commands():
        if command.code == code:
            return f"{command.label} · {kind_name(command.model._meta.label_lower)}"
    return code


def action_options() -> list[tuple[str, str]]:
    """Every action there is, for the filter."""
    codes = {*ACTIONS, *(command.code for command in all_commands())}
    return sorted(((code, action_label(code)) for code in codes), key=lambda option: option[1])


def subject(entry: AuditEntry) -> tuple[str, list[int]]:
    """The type and the ids of what it was about; taking back is about what the command had been about."""
    detail = entry.detail if isinstance(entry.detail, dict) else {}
    if entry.action == "operation.undo":
        undone = next((c for c in all_commands() if c.code == detail.get("verb")), None)
        return (undone.model._meta.label_lower if undone else "", list(detail.get("restored", ())))
    ids = [entry.object_id] if entry.object_id else detail.get("ids", ())
    return entry.object_type, list(ids)


def lines(detail: Any) -> list[str]:
    """Every statement of the detail: 姓名:张三 → 张四."""
    return list(_lines(detail if isinstance(detail, dict) else {"": detail}))


def summary(entry: AuditEntry) -> str:
    """The detail on one line, but for what only the whole entry needs to say."""
    found = gettext("; ").join(lines({k: v for k, v in entry.detail.items() if k != "sha256"}))
    return found if len(found) <= LONGEST else found[: LONGEST - 1] + "…"


def events(entries: Iterable[AuditEntry], ctx: Context) -> list[Event]:
    """Entries as a timeline shows them."""
    return [
        Event(
            action_label(entry.action),
            moment(entry.at, ctx.today),
            str(entry.user or "-"),
            lines({k: v for k, v in entry.detail.items() if k not in ("ids", "user")}),
        )
        for entry in entries
    ]


def _lines(detail: dict[str, Any]) -> Iterator[str]:
    for key, value in detail.items():
        if key == "changes" and isinstance(value, dict):
            yield from (_said(_name(k), _change(v)) for k, v in value.items())
        elif key in COUNTED and isinstance(value, list):
            if len(value) > 1:
                yield gettext("%(n)s rows") % {"n": len(value)}
        elif key == "old" and "new" in detail:
            yield from _pairs(value, detail["new"])
        elif key != "new" or "old" not in detail:
            yield (
                _said(_name(key), SPOKEN[key](value) if key in SPOKEN else _plain(value))
                if key
                else _plain(value)
            )


def _said(name: str, value: str) -> str:
    return gettext("%(name)s: %(value)s") % {"name": name, "value": value}


def _section(code: str) -> str:
    return next((str(s.label) for s in sections() if s.section == code), code)


def _page(name: str) -> str:
    return next((str(page.title) for page in pages() if page.name == name), name)


def _dictionary(code: str) -> str:
    return next((str(kind.label) for kind in dictionaries() if kind.code == code), code)


# How a code in the detail is said.
SPOKEN: dict[str, Callable[[str], str]] = {
    "kind": _dictionary,
    "page": _page,
    "section": _section,
    "verb": action_label,
}


def _pairs(old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from (
            f"{_name(k)}: {_plain(old.get(k))} → {_plain(new[k])}" for k in new if old.get(k) != new[k]
        )
    else:
        yield f"{_plain(old)} → {_plain(new)}"


def _change(pair: Any) -> str:
    if isinstance(pair, dict):
        return f"{_plain(pair.get('old'))} → {_plain(pair.get('new'))}"
    if isinstance(pair, list) and len(pair) == 2:
        return f"{_plain(pair[0])} → {_plain(pair[1])}"
    return _plain(pair)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, (list, tuple)):
        return gettext(", ").join(_plain(one) for one in value)
    if isinstance(value, dict):
        return gettext(", ").join(f"{_name(k)} {_plain(v)}" for k, v in value.items())
    return str(value)


def _name(key: str) -> str:
    if key in NAMES:
        return str(NAMES[key])
    found = [f.label for s in sections() for f in s.fields.values() if f.key == key]
    found += [p.label for p in all_permissions() if p.code == key]
    return str(found[0]) if found else key


def kind_name(label: str) -> str:
    """What rows of a type are called."""
    if label in KINDS:
        return str(KINDS[label])
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label
