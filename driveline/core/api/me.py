"""/me: in whose name the token acts, and what that person may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from driveline.kit.api import shapes
from driveline.kit.api.declare import Route, Section
from driveline.kit.api.fields import REFERENCE, reference
from driveline.kit.api.reading import json_answer
from driveline.kit.scopes import Scope
from driveline.kit.views.guard import actor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest) -> HttpResponse:
    """The membership behind the token with its rights, each with its reach."""
    actor = actor_of(request)
    role = actor.role  # type: ignore[attr-defined]  # core's own actor
    rights = actor.grants  # type: ignore[attr-defined]
    return json_answer(
        {
            "user": reference(actor.user),  # type: ignore[attr-defined]
            "store": reference(actor.store),  # type: ignore[attr-defined]
            "role": str(role) if role else "",
            "rights": {code: Scope(scope).name.lower() for code, scope in sorted(rights.items())},
        }
    )


_REACH = shapes.TEXT | {"enum": [scope.name.lower() for scope in Scope]}
_ANSWER = shapes.record(
    {
        "user": REFERENCE,
        "store": REFERENCE,
        "role": shapes.TEXT,
        "rights": {
            "type": "object",
            "additionalProperties": _REACH,
            "description": _("Each right with its reach."),
        },
    }
)
SECTION = Section(
    "me",
    _("Who the token is"),
    [
        Route(
            resource="me", method="GET", path="", view=show, code="me.show", summary=_("Whose token this is"),
            answers={200: _ANSWER},
        )
    ],
)  # fmt: skip
