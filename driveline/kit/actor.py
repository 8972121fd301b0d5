"""Who is acting, in which store, with which grants: what the kit needs to know of a person."""

from __future__ import annotations

from typing import Protocol

from driveline.kit.scopes import Scope


class Actor(Protocol):
    """A user at work in one store. `core.access.Actor` is the real one; `request.actor` carries it."""

    @property
    def user_id(self) -> int: ...

    @property
    def store_id(self) -> int:
        """The current store (of a group member: the group unit, whose rows are those of all its stores)."""
        ...

    @property
    def name(self) -> str:
        """Whose name a message carries; "" for the program."""
        ...

    @property
    def language(self) -> str: ...

    @property
    def group_store_ids(self) -> frozenset[int]:
        """All stores of the actor's group; read only for grants with group scope."""
        ...

    @property
    def team_ids(self) -> frozenset[int]:
        """User ids: the actor and everybody below by the superior tree of the current store."""
        ...

    @property
    def department_ids(self) -> frozenset[int]: ...

    def scope(self, permission: str) -> Scope | None:
        """The scope of the grant, None without it."""
        ...

    def can(self, permission: str) -> bool: ...
