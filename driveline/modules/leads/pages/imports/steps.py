"""The steps: a file is chosen, its columns are set, it is checked, imported, and can be taken back. The import's number
is in the address: reload and the back button show the step at which the file stands."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from driveline.engines.intake.choices import BatchState
from driveline.engines.intake.imports.batches import batch_for, busy
from driveline.engines.intake.imports.checking import import_check
from driveline.engines.intake.imports.mapping import (
    Wanted,
    import_choose,
    import_guess,
    import_map,
    mapping_save,
)
from driveline.engines.intake.imports.reverting import import_revert, outlook, revert_why_not
from driveline.engines.intake.imports.running import import_run, import_stop
from driveline.engines.intake.imports.uploading import import_upload
from driveline.engines.intake.models import ImportBatch
from driveline.kit.errors import Invalid, Refused
from driveline.kit.pages import Context
from driveline.kit.views.guard import actor_of, done
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.pages.imports import shown

if TYPE_CHECKING:
    from django.http import HttpRequest

    from driveline.kit.listing import ListPage

FOLDER = "leads/imports"


def new(request: HttpRequest, page: ListPage) -> HttpResponse:
    """Step 1: choose a file. What is wrong with it stands beside the field; nothing is kept then."""
    actor = actor_of(request)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            errors = {"file": [gettext("Choose a file.")]}
        else:
            try:
                batch = import_upload(actor, KIND, upload.name or "", upload.chunks())
            except Invalid as error:
                errors = error.errors
            else:
                return _go(page, batch)
    crumbs = [*page.crumbs(), {"label": gettext("Import a file")}]
    context = _base(request, page, 1) | shown.choosing(actor) | {"errors": errors, "crumbs": crumbs}
    part = "#form" if errors else ""
    return render(request, f"{FOLDER}/new.html{part}", context, status=422 if errors else 200)


def show(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """The step at which the import stands; `?step=2` goes back to the columns while nothing is imported."""
    batch = _batch(request, pk)
    if busy(batch) is not None:
        return _draw(request, page, batch, "running.html", shown.step_of(batch), shown.working(batch))
    if batch.state in (BatchState.UPLOADED, BatchState.CHECKED) and not shown.unread(batch):
        if batch.state == BatchState.UPLOADED or request.GET.get("step") == "2":
            return _draw(request, page, batch, "map.html", 2, shown.mapping(batch, actor_of(request)))
        return _draw(request, page, batch, "check.html", 3, shown.checked(batch))
    context = shown.result(batch) | {"steps": shown.steps_of(batch)}
    return _draw(request, page, batch, "done.html", 5, context)


@require_POST
def map_columns(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Step 2: the columns as the person sets them; then the file is checked. `then` guess: only look anew."""
    actor, batch = actor_of(request), _batch(request, pk)
    data = request.POST
    sheet, header_row = shown.number(data, "sheet", batch.sheet), shown.number(data, "header_row", 0)
    if data.get("then") == "guess":
        kept = shown.number(data, "mapping", 0)
        import_guess(actor, pk, KIND, sheet=sheet, header_row=header_row, mapping_id=kept)
        return _go(page, batch, "?step=2")
    wanted = Wanted(
        columns={place: data.get(f"column-{place}", "") for place in range(len(batch.header))},
        sheet=batch.sheet,
        header_row=batch.header_row or 0,
        source_id=shown.number(data, "source", 0) or None,
        options={
            "date_order": data.get("date_order", "") if data.get("date_order") in ("dmy", "mdy") else "",
            "same_name": "skip" if data.get("same_name") == "skip" else "import",
            "country": "".join(c for c in data.get("country", "") if c.isdecimal())[:3],
        },
    )
    try:
        batch = import_map(actor, pk, KIND, wanted)
        if data.get("save_as", "").strip():
            mapping_save(actor, batch, data["save_as"])
        import_check(actor, pk, KIND)
    except Invalid as error:
        context = shown.mapping(batch, actor, wanted, error.errors)
        return _draw(request, page, batch, "map.html#form", 2, context, status=422)
    return _go(page, batch)


@require_POST
def words(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Step 3: say what words of the file mean, and check again."""
    actor, batch = actor_of(request), _batch(request, pk)
    chosen: dict[str, dict[str, int]] = {}
    for field in batch.options.get("words", {}):
        for name, word, before in shown.explained(batch, field):
            if meant := shown.number(request.POST, name, before if name not in request.POST else 0):
                chosen.setdefault(field, {})[word] = meant
    for field, found in batch.rehearsed.get("unknown", {}).items():
        for place, (word, _count) in enumerate(found):
            if meant := shown.number(request.POST, f"{field}-{place}", 0):
                chosen.setdefault(field, {})[word] = meant
    import_map(
        actor,
        pk,
        KIND,
        Wanted(
            columns={place: name for name, place in batch.mapping.items()},
            sheet=batch.sheet,
            header_row=batch.header_row or 0,
            source_id=batch.source_id,
            options={"words": chosen},
        ),
    )
    import_check(actor, pk, KIND)
    return _go(page, batch)


@require_POST
def run(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Step 4: import, as it was chosen; or go on with what was broken off."""
    actor, batch = actor_of(request), _batch(request, pk)
    wanted = shown.choices(request.POST)
    try:
        if batch.state == BatchState.CHECKED:
            import_choose(actor, pk, KIND, wanted)
        import_run(actor, pk, KIND)
    except Invalid as error:
        context = shown.checked(batch, error.errors, wanted)
        return _draw(request, page, batch, "check.html#side", 3, context, status=422)
    return _go(page, batch)


@require_POST
def stop(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Stop; what is done stays done."""
    batch = _batch(request, pk)
    import_stop(actor_of(request), pk, KIND)
    return _go(page, batch)


def progress(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """How far the work is, asked every second or two; when it is over the page is loaded anew."""
    batch = _batch(request, pk)
    if busy(batch) is None:
        return _go(page, batch)
    context = _base(request, page, shown.step_of(batch)) | {"batch": batch} | shown.working(batch)
    return render(request, f"{FOLDER}/running.html#progress", context)


def revert(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """导入撤销: the dialog says the numbers; then it is done."""
    batch = _batch(request, pk)
    if request.method == "POST":
        import_revert(actor_of(request), pk, KIND)
        return _go(page, batch)
    if reason := revert_why_not(batch):
        raise Refused(reason)
    context = _base(request, page, 5) | {"batch": batch, "outlook": outlook(batch), "key": uuid.uuid4().hex}
    return render(request, f"{FOLDER}/revert.html", context)


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    try:
        return batch_for(actor_of(request), pk, KIND)
    except ImportBatch.DoesNotExist as error:
        raise Http404 from error


def _go(page: ListPage, batch: ImportBatch, query: str = "") -> HttpResponse:
    return done(**{"nav:go": {"url": f"{page.url}{batch.pk}/{query}"}})


def _base(request: HttpRequest, page: ListPage, step: int) -> dict[str, Any]:
    return {"page": page, "ctx": Context.of(actor_of(request)), "steps": shown.steps(step)}


def _draw(
    request: HttpRequest,
    page: ListPage,
    batch: ImportBatch,
    template: str,
    step: int,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    crumbs = [*page.crumbs(), {"label": batch.name}]
    base = _base(request, page, step) | {"batch": batch, "url": f"{page.url}{batch.pk}/", "crumbs": crumbs}
    return render(request, f"{FOLDER}/{template}", base | context, status=status)
