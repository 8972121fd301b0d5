"""附件: the files of a lead in its drawer, adding one, and deleting one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from driveline.core.attachments import (
    IMAGES,
    TYPES,
    attach,
    attachments_of,
    check_deletable,
    deletable,
    detach,
    endings,
    limits,
)
from driveline.core.models import Attachment
from driveline.kit.detail import Tab
from driveline.kit.errors import Invalid
from driveline.kit.formats import moment
from driveline.kit.pages import Context
from driveline.kit.views.guard import actor_of, done
from driveline.modules.leads.files import SUBJECT, may_add

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from driveline.engines.followup.models import Pursuit
    from driveline.kit.listing import ListPage

PICTURES = frozenset(TYPES[kind] for kind in IMAGES)
ICONS = {TYPES["xlsx"]: "file-spreadsheet"}


def context(pursuit: Pursuit, ctx: Context) -> dict[str, Any]:
    """The files with who added them and when, which of them this person may delete, and whether he may add one."""
    found = attachments_of(ctx.actor, SUBJECT, pursuit.pk)
    may_delete = deletable(ctx.actor, SUBJECT, found)
    url = f"/leads/{pursuit.pk}/files/"
    files = [
        {
            "file": file,
            "icon": ICONS.get(file.content_type, "file-text"),
            "picture": file.content_type in PICTURES,
            "said": f"{filesizeformat(file.size)} · {file.uploaded_by.name} · {moment(file.uploaded_at, ctx.today)}",
            "delete": f"{url}delete/?file={file.pk}" if file.pk in may_delete else "",
        }
        for file in found
    ]
    return {
        "files": files,
        "may_add": may_add(ctx.actor, pursuit.pk),
        "url": url,
        "limits": limits(SUBJECT),
        "endings": endings(SUBJECT),
    }


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


def delete(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """The dialog says that it is for good; then it is done. 404 for a file of another lead, 403 for one this person may
    not delete."""
    actor = actor_of(request)
    number = request.POST.get("file") or request.GET.get("file", "")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    here = {file.pk: file for file in attachments_of(actor, SUBJECT, pk)}
    if wanted not in here:
        raise Http404
    file = here[wanted]
    if request.method == "POST":
        detach(actor, file)
        return done(**{"dialog:close": {}, "side:refresh": {"url": f"/leads/{pk}/?tab=files"}})
    check_deletable(actor, file)
    context = {"file": file, "url": f"/leads/{pk}/files/delete/", "ctx": Context.of(actor)}
    return render(request, "leads/file_delete.html", context)
