"""Permission codes are declared by the module that owns them, with the seeded matrix beside them (dealer.md §14)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from driveline.kit.scopes import Scope

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Permission:
    """One right. `group` is the heading it stands under on the role page; `matrix` role code → scope as seeded."""

    code: str
    label: str | _StrPromise
    group: str | _StrPromise
    matrix: dict[str, Scope] = field(default_factory=dict, hash=False)


_permissions: dict[str, Permission] = {}


def declare(*permissions: Permission) -> None:
    """Register permissions; the same code twice is a programming error."""
    for permission in permissions:
        if _permissions.get(permission.code, permission) != permission:
            raise ValueError(f"permission {permission.code} is declared twice")
        _permissions[permission.code] = permission


def all_permissions() -> list[Permission]:
    """Every declared permission, in the order of declaration."""
    return list(_permissions.values())


def permission(code: str) -> Permission:
    """The declared permission; KeyError for an unknown code."""
    return _permissions[code]


def row(own: str = "", team: str = "", store: str = "", group: str = "") -> dict[str, Scope]:
    """A line of the matrix, role codes parted by spaces: `row(own="consultant", store="manager director")`."""
    cells = ((own, Scope.OWN), (team, Scope.TEAM), (store, Scope.STORE), (group, Scope.GROUP))
    return {role: scope for roles, scope in cells for role in roles.split()}
