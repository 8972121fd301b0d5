"""/operations: taking back what the token's owner has done, within its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from driveline.core.undo import undo
from driveline.kit.api import inputs, shapes
from driveline.kit.api.declare import Route, Section
from driveline.kit.api.reading import in_range, json_answer
from driveline.kit.views.guard import actor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo an operation; rows that were changed since stay as they are and are named."""
    inputs.checked(None, inputs.body_of(request))
    came = undo(actor_of(request), in_range(pk))
    skipped = [{"id": row, "reason": reason} for row, reason in came.skipped.items()]
    return json_answer({"restored": came.restored, "skipped": skipped})


_SKIPPED = shapes.record({"id": shapes.ID, "reason": shapes.TEXT})
_ANSWER = shapes.record({"restored": shapes.array(shapes.ID), "skipped": shapes.array(_SKIPPED)})
SECTION = Section(
    "operations",
    _("Undo"),
    [
        Route(
            resource="operations", method="POST", path="/{int:pk}/undo", view=take_back, code="operations.undo",
            summary=_("Undo an operation"), answers={200: _ANSWER},
        )
    ],
)  # fmt: skip
