"""Handing a kept file to the browser so that it can do no harm there."""

from __future__ import annotations

from django.http import FileResponse, Http404

from driveline.core.attachments import IMAGES, TYPES, attachment_for
from driveline.core.models import Attachment
from driveline.kit.actor import Actor


def attachment_response(actor: Actor, attachment_id: int, *, inline: bool = False) -> FileResponse:
    """The file under its own name; 404 when the actor does not see its row. Only pictures are shown inline."""
    try:
        found = attachment_for(actor, attachment_id)
    except Attachment.DoesNotExist as error:
        raise Http404 from error
    picture = found.content_type in {TYPES[kind] for kind in IMAGES}
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=not (inline and picture),
        filename=found.name,
        content_type=found.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response
