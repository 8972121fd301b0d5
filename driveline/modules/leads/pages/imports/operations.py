"""What a program may do with an import: run it, stop it, take it back, and fetch the rows that were not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.engines.intake.choices import Assign, BatchState
from driveline.engines.intake.imports import words as say
from driveline.engines.intake.imports.batches import allowed, batch_for, busy
from driveline.engines.intake.imports.failures import failed_page
from driveline.engines.intake.imports.mapping import import_choose
from driveline.engines.intake.imports.reverting import import_revert
from driveline.engines.intake.imports.running import import_run, import_stop
from driveline.engines.intake.models import ImportBatch
from driveline.kit.api import inputs, shapes
from driveline.kit.api.declare import Route
from driveline.kit.api.parameters import LIMIT, LIMIT_MAX
from driveline.kit.api.problems import Fault, Unusable
from driveline.kit.api.reading import in_range, json_answer
from driveline.kit.errors import Conflict, Refused
from driveline.kit.ports import ports
from driveline.kit.views.guard import actor_of
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.pages.imports.telling import WORK, working

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from driveline.kit.actor import Actor
    from driveline.kit.api.declare import Schema

MAX_ROW = 10**9
RUNS: Schema = shapes.record(
    {
        "keep_existing": shapes.nullable(shapes.BOOLEAN)
        | {"description": _("Change no customer that is there already; unsaid it stays as it was chosen.")},
        "assign": {"type": "string", "enum": Assign.values}
        | {"description": _("Who gets the new leads; unsaid it stays as it was chosen.")},
        "people": shapes.array(shapes.ID) | {"description": _("With `people`: their ids.")},
    },
    (),
) | {"additionalProperties": False}
STANDS = shapes.record({"id": shapes.ID, "state": shapes.coded(BatchState.values), "job": WORK})
FAULT = shapes.record({"field": shapes.TEXT, "label": shapes.TEXT, "detail": shapes.TEXT})
FAILED_ROWS = shapes.record(
    {
        "header": shapes.array(shapes.TEXT) | {"description": _("The heads of the columns.")},
        "items": shapes.array(
            shapes.record(
                {
                    "row": shapes.INTEGER | {"description": _("The row of the file, from 1.")},
                    "cells": shapes.array(shapes.TEXT),
                    "problems": shapes.array(FAULT),
                }
            )
        ),
        "next": shapes.nullable(shapes.TEXT) | {"description": _("The cursor of what follows.")},
    }
)
PAGING = (
    {
        "in": "query",
        "name": "limit",
        "schema": shapes.INTEGER | {"minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT},
        "description": _("How many rows at most."),
        "required": False,
    },
    {
        "in": "query",
        "name": "cursor",
        "schema": shapes.INTEGER | {"minimum": 0, "maximum": MAX_ROW},
        "description": _("Where to go on: `next` of the last answer."),
        "required": False,
    },
)


def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Import what was checked, or go on with what was stopped."""
    actor, batch = _found(request, pk)
    body = inputs.body_of(request)
    inputs.checked(RUNS, body)
    if busy(batch) is None:
        _must_be_checked(batch)
    wanted: dict[str, Any] = {name: body[name] for name in ("assign", "people") if name in body}
    if "people" in wanted:
        wanted.setdefault("assign", Assign.PEOPLE.value)
    if body.get("keep_existing") is not None:
        wanted["touch"] = not body["keep_existing"]
    if wanted and batch.state == BatchState.CHECKED:
        import_choose(actor, pk, KIND, wanted)
    return _stands(import_run(actor, pk, KIND))


