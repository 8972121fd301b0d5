"""Handing out a kept file: whoever sees its row may have it, for everybody else there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_GET

from driveline.core.downloads import attachment_response

if TYPE_CHECKING:
    from django.http import FileResponse, HttpRequest


@require_GET
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """The file under its own name; pictures are shown when `?show` is asked."""
    return attachment_response(request.actor, pk, inline="show" in request.GET)  # type: ignore[attr-defined]
