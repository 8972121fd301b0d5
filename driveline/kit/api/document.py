"""The OpenAPI 3.1 document: what the router knows, with the shapes, problems and words that our declarations know."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from driveline.kit.api import problems, shapes

if TYPE_CHECKING:
    from driveline.kit.api.declare import Route, Schema

JSON = "application/json"
READING = ("unauthorised", "forbidden", "invalid", "too-many", "broken", "busy")
ONE = ("missing",)
WRITING = ("malformed", "missing", "refused", "too-large", "not-json")
KEY: Schema = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
    "description": _("Sent again within 24 hours, the request is not carried out again but answered alike."),
}
PK: Schema = {"in": "path", "name": "pk", "required": True, "schema": shapes.ID, "description": _("The row.")}


def extra(route: Route) -> dict[str, Any]:
    """What the router cannot know of a route: parameters, body, answers."""
    answers: dict[int, Any] = {
        status: {"description": _answered(status), "content": {JSON: _media(schema)}}
        for status, schema in route.answers.items()
    }
    if 201 in answers:
        address = {"schema": {"type": "string"}, "description": _("Its address.")}
        answers[201]["headers"] = {"Location": address}
    for code in _refusals(route):
        answers.setdefault(problems.KINDS[code].status, shapes.ref(f"responses/{code}"))
    found: dict[str, Any] = {"parameters": [*route.parameters], "responses": answers}
    if route.method == "POST" and not route.open:
        found["parameters"].append(KEY)
    if route.body is not None:
        needed = bool(route.body["required"]) or "/batch/" in route.path
        media = {"schema": route.body} | ({"example": dict(route.example)} if route.example else {})
        found["requestBody"] = {"required": needed, "content": {JSON: media}}
    return found


def _media(schema: Schema) -> dict[str, Any]:
    return {"schema": schema, "example": shapes.example(schema, _schemas())}


def _answered(status: int) -> Any:
    return {200: _("Done"), 201: _("Created"), 202: _("Being worked at")}.get(status, str(status))


def _refusals(route: Route) -> list[str]:
    wanted = [*READING, *(ONE if "pk" in route.path else ()), *(WRITING if route.method == "POST" else ())]
    return [code for code in problems.KINDS if code in wanted]


@cache
def document() -> dict[str, Any]:
    """The document; its words are said when it is written (`text`)."""
    from driveline.kit.api.build import interface
    from driveline.kit.api.declare import PREFIX
    from driveline.kit.api.resources import all_sections

    made = dict(interface().get_openapi_schema(path_prefix=f"{PREFIX}/"))
    for operations in made["paths"].values():
        for operation in operations.values():
            operation["parameters"] = [_plain(one) for one in operation["parameters"]]
            if not str(operation.get("description", "")).strip():
                operation.pop("description", None)
    made["info"] = {
        "title": _("Driveline API"),
        "version": "1",
        "description": _(
            "Leads, tasks and records for programs. A token stands for one person in one store: same rights, same rows, "
            "same rules."
        ),
    }
    made["servers"] = [{"url": "/"}]
    made["tags"] = [{"name": one.name, "description": one.label} for one in all_sections()]
    made["components"] = {
        "schemas": _schemas(),
        "responses": {code: _refusal(kind) for code, kind in problems.KINDS.items()},
        "securitySchemes": {"Bearer": {"type": "http", "scheme": "bearer"}},
    }
    return made


def _plain(parameter: Schema) -> Schema:
    """Path parameters as we say them; the router's own carry titles nobody reads."""
    return PK if parameter["in"] == "path" and parameter["name"] == "pk" else parameter


def text(language: str | None = None) -> str:
    """The document as JSON, in the language of the moment or the one named."""
    with override(language or get_language()):
        return json.dumps(document(), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1) + "\n"


def _refusal(kind: problems.Kind) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": kind.title,
        "content": {problems.MEDIA_TYPE: {"schema": shapes.ref("schemas/Problem")}},
    }
    if kind.status in (429, 503):
        found["headers"] = {
            "Retry-After": {"schema": {"type": "string"}, "description": _("Seconds to wait.")}
        }
    return found


@cache
def _schemas() -> dict[str, Schema]:
    reference = shapes.record({"id": shapes.ID, "label": shapes.TEXT})
    choice = shapes.record({"code": shapes.TEXT, "label": shapes.TEXT})
    skipped = shapes.record({"id": shapes.ID, "reason": shapes.TEXT})
    many = {"type": "object", "additionalProperties": shapes.array(choice)}
    return {
        "Problem": problems.schema(),
        "Reference": reference | {"description": _("Another row: its id, and its name for people.")},
        "Choice": choice,
        "Choices": shapes.record(
            {"filters": many, "inputs": {"type": "object", "additionalProperties": many}}
        ),
        "Created": shapes.record(
            {
                "id": shapes.nullable(shapes.ID) | {"description": _("Null when the row may not be seen.")},
                "verdict": shapes.TEXT | {"description": _("What was decided: new, or that it was there.")},
                "rule": shapes.TEXT | {"description": _("The rule that decided.")},
                "done": shapes.TEXT | {"description": _("What was done with what was there, as a code.")},
                "message": shapes.TEXT | {"description": _("The same in words.")},
            }
        ),
        "Result": shapes.record(
            {
                "done": shapes.array(shapes.ID) | {"description": _("The rows that were changed.")},
                "skipped": shapes.array(skipped) | {"description": _("Those left as they were, and why.")},
                "message": shapes.TEXT,
                "operation": shapes.nullable(shapes.ID),
                "undo": shapes.nullable(shapes.TEXT) | {"description": _("Where it can be taken back.")},
                "undo_until": shapes.nullable(shapes.MOMENT),
                "data": {"type": "object", "description": _("What else the command tells.")},
            }
        ),
        "JobStarted": shapes.record(
            {"job": shapes.ID, "url": shapes.TEXT | {"description": _("Where to ask how far it is.")}}
        ),
    }
