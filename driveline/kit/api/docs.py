"""The document for machines and, drawn on the server from the same document, its pages for people."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from driveline.kit.api import document, problems
from driveline.kit.api.declare import PREFIX
from driveline.kit.api.reading import json_answer

if TYPE_CHECKING:
    from driveline.kit.api.declare import Schema

DEEPEST = 3


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document in the language asked for. It says nothing about anybody, so it asks for no token."""
    answer = HttpResponse(document.text(), content_type="application/json")
    answer["Cache-Control"] = "no-cache"
    answer["Content-Language"] = get_language() or ""
    return answer


@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """Every resource with what can be done with it, for a program that looks around. It asks for no token either."""
    found = document.document()
    known = {
        tag["name"]: {"name": tag["name"], "label": tag["description"], "operations": []}
        for tag in found["tags"]
    }
    for address, operations in found["paths"].items():
        for method, one in operations.items():
            told = {
                "id": one["operationId"],
                "method": method.upper(),
                "path": address,
                "label": one["summary"],
            }
            known[one["tags"][0]]["operations"].append(told)
    answer = {"resources": [*known.values()], "openapi": f"{PREFIX}/openapi.json", "docs": "/api/docs"}
    return json_answer(answer)


@login_not_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Where to begin, every resource with its operations, every problem."""
    found = document.document()
    context = {
        "info": found["info"],
        "tags": [tag | {"operations": _operations(request, tag["name"])} for tag in found["tags"]],
        "problems": list(problems.KINDS.values()),
        "prefix": request.build_absolute_uri(PREFIX),
    }
    return render(request, "kit/api/overview.html", context)


@login_not_required
@require_safe
def of_section(request: HttpRequest, name: str) -> HttpResponse:
    """Every operation of one resource: parameters, body, answers, and a line to try it with."""
    tags = document.document()["tags"]
    tag = next((one for one in tags if one["name"] == name), None)
    if tag is None:
        raise Http404
    return render(
        request,
        "kit/api/section.html",
        {"tags": tags, "tag": tag, "operations": _operations(request, name)},
    )


def _operations(request: HttpRequest, tag: str) -> list[dict[str, Any]]:
    found = []
    for address, operations in document.document()["paths"].items():
        for method, one in operations.items():
            if one["tags"] == [tag]:
                found.append(_operation(request, method.upper(), address, one))
    return found


def _operation(request: HttpRequest, method: str, address: str, one: dict[str, Any]) -> dict[str, Any]:
    media = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    answers = []
    for status, said in one["responses"].items():
        if "$ref" not in said and "content" in said:
            schema = said["content"]["application/json"]["schema"]
            heading = gettext("Answer %(status)s: %(text)s") % {"status": status, "text": said["description"]}
            answers.append({"heading": heading, "rows": _told(schema)})
    return {
        "id": one["operationId"],
        "method": method,
        "address": address,
        "summary": one["summary"],
        "text": one.get("description", ""),
        "parameters": [_parameter(p) for p in one["parameters"]],
        "body": rows_of(media.get("schema")),
        "answers": answers,
        "curl": curl(request, method, address, media.get("example")),
    }


def _told(schema: Schema) -> list[dict[str, Any]]:
    """The members of an answer: that they are there needs no saying."""
    return [row | {"required": False} for row in rows_of(schema)]


def _parameter(one: Schema) -> dict[str, Any]:
    """A parameter as a row of the table."""
    return {
        "name": one["name"],
        "where": one["in"],
        "required": one["required"] and one["in"] != "path",
        "type": kind_of(one["schema"]),
        "codes": codes_of(one["schema"]),
        "text": one.get("description", ""),
    }


def rows_of(schema: Schema | None, name: str = "", depth: int = 0) -> list[dict[str, Any]]:
    """The members of an object as rows of a table, those of its own objects below it."""
    schema = _resolved(schema or {})
    rows = []
    for member, one in schema.get("properties", {}).items():
        whole = f"{name}.{member}" if name else member
        rows.append(
            {
                "name": whole,
                "type": kind_of(one),
                "codes": codes_of(one),
                "text": one.get("description", ""),
                "required": member in schema.get("required", ()),
            }
        )
        inner = _resolved(one)
        if inner.get("type") == "array":
            inner = _resolved(inner["items"])
        if depth < DEEPEST and inner.get("properties") and "$ref" not in str(one.get("anyOf", one))[:60]:
            rows += rows_of(inner, whole, depth + 1)
    return rows


def _resolved(schema: Schema) -> Schema:
    """What a reference into the document's components stands for."""
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    return document.document()["components"]["schemas"][reference.rpartition("/")[2]]


def kind_of(schema: Schema) -> str:
    """A type as a developer writes it: string (date), integer, Reference, array of string, null."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(kind_of(one) for one in schema["anyOf"])
    types = schema.get("type", "")
    words = types if isinstance(types, str) else " | ".join(types)
    if schema.get("items"):
        return words.replace("array", f"array of {kind_of(schema['items'])}")
    more = schema.get("format") or (f"≤ {schema['maxLength']}" if "maxLength" in schema else "")
    return f"{words} ({more})" if more else words


def codes_of(schema: Schema) -> list[str]:
    """The codes that may stand there."""
    codes = schema.get("enum") or schema.get("items", {}).get("enum") or ()
    return [str(code) for code in codes if code not in (None, "")]


def curl(request: HttpRequest, method: str, address: str, example: Any) -> str:
    """A line for the terminal that does it."""
    where = request.build_absolute_uri(address.replace("{pk}", "1"))
    words = ["curl"]
    if method != "GET":
        words += ["-X", method]
    words += ["-H", '"Authorization: Bearer $TOKEN"']
    if example:
        words += [
            "-H",
            '"Content-Type: application/json"',
            "-d",
            shlex.quote(json.dumps(example, ensure_ascii=False)),
        ]
    return " ".join([*words, shlex.quote(where)])
