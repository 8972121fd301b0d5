"""What every page needs around its own content: menu, person, stores, clock, remembered looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property

from driveline.core import clock
from driveline.core.preferences import preferences

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.http import HttpRequest  # noqa: TID251  a context processor is handed one; only its type is named

    from driveline.core.access import Actor
    from driveline.core.models import Membership, OrgUnit, User

THEMES = ("light", "dark")
DENSITIES = ("normal", "compact", "wide")
_LOOKS = ("ui.theme", "ui.density", "ui.collapsed", "ui.single_keys")


class Shell:
    """The frame of a page. Everything is read when a template first asks for it, so a fragment costs nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.actor: Actor | None = getattr(request, "actor", None)

    @property
    def user(self) -> User | None:
        return self.actor.user if self.actor else None

    @property
    def store(self) -> OrgUnit | None:
        return self.actor.store if self.actor else None

    @property
    def group_name(self) -> str:
        """The dealer group above the current unit."""
        if self.actor is None:
            return ""
        parent = self.actor.store.parent
        return parent.name if parent is not None else self.actor.store.name

    @property
    def memberships(self) -> list[Membership]:
        """The units the user works in, stores first; each with `.store` and `.role`."""
        return getattr(self._request, "memberships", [])

    @property
    def stores(self) -> list[OrgUnit]:
        return [row.store for row in self.memberships]

    @property
    def can_switch(self) -> bool:
        """R-H-06: the switch is shown to who works in two units or more (S-79)."""
        return len(self.memberships) > 1

    @property
    def has_tokens(self) -> bool:
        """Whether the person may let programs act in his name."""
        return self.actor is not None and self.actor.can("api_tokens.manage")

    @cached_property
    def role_label(self) -> str:
        return str(self.actor.role) if self.actor and self.actor.role else ""

    @cached_property
    def menu(self) -> list[Any]:
        if self.actor is None:
            return []
        from driveline.kit.menu import menu_for

        return menu_for(self.actor, self._request.path)

    @cached_property
    def unread(self) -> int:
        if self.actor is None:
            return 0
        from driveline.core.notifications import unread_count

        return unread_count(self.actor)

    @cached_property
    def today(self) -> date:
        return clock.today()

    @cached_property
    def clock(self) -> datetime:
        return clock.now()

    @cached_property
    def _looks(self) -> dict[str, Any]:
        return preferences.several(self.actor, _LOOKS) if self.actor else {}

    @property
    def theme(self) -> str:
        chosen = self._looks.get("ui.theme")
        return chosen if chosen in THEMES else "light"

    @property
    def density(self) -> str:
        chosen = self._looks.get("ui.density")
        return chosen if chosen in DENSITIES else "normal"

    @property
    def collapsed(self) -> bool:
        return self._looks.get("ui.collapsed") is True

    @property
    def single_keys(self) -> bool:
        """Single letters as shortcuts; a person may turn them off."""
        return self._looks.get("ui.single_keys") is not False


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template context processor."""
    return {"shell": Shell(request)}
