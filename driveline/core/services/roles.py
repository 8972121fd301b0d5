"""Roles of a group: seeded from the declared matrix, copied, edited. A right beyond one's own can never be given.

Seeding again brings permissions that are new in the program and leaves alone whatever users changed: which
permissions a group has been given once is read from the journal of earlier seedings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from driveline.core.access import Actor, SystemActor, system_user
from driveline.core.models import Grant, Operation, OrgUnit, Role
from driveline.core.roles import ROLES
from driveline.kit.asking import asks
from driveline.kit.commands import Run, command
from driveline.kit.errors import Forbidden, Invalid, Refused
from driveline.kit.permissions import all_permissions
from driveline.kit.ports import ports
from driveline.kit.scopes import Scope, visible

if TYPE_CHECKING:
    from driveline.kit.actor import Actor as KitActor

SEEDED = "roles.seed"
EDIT = "roles.edit"


@dataclass(frozen=True)
class SeedReport:
    """What a seeding brought."""

    roles: list[str] = field(default_factory=list)
    permissions: list[str] = field(default_factory=list)
    grants: int = 0


@transaction.atomic
def seed(group: OrgUnit) -> SeedReport:
    """Give the group the seeded roles and the grants of permissions it has not been given before. Re-runnable."""
    existing = {role.code: role for role in Role.objects.filter(group=group)}
    new_roles = [
        Role(group=group, code=r.code, label=r.label, label_en=r.label_en, seeded=True)
        for r in ROLES
        if r.code not in existing
    ]
    Role.objects.bulk_create(new_roles)
    fresh = {role.code for role in new_roles}
    roles = existing | {role.code: role for role in new_roles}
    given = _given_before(group)
    permissions = [p for p in all_permissions() if p.code not in given]
    grants = [
        Grant(role=roles[code], permission=permission.code, scope=scope)
        for permission in all_permissions()
        for code, scope in permission.matrix.items()
        if permission.code not in given or code in fresh
    ]
    held = set(Grant.objects.filter(role__group=group).values_list("role_id", "permission"))
    grants = [grant for grant in grants if (grant.role_id, grant.permission) not in held]
    Grant.objects.bulk_create(grants)
    report = SeedReport(sorted(fresh), [p.code for p in permissions], len(grants))
    if permissions or fresh:
        actor = SystemActor(system_user(), group)
        inputs = {"permissions": report.permissions, "roles": report.roles}
        operation = ports.operations.start(actor, SEEDED, inputs, None, group.pk)
        ports.operations.finish(operation, count=len(grants), before=[], undo_minutes=0, result={})
    return report


def _given_before(group: OrgUnit) -> set[str]:
    rows = Operation.objects.filter(store=group, verb=SEEDED).values_list("inputs", flat=True)
    return {code for inputs in rows for code in inputs.get("permissions", [])}


def find(actor: Actor, role_id: int, permission: str = EDIT) -> Role:
    """A role of the actor's group. Raises Forbidden without the right, Role.DoesNotExist for a stranger's role."""
    if not actor.can(permission):
        raise Forbidden(_("Your role does not include this action."))
    found: Role = visible(Role, actor, permission).get(pk=role_id)
    return found


@transaction.atomic
def role_copy(actor: Actor, role_id: int, *, label: str, label_en: str = "") -> Role:
    """A new role with the grants of another; it may be edited freely. Raises Invalid, Refused."""
    source = find(actor, role_id)
    label = _label(source.group_id, label)
    grants = list(source.grants.values_list("permission", "scope"))
    _refuse_beyond(actor, {code: Scope(scope) for code, scope in grants})
    role = Role.objects.create(
        group_id=source.group_id, code=_free_code(source), label=label, label_en=label_en.strip()
    )
    Grant.objects.bulk_create(Grant(role=role, permission=code, scope=scope) for code, scope in grants)
    _audit(actor, "role.copy", role, {"from": source.code, "label": label, "grants": len(grants)})
    return role


@transaction.atomic
def role_rename(actor: Actor, role_id: int, *, label: str, label_en: str = "") -> Role:
    """Other words for a role; its code stays. Raises Invalid."""
    role = find(actor, role_id)
    was = [role.label, role.label_en]
    role.label, role.label_en = _label(role.group_id, label, role.pk), label_en.strip()
    role.save(update_fields=["label", "label_en"])
    _audit(actor, "role.rename", role, {"old": was, "new": [role.label, role.label_en]})
    return role


def _why_not_retire(role: Role, actor: KitActor) -> str:
    if not role.active:
        return _("This role is disabled already.")
    holders = getattr(role, "holders", None)  # a list has counted them for all its rows at once
    if holders is None:
        holders = role.memberships.filter(active=True).count()
    if not holders:
        return ""
    return ngettext(
        "%(n)s person holds this role. Give them another one first.",
        "%(n)s people hold this role. Give them another one first.",
        holders,
    ) % {"n": holders}


@command(
    "role.retire",
    model=Role,
    permission=EDIT,
    label=_lazy("Disable"),
    icon="archive",
    guard=_why_not_retire,
    confirm=asks(
        _lazy("Disable %(name)s?"),
        _lazy("Nobody can be given it any more. It keeps its rights; “Enable” brings it back."),
    ),
)
def role_retire(rows: Sequence[Role], run: Run) -> None:
    """No longer offered. Refused while somebody holds it."""
    Role.objects.filter(pk__in=[role.pk for role in rows]).update(active=False)


def _why_not_restore(role: Role, actor: KitActor) -> str:
    return _("This role is in use.") if role.active else ""


@command(
    "role.restore",
    model=Role,
    permission=EDIT,
    label=_lazy("Enable"),
    icon="arrow-back-up",
    guard=_why_not_restore,
    confirm=asks(_lazy("Enable %(name)s?"), _lazy("People can be given it again, with the rights it had.")),
)
def role_restore(rows: Sequence[Role], run: Run) -> None:
    """Offered again, with the rights it had."""
    Role.objects.filter(pk__in=[role.pk for role in rows]).update(active=True)


@transaction.atomic
def grants_set(actor: Actor, role_id: int, grants: dict[str, Scope]) -> dict[str, list[int | None]]:
    """Make these the role's grants. Returns permission → [old scope, new scope] of what changed, None = not granted.

    Raises Invalid for an unknown permission, Refused for a reach beyond the actor's own and for taking away
    the right by which the actor is editing.
    """
    role = find(actor, role_id)
    known = {permission.code for permission in all_permissions()}
    if unknown := sorted(set(grants) - known):
        raise Invalid({"": [_("There is no right called %(code)s.") % {"code": unknown[0]}]})
    current = {grant.permission: grant for grant in role.grants.select_for_update()}
    old = {code: Scope(grant.scope) for code, grant in current.items() if code in known}
    changes: dict[str, list[int | None]] = {
        code: [_digit(old.get(code)), _digit(grants.get(code))]
        for code in sorted(set(old) | set(grants))
        if old.get(code) != grants.get(code)
    }
    _refuse_beyond(actor, {code: grants[code] for code in changes if code in grants})
    if actor.membership is not None and actor.membership.role_id == role.pk and EDIT in changes:
        raise Refused(_("This is your own role: it keeps the right to manage roles."))
    if actor.membership is not None and actor.membership.role_id == role.pk and _grows(changes):
        raise Refused(_("This is your own role: somebody of another role has to extend it."))
    role.grants.filter(permission__in=[code for code in changes if code not in grants]).delete()
    for code in changes:
        if code in grants:
            Grant.objects.update_or_create(role=role, permission=code, defaults={"scope": grants[code]})
    if changes:
        _audit(actor, "role.grants", role, {"changes": changes})
    return changes


def may_give(actor: Actor, role: Role) -> bool:
    """Whether the actor may put somebody into the role: what it sees of the group he sees as well."""
    return not _beyond(actor, {g.permission: Scope(g.scope) for g in role.grants.all()})


def _beyond(actor: Actor, grants: dict[str, Scope]) -> list[str]:
    """The permissions that would reach over the group where the actor's own reach ends at his store."""
    if actor.is_system or actor.works_in_group:
        return []
    return [
        code for code, scope in grants.items() if scope == Scope.GROUP and actor.scope(code) != Scope.GROUP
    ]


