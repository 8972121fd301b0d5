"""How long somebody has been waiting, counted the same wherever it is shown: minutes while the store is open."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from driveline.core.opening import Hours, hours_of, working_minutes_between

if TYPE_CHECKING:
    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context


def waited(since: datetime, actor: Actor, ctx: Context) -> int:
    """Working minutes from a moment to now, by the hours of the actor's store. One query a request."""
    return working_minutes_between(since, ctx.now, _hours(actor, ctx))


def _hours(actor: Actor, ctx: Context) -> Hours:
    return ctx.once("lead hours", lambda: hours_of(actor.store_id, ctx.today))
