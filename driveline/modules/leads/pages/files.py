"""附件: the files of a lead in its drawer, adding one, and handing one out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from driveline.core.attachments import attach, attachments_of
from driveline.core.models import Attachment
from driveline.kit.detail import Tab
from driveline.kit.errors import Invalid
from driveline.kit.formats import moment
from driveline.kit.views.guard import actor_of, done
from driveline.modules.leads.files import SUBJECT, may_add

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from driveline.engines.followup.models import Pursuit
    from driveline.kit.listing import ListPage
    from driveline.kit.pages import Context


def context(pursuit: Pursuit, ctx: Context) -> dict[str, Any]:
    """The files with size and time, and whether this person may add one."""
    found = attachments_of(ctx.actor, SUBJECT, pursuit.pk)
    files = [
        {"file": f, "when": moment(f.uploaded_at, ctx.today), "kilobytes": max(1, f.size // 1024)}
        for f in found
    ]
    return {"files": files, "may_add": may_add(ctx.actor, pursuit.pk), "url": f"/leads/{pursuit.pk}/files/"}


FILES = Tab("files", _("Files"), "leads/files.html", context)


@require_POST
def add(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Keep a file with the lead; 422 with the sentence when it cannot be taken."""
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise Invalid({"file": [str(_("Choose a file."))]})
        attach(actor_of(request), SUBJECT, pk, upload)
    except Attachment.DoesNotExist as error:
        raise Http404 from error
    except Invalid as error:
        sentences = [s for found in error.errors.values() for s in found]
        return render(request, "leads/file_refused.html", {"sentences": sentences}, status=409)
    return done(**{"side:refresh": {"url": f"/leads/{pk}/?tab=files"}})