def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop what is at work on it; what is done stays done."""
    actor, _batch = _found(request, pk)
    inputs.checked(None, inputs.body_of(request))
    return _stands(import_stop(actor, pk, KIND))


def revert(request: HttpRequest, pk: int) -> HttpResponse:
    """导入撤销: what it made and nobody has touched becomes void."""
    actor, _batch = _found(request, pk)
    inputs.checked(None, inputs.body_of(request))
    return _stands(import_revert(actor, pk, KIND))


def failed_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows with errors, in the order of the file; fetching them is written down as an export is."""
    actor, batch = _found(request, pk)
    after, limit = _paging(request)
    found = failed_page(batch, after, limit + 1)
    labels, header = say.field_labels(batch), [str(one) for one in batch.header or []]
    if not after:
        ports.audit.write(
            actor,
            "export",
            object_type="intake.importbatch",
            object_id=batch.pk,
            detail={"page": "imports", "file": "failed"},
        )
    items = [
        {
            "row": one.row,
            "cells": [*one.cells, *[""] * (len(header) - len(one.cells))] if one.cells else [],
            "problems": [
                {"field": field, "label": labels.get(field, field), "detail": str(sentence)}
                for field, sentence in one.problems.items()
            ],
        }
        for one in found[:limit]
    ]
    following = str(found[limit - 1].row) if len(found) > limit else None
    return json_answer({"header": header, "items": items, "next": following})


def _found(request: HttpRequest, pk: int) -> tuple[Actor, ImportBatch]:
    """403 without the right, 404 beyond its reach."""
    actor = actor_of(request)
    allowed(actor, KIND)
    try:
        return actor, batch_for(actor, in_range(pk), KIND)
    except ImportBatch.DoesNotExist as error:
        raise Http404 from error


def _must_be_checked(batch: ImportBatch) -> None:
    """Raise Refused for what was not checked or could not be read, Conflict for what is over."""
    if batch.state == BatchState.UPLOADED:
        raise Refused(gettext("The file is not checked yet. The import says what is wanting."), "R-G-04")
    if batch.state in (BatchState.DONE, BatchState.REVERTED):
        raise Conflict(gettext("This is over already."), when=batch.finished_at)
    if batch.state == BatchState.FAILED and batch.started_at is None:
        raise Refused(batch.error)


def _stands(batch: ImportBatch) -> HttpResponse:
    """Where the import stands; 202 while the worker is at it."""
    work = working(batch)
    state = {"code": batch.state, "label": batch.get_state_display()}
    return json_answer({"id": batch.pk, "state": state, "job": work}, 200 if work is None else 202)


def _paging(request: HttpRequest) -> tuple[int, int]:
    """After which row, and how many. Raises Unusable for what cannot be used."""
    limits = {"cursor": (0, 0, MAX_ROW), "limit": (LIMIT, 1, LIMIT_MAX)}
    values, faults = {}, []
    for name in request.GET:
        if name not in limits:
            faults.append(Fault(name[:200], gettext("There is no such parameter."), "unknown"))
    for name, (default, least, most) in limits.items():
        text = request.GET.get(name, str(default))
        values[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else -1
        if not least <= values[name] <= most:
            said = gettext("A whole number from %(min)s to %(max)s.") % {"min": least, "max": most}
            faults.append(Fault(name, said, "range"))
    if faults:
        raise Unusable(faults)
    return values["cursor"], values["limit"]


def _act(code: str, view: Callable[..., Any], label: Any, text: Any, body: Schema | None = None) -> Route:
    return Route(
        resource="imports", method="POST", path=f"/{{int:pk}}/{code}", view=view, code=f"imports.{code}",
        summary=label, description=text, body=body, answers={200: STANDS, 202: STANDS},
    )  # fmt: skip


ROUTES = (
    _act("run", run, _("Import"), _("What was checked, or the rest of what was stopped; 202 while it is under way."), RUNS),
    _act("stop", stop, _("Stop an import"), _("What is done stays done, and can be gone on with or taken back.")),
    _act("revert", revert, _("Take an import back"), _("What it made and nobody has touched becomes void.")),
    Route(
        resource="imports", method="GET", path="/{int:pk}/failed-rows", view=failed_rows,
        code="imports.failed-rows", summary=_("Rows that were not taken"), parameters=PAGING,
        description=_("With their cells and what is wrong with them; of an import that was only checked those of the check."),
        answers={200: FAILED_ROWS},
    ),
)  # fmt: skip
