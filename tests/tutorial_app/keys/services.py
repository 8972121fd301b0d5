"""Taking a key and hanging it back. `command.perform` is the only way in."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from driveline.kit.actor import Actor
from driveline.kit.commands import Run, command
from driveline.kit.errors import Conflict
from tests.tutorial_app.keys.models import CarKey


def _why_not_take(key: CarKey, actor: Actor) -> str:
    return _now("%(name)s has it.") % {"name": key.holder.name} if key.holder else ""


def _why_not_return(key: CarKey, actor: Actor) -> str:
    return "" if key.holder_id else _now("It hangs in the cabinet.")


@command(
    "key.take", model=CarKey, permission="keys.take", label=_("Take"), guard=_why_not_take, select=("holder",)
)
def key_take(rows: Sequence[CarKey], run: Run) -> None:
    """Take free keys; if another is faster by a moment, nothing is taken and he is told."""
    free = CarKey.objects.filter(pk__in=[key.pk for key in rows], holder=None)
    if free.update(holder_id=run.actor.user_id, taken_at=run.now) != len(rows):
        raise Conflict(_now("Somebody has just taken one of these keys."))
    run.message = _now("%(n)s taken") % {"n": len(rows)}


@command("key.return", model=CarKey, permission="keys.take", label=_("Hang back"), guard=_why_not_return)
def key_return(rows: Sequence[CarKey], run: Run) -> None:
    """Hang keys back, whoever had them. Doing it twice does no harm."""
    CarKey.objects.filter(pk__in=[key.pk for key in rows]).update(holder=None, taken_at=None)
    run.message = _now("%(n)s hung back") % {"n": len(rows)}
