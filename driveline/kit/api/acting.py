"""Writing through a resource: creating, a command on a row or on many, a job above 500 rows, small changes.

The same way as a button goes: rows of the page, the command's own right and guards, its form, `Command.perform`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext

from driveline.kit.api import inputs, shapes
from driveline.kit.api.declare import PREFIX, Act, Create
from driveline.kit.api.door import call_of
from driveline.kit.api.parameters import Query
from driveline.kit.api.problems import Fault, Unusable
from driveline.kit.api.reading import allowed, in_range, json_answer
from driveline.kit.commands import plain_inputs
from driveline.kit.errors import Forbidden, Refused
from driveline.kit.pages import Context
from driveline.kit.ports import ports
from driveline.kit.views.acting import JOB_ABOVE, form_of
from driveline.kit.views.guard import one_or_404
from driveline.kit.views.lists import BATCH_MAX, PAGE_MAX, targets

if TYPE_CHECKING:
    from driveline.kit.actor import Actor
    from driveline.kit.api.declare import Schema
    from driveline.kit.commands import CommandResult
    from driveline.kit.listing import ListPage
    from driveline.kit.verbs import Do

SELECTION = ("ids", "filter", "count")


class Writer:
    """One command of a resource."""

    def __init__(self, page: ListPage, verb: Do) -> None:
        self.page, self.verb = page, verb
        form = verb.form or verb.command.form
        if clash := set(getattr(form, "base_fields", {})) & set(SELECTION):
            raise ValueError(f"{verb.command.code}: the fields {sorted(clash)} are taken by the selection")
        self.schema = inputs.schema_of(form)
        self.batch_schema = inputs.schema_of(form, selection(page)) or {}

    def row(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The command on one row; a row out of sight is 404."""
        actor = allowed(request, self.page)
        one_or_404(self.page.rows(actor), in_range(pk))
        body = inputs.body_of(request)
        inputs.checked(self.schema, body)
        return self._act(request, actor, [pk], body)

    def batch(self, request: HttpRequest) -> HttpResponse:
        """The command on `ids`, or on all that match `filter`, of which `count` must be known."""
        actor = allowed(request, self.page)
        body = inputs.body_of(request)
        if not actor.can(self.verb.command.permission):
            raise Forbidden(gettext("Your role does not include this action."))
        inputs.checked(self.batch_schema, body)
        ids = chosen(self.page, actor, body)
        given = {name: value for name, value in body.items() if name not in SELECTION}
        return self._act(request, actor, ids, given)

    def _act(self, request: HttpRequest, actor: Actor, ids: list[int], given: dict[str, Any]) -> HttpResponse:
        command = self.verb.command
        if not actor.can(command.permission):
            raise Forbidden(gettext("Your role does not include this action."))
        if not ids:
            raise Http404
        ids = targets(self.page, self.verb, ids)
        form = form_of(self.verb, actor, ids, inputs.form_data(given))
        cleaned = inputs.cleaned(form, given) if form is not None else {}
        key = call_of(request).key
        if len(ids) > JOB_ABOVE:
            return job_answer(ports.batch_job(actor, command.code, ids, plain_inputs(cleaned), key))
        return json_answer(result(command.perform(actor, ids, inputs=cleaned, key=key)))


class Maker:
    """The creation of a resource's rows."""

    def __init__(self, page: ListPage, create: Create, address: str) -> None:
        self.page, self.create, self.address = page, create, address
        self.schema = inputs.schema_of(create.form)

    def make(self, request: HttpRequest) -> HttpResponse:
        """201 with the new row's address; 200 when it was there already and was dealt with."""
        actor = allowed(request, self.page)
        if not actor.can(self.create.permission):
            raise Forbidden(gettext("Your role does not include this action."))
        room = self.create.room
        body = inputs.body_of(request, room(actor) if room is not None else inputs.BODY_MAX)
        inputs.checked(self.schema, body)
        form = self.create.form(inputs.form_data(body), actor=actor)
        made = self.create.run(actor, inputs.cleaned(form, body), call_of(request).key)
        told = {name: getattr(made, name) for name in ("id", "verdict", "rule", "done", "message")}
        answer = json_answer(told, 201 if made.new else 200)
        if made.id is not None:
            answer["Location"] = f"{self.address}/{made.id}"
        return answer


