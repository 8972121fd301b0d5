"""The interface's own pieces: shapes, parameters of filters, bodies of forms, routes that ask no token, the document."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django import forms
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from ninja import NinjaAPI, Router

from driveline.kit.api import build, declare, document, door, inputs, problems, shapes
from driveline.kit.api.declare import Route, Section
from driveline.kit.api.parameters import usable
from driveline.kit.api.reading import json_answer
from driveline.kit.errors import Conflict, Forbidden, Invalid, Refused
from driveline.kit.forms import KitForm


class Sample(KitForm):
    """One field of each kind."""

    name = forms.CharField(max_length=30, label="Name")
    number = forms.IntegerField(min_value=1, max_value=9, required=False)
    grade = forms.ChoiceField(choices=[("", "-"), ("H", "H"), ("A", "A")], required=False)
    user = forms.TypedChoiceField(coerce=int, choices=[(1, "one")])
    users = forms.TypedMultipleChoiceField(coerce=int, choices=[(1, "one"), (2, "two")], required=False)
    day = forms.DateField(required=False)
    at = forms.TimeField(required=False)
    visit = forms.BooleanField(required=False)
    effective = forms.NullBooleanField(required=False)


SCHEMA = inputs.schema_of(Sample)
GOOD: dict[str, Any] = {
    "name": "王",
    "number": 3,
    "grade": "H",
    "user": 1,
    "users": [1, 2],
    "day": "2026-11-20",
    "at": "15:00",
    "visit": True,
    "effective": False,
}


def test_a_form_is_the_shape_of_a_body() -> None:
    assert SCHEMA is not None
    assert SCHEMA["required"] == ["name", "user"]
    assert SCHEMA["properties"]["name"] == {
        "type": "string",
        "minLength": 1,
        "maxLength": 30,
        "description": "Name",
    }
    assert SCHEMA["properties"]["number"] == {"type": ["integer", "null"], "minimum": 1, "maximum": 9}
    assert SCHEMA["properties"]["grade"] == {"type": ["string", "null"], "enum": ["", "H", "A", None]}
    assert SCHEMA["properties"]["users"]["items"] == shapes.ID


def test_a_body_becomes_what_the_form_cleans() -> None:
    inputs.checked(SCHEMA, GOOD)
    cleaned = inputs.cleaned(Sample(inputs.form_data(GOOD), actor=None), GOOD)
    assert (cleaned["users"], cleaned["user"], cleaned["visit"], cleaned["effective"]) == (
        [1, 2],
        1,
        True,
        False,
    )
    assert (cleaned["day"].isoformat(), cleaned["at"].isoformat()) == ("2026-11-20", "15:00:00")


@pytest.mark.parametrize("name", list(GOOD))
def test_null_is_what_was_not_said(name: str) -> None:
    body = GOOD | {name: None}
    if SCHEMA is not None and name in SCHEMA["required"]:
        with pytest.raises(problems.Unusable):
            inputs.checked(SCHEMA, body)
    else:
        inputs.checked(SCHEMA, body)
        assert not inputs.cleaned(Sample(inputs.form_data(body), actor=None), body)[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", 1), ("name", True), ("number", "3"), ("number", 3.5), ("number", True), ("user", "1"), ("users", 1),
     ("users", ["1"]), ("users", [[1]]), ("users", [1] * 201), ("visit", 1), ("visit", "true"), ("day", 20261120),
     ("user", 2**70), ("grade", {}), ("stranger", 1)],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(problems.Unusable) as refusal:
        inputs.checked(SCHEMA, GOOD | {name: value})
    assert [fault.field for fault in refusal.value.faults] == [name]


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (Refused("no", "R-1"), 409, "refused"),
        (Conflict("late", who="顾甲"), 409, "conflict"),
        (Invalid({"name": ["a", "b"], "": ["c"]}, "R-2"), 422, "invalid"),
        (Forbidden("not you"), 403, "forbidden"),
        (KeyError("inside"), 500, "broken"),
    ],
)
def test_what_services_raise_is_a_problem(error: Exception, status: int, kind: str) -> None:
    told = problems.problem_of(error)
    assert (told.kind.status, told.kind.code) == (status, kind)
    assert "inside" not in told.response().content.decode()


def test_every_fault_carries_field_sentence_and_rule() -> None:
    told = json.loads(problems.answer(Invalid({"name": ["a", "b"], "": ["c"]}, "R-2")).content)
    assert [(f["field"], f["detail"], f["rule"]) for f in told["errors"]] == [
        ("name", "a", "R-2"),
        ("name", "b", "R-2"),
        ("", "c", "R-2"),
    ]


def test_the_document_is_one_that_others_understand() -> None:
    read = schemathesis.openapi.from_dict(json.loads(document.text("en")))
    read.validate()
    assert document.document()["openapi"] == "3.1.0"


def test_the_document_speaks_both_languages() -> None:
    english, chinese = document.text("en"), document.text("zh-hans")
    assert english != chinese
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in _without_examples(english))


def _without_examples(text: str) -> str:
    return re.sub(r'"examples?": (?:\{.*?\n\s*\}|\[.*?\])(?=,?\n)', "", text, flags=re.S)


def _heard(request: HttpRequest, source: str) -> HttpResponse:
    return json_answer({"source": source})


def test_a_route_may_ask_no_token() -> None:
    """A signed message finds out by itself who speaks."""
    api, router = NinjaAPI(auth=door.Bearer(), docs_url=None, openapi_url=None, urls_namespace="t"), Router()
    spoken = Route(
        resource="inbound", method="POST", path="/leads/{source}", view=_heard, code="x", summary="x", open=True,
        answers={200: shapes.record({"source": shapes.TEXT})},
    )  # fmt: skip
    build._add(router, spoken)
    api.add_router("/inbound", router)
    view = api.urls[0][0].callback
    answer = view(RequestFactory().post("/inbound/leads/autohome"), source="autohome")
    assert (answer.status_code, answer.content) == (200, b'{"source":"autohome"}')
    assert (
        "security" not in api.get_openapi_schema(path_prefix="/")["paths"]["/inbound/leads/{source}"]["post"]
    )


def test_a_section_is_registered_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        declare.section(Section("jobs", "x", []))


def test_head_is_get_without_its_body() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            raise problems.Problem("method")
        return json_answer({"a": "王"})

    opened = door.opened(view)
    whole, head = opened(RequestFactory().get("/x")), opened(RequestFactory().head("/x"))
    assert (whole.status_code, head.status_code, head.content) == (200, 200, b"")
    assert head["Content-Length"] == str(len(whole.content))
    assert opened(RequestFactory().post("/x")).status_code == 405


@pytest.mark.django_db
def test_who_looks_around_is_told_the_resources(client: Any) -> None:
    answer = client.get("/api/v1", headers={"Accept-Language": "en"})
    told = answer.json()
    names = {one["name"]: one for one in told["resources"]}
    assert {"leads", "imports", "brands", "series", "models", "me", "jobs"} <= set(names)
    assert names["brands"]["label"] == "Brands"
    assert {"id": "brands.list", "method": "GET", "path": "/api/v1/brands", "label": "List"} in names[
        "brands"
    ]["operations"]
    assert [name for name, one in names.items() if not one["operations"]] == []
    assert client.get(told["openapi"]).status_code == client.get(told["docs"]).status_code == 200
    assert client.head("/api/v1")["Content-Length"] == str(len(client.get("/api/v1").content))
    assert client.head("/api/docs").status_code == client.head("/api/v1/openapi.json").status_code == 200
    refused = client.post("/api/v1")
    assert (refused.status_code, refused["Allow"], refused["Content-Type"]) == (
        405,
        "GET, HEAD",
        problems.MEDIA_TYPE,
    )


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "王\udfffx"])
def test_what_no_database_can_keep_is_no_text(text: str) -> None:
    assert not usable(text)
    assert usable("王先生 😀 e\u0301")


def test_a_larger_body_is_taken_where_there_is_room_for_it(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    def view(request: HttpRequest) -> HttpResponse:
        return json_answer(inputs.body_of(request, 40))

    def sent(data: bytes, said: int | None = None) -> HttpResponse:
        request = RequestFactory().post("/x", data, content_type="application/json")
        if said is not None:
            request.META["CONTENT_LENGTH"] = str(said)
        request.call = SimpleNamespace(actor=None)
        return door.opened(door.roomy(view, lambda actor: 40))(request)

    assert sent(b'{"a": "123456789012345678"}').content == b'{"a":"123456789012345678"}'
    assert sent(b" " * 41).status_code == 413
    assert sent(b"{}", said=10**9).status_code == 413
    assert sent(b"{}", said=-1).status_code == 400
