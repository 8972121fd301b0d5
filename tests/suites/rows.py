"""What each registered list page is filled with for the suites: one factory a page, and nothing else to write.

A factory takes the cast, a store and a person of that store, and makes one row that is that person's own.
A page without a factory fails the suites.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.factories import a_lead, a_lost_lead, a_record

if TYPE_CHECKING:
    from driveline.core.models import OrgUnit, User
    from tests.world import World

type Factory = Callable[[World, OrgUnit, User], Any]

FACTORIES: dict[str, Factory] = {
    "leads": lambda world, store, user: a_lead(world, store=store, owner=user, by=user),
    "lead-tasks": lambda world, store, user: a_lead(world, store=store, owner=user, by=user).tasks.get(),
    "lead-records": lambda world, store, user: a_record(
        a_lead(world, store=store, owner=user, by=user), actor=user
    ),
    "lost-leads": lambda world, store, user: a_lost_lead(world, store=store, owner=user, by=user),
}


def factory_of(name: str) -> Factory:
    """KeyError names the page that still needs one."""
    return FACTORIES[name]