class Toucher:
    """A small change of a resource's rows."""

    schema: Schema

    def __init__(self, page: ListPage, act: Act) -> None:
        self.page, self.act = page, act
        self.schema = inputs.schema_of(None, selection(page)) or {}

    def row(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The change on one row."""
        actor = allowed(request, self.page)
        one_or_404(self.page.rows(actor), in_range(pk))
        inputs.checked(None, inputs.body_of(request))
        return self._touch(actor, [pk])

    def batch(self, request: HttpRequest) -> HttpResponse:
        """The change on a selection."""
        actor = allowed(request, self.page)
        body = inputs.body_of(request)
        inputs.checked(self.schema, body)
        ids = chosen(self.page, actor, body)
        if not ids:
            raise Http404
        return self._touch(actor, ids)

    def _touch(self, actor: Actor, ids: list[int]) -> HttpResponse:
        self.act.run(actor, ids)
        return json_answer({"done": ids[:PAGE_MAX]})


def selection(page: ListPage) -> dict[str, Schema]:
    """How the rows of a batch are named."""
    from driveline.kit.api.parameters import as_properties

    narrowing = shapes.record(as_properties(page), ()) | {"additionalProperties": False}
    return {
        "ids": shapes.array(shapes.ID, minItems=1, maxItems=PAGE_MAX),
        "filter": narrowing,
        "count": shapes.INTEGER | {"minimum": 1, "maximum": BATCH_MAX},
    }


def chosen(page: ListPage, actor: Actor, body: dict[str, Any]) -> list[int]:
    """The keys of the selection, cut to what the page shows. Raises Unusable for both ways or none, Refused when
    another number matches than was seen."""
    if ("ids" in body) == ("filter" in body):
        raise Unusable([Fault("ids", gettext("Name either ids or a filter with its count."), "selection")])
    if "ids" in body:
        wanted = list(dict.fromkeys(body["ids"]))
        seen = set(page.rows(actor).filter(pk__in=wanted).values_list("pk", flat=True))
        return [pk for pk in wanted if pk in seen]
    if "count" not in body:
        said = gettext("Say how many match, as the list counts them.")
        raise Unusable([Fault("count", said, "required")])
    query = Query(page, as_query(body["filter"]), Context.of(actor), paging=())
    ids = list(query.rows().values_list("pk", flat=True)[:BATCH_MAX])
    if len(ids) != body["count"]:
        raise Refused(
            gettext("Rows that match now: %(n)s, not %(was)s. Read the list again.")
            % {"n": len(ids), "was": body["count"]},
            "DESIGN §3a",
        )
    return ids


def as_query(members: dict[str, Any]) -> QueryDict:
    """The members of `filter` as the parameters they stand for. Raises Unusable for what is neither text nor number."""
    data = QueryDict(mutable=True)
    for name, value in members.items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(one, (str, int)) and not isinstance(one, bool) for one in values):
            raise Unusable(
                [Fault(f"filter.{name}"[:200], gettext("This value cannot be used here."), "type")]
            )
        data.setlist(name, [str(one) for one in values])
    return data


def result(came: CommandResult) -> dict[str, Any]:
    """What came of a command."""
    undo = came.operation_id if came.undo_until and not came.repeated else None
    return {
        "done": came.done,
        "skipped": [{"id": pk, "reason": reason} for pk, reason in came.skipped.items()],
        "message": came.message,
        "operation": came.operation_id,
        "undo": f"{PREFIX}/operations/{undo}/undo" if undo else None,
        "undo_until": came.undo_until.isoformat(timespec="seconds") if undo and came.undo_until else None,
        "data": came.data,
    }


def job_answer(job: Any) -> HttpResponse:
    """202: it is being worked at; where to ask how far it is."""
    address = f"{PREFIX}/jobs/{job.pk}"
    answer = json_answer({"job": job.pk, "url": address}, 202)
    answer["Location"] = address
    return answer