def _refuse_beyond(actor: Actor, grants: dict[str, Scope]) -> None:
    if beyond := _beyond(actor, grants):
        labels = {permission.code: str(permission.label) for permission in all_permissions()}
        raise Refused(
            _("%(right)s for the whole group can be given only by somebody of the group.")
            % {"right": labels.get(beyond[0], beyond[0])}
        )


def _grows(changes: dict[str, list[int | None]]) -> bool:
    """Whether one of the changes gives more than was held."""
    reach = list(Scope)
    return any(
        new is not None and (old is None or reach.index(Scope(new)) > reach.index(Scope(old)))
        for old, new in changes.values()
    )


def _label(group_id: int, label: str, role_id: int = 0) -> str:
    label = label.strip()
    if not label or len(label) > 40:
        raise Invalid({"label": [_("Give the role a name of at most 40 characters.")]})
    if Role.objects.filter(group_id=group_id, label=label).exclude(pk=role_id).exists():
        raise Invalid({"label": [_("There is a role of this name already.")]})
    return label


def _free_code(source: Role) -> str:
    base = source.code.rstrip("0123456789").rstrip("_")[:34] if not source.seeded else source.code[:34]
    taken = set(Role.objects.filter(group_id=source.group_id).values_list("code", flat=True))
    number = 2
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


def _digit(scope: Scope | None) -> int | None:
    return None if scope is None else int(scope)


def _audit(actor: Actor, action: str, role: Role, detail: dict[str, object]) -> None:
    ports.audit.write(
        actor, action, object_type="core.role", object_id=role.pk, detail={"role": role.code, **detail}
    )
