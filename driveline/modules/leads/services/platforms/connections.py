"""Making and changing platform connections. A secret is handed out once, when it is made; nobody can read it later."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from driveline.core import clock, dictionaries
from driveline.core.sealed import seal
from driveline.kit.errors import Forbidden, Invalid
from driveline.kit.ports import ports
from driveline.kit.scopes import visible
from driveline.modules.leads.models import PlatformConnection, PlatformPoll
from driveline.modules.leads.rules import pk_of
from driveline.modules.leads.services.platforms.doors import PURPOSE, forget_doors
from driveline.modules.leads.services.platforms.mapping import problems
from driveline.modules.leads.services.platforms.targets import BY_NAME

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

VIEW, EDIT = "platforms.view", "platforms.edit"
OBJECT = "leads.platformconnection"
OVERLAP_HOURS = 24
OVERLAP_MOST = 24 * 30
FIELDS = ("name", "active", "window", "per_minute", "relay_prefixes", "relay_hours")
PATH_MAX, DEFAULT_MAX, VALUES_MAX = 300, 100, 200


class Made(NamedTuple):
    """A connection and its secret, shown this once."""

    connection: PlatformConnection
    secret: str


def connection_create(actor: Actor, data: Mapping[str, Any]) -> Made:
    """A connection of the actor's store, with a secret and no mapping yet. `data`: name, source and `FIELDS`.
    Raises Forbidden, Invalid."""
    _may(actor)
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    row = PlatformConnection(
        store_id=actor.store_id,
        source_id=_source(actor, data),
        key=f"pf_{secrets.token_hex(12)}",
        secret=seal(secret, PURPOSE),
        secret_at=now,
        created_at=now,
        **_fields(data),
    )
    with transaction.atomic():
        _save(row)
        PlatformPoll.objects.create(connection=row)
        _audit(actor, "platform.create", row, {"name": row.name, "source": row.source_id})
    return Made(row, secret)


def connection_edit(actor: Actor, pk: int, data: Mapping[str, Any]) -> PlatformConnection:
    """Change what the connection is called, whether it is in use, and its limits; the source stays, because the
    platform's numbers are known under it. Raises DoesNotExist, Forbidden, Invalid."""
    row = reachable(actor, pk)
    before = {name: getattr(row, name) for name in FIELDS}
    for name, value in _fields(data).items():
        setattr(row, name, value)
    changed = [name for name in FIELDS if getattr(row, name) != before[name]]
    with transaction.atomic():
        _save(row)
        _audit(actor, "platform.edit", row, {"changed": changed})
    forget_doors()
    return row


def mapping_save(actor: Actor, pk: int, rules: Mapping[str, Mapping[str, Any]]) -> PlatformConnection:
    """Keep how messages are read: lead field → {path, default, values}. Raises DoesNotExist, Forbidden, Invalid."""
    row = reachable(actor, pk)
    row.mapping = checked_mapping(rules)
    if lacking := problems(row.mapping):
        raise Invalid({name: [_("Say where it stands in the message.")] for name in lacking})
    row.save(update_fields=["mapping"])
    _audit(actor, "platform.mapping", row, {"fields": sorted(row.mapping)})
    forget_doors()
    return row


def secret_rotate(actor: Actor, pk: int, *, overlap_hours: int = OVERLAP_HOURS) -> Made:
    """Make a new secret; the present one stays good for so many hours (0: not at all)."""
    row = reachable(actor, pk)
    if not 0 <= overlap_hours <= OVERLAP_MOST:
        raise Invalid(
            {"overlap_hours": [_("Between %(low)s and %(high)s.") % {"low": 0, "high": OVERLAP_MOST}]}
        )
    secret = secrets.token_urlsafe(32)
    until = clock.system_now() + timedelta(hours=overlap_hours) if overlap_hours else None
    row.former_secret, row.former_until = (row.secret if until else ""), until
    row.secret, row.secret_at = seal(secret, PURPOSE), clock.now()
    row.save(update_fields=["secret", "secret_at", "former_secret", "former_until"])
    _audit(actor, "platform.rotate", row, {"overlap_hours": overlap_hours})
    forget_doors()
    return Made(row, secret)


def checked_mapping(rules: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The mapping as it is stored, empty lines left out. Raises Invalid."""
    found: dict[str, dict[str, Any]] = {}
    errors: dict[str, list[str]] = {}
    for name, rule in rules.items():
        path, default = str(rule.get("path") or "").strip(), str(rule.get("default") or "").strip()
        values = dict(rule.get("values") or {})
        if name not in BY_NAME or not (path or default):
            continue
        if len(path) > PATH_MAX or len(default) > DEFAULT_MAX or len(values) > VALUES_MAX:
            errors[name] = [_("This is too long.")]
        kept = {"path": path, "default": default, "values": values}
        found[name] = {key: value for key, value in kept.items() if value}
    if errors:
        raise Invalid(errors)
    return found


def _may(actor: Actor) -> None:
    if not actor.can(EDIT):
        raise Forbidden(_("Your role does not include this action."))


def reachable(actor: Actor, pk: int) -> PlatformConnection:
    """The connection as far as it may be changed; DoesNotExist out of sight, Forbidden without the right."""
    seen: PlatformConnection = visible(PlatformConnection, actor, VIEW).get(pk=pk)
    _may(actor)
    if not visible(PlatformConnection, actor, EDIT).filter(pk=pk).exists():
        raise Forbidden(_("Your role does not include this action."))
    return seen


def _source(actor: Actor, data: Mapping[str, Any]) -> int:
    source_id = pk_of(data.get("source"))
    if source_id not in {entry.id for entry in dictionaries.items(actor.store_id, "lead_source")}:
        raise Invalid({"source": [_("This source is not in use.")]})
    return source_id or 0


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """The plain fields, checked. Raises Invalid."""
    given = {name: data[name] for name in FIELDS if name in data}
    errors: dict[str, list[str]] = {}
    if "name" in given and not str(given["name"]).strip():
        errors["name"] = [_("The name is missing.")]
    for name, low, high in (("window", 30, 3600), ("per_minute", 1, 60_000), ("relay_hours", 1, 8760)):
        if name in given and not low <= int(given[name] or 0) <= high:
            errors[name] = [_("Between %(low)s and %(high)s.") % {"low": low, "high": high}]
    prefixes = str(given.get("relay_prefixes", "")).replace("，", ",")
    if any(part.strip() and not part.strip().isdecimal() for part in prefixes.split(",")):
        errors["relay_prefixes"] = [_("Figures only, parted by commas.")]
    if errors:
        raise Invalid(errors)
    return given


def _save(row: PlatformConnection) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Invalid({"name": [_("There is a connection of this name already.")]}) from error


def _audit(actor: Actor, action: str, row: PlatformConnection, detail: dict[str, Any]) -> None:
    ports.audit.write(actor, action, object_type=OBJECT, object_id=row.pk, detail=detail)
