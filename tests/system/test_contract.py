"""The interface keeps to its own document: what a stranger generates from it meets no 500 and no answer of another shape.

Bounded and with a fixed seed, so that it says the same today and tomorrow.
"""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from driveline.core.clock import freeze
from driveline.core.store_settings import ApiSettings
from driveline.kit.api import document
from driveline.kit.api.declare import offered, resource_of
from tests.factories import a_source
from tests.programs import Program
from tests.suites.rows import sample_of

if TYPE_CHECKING:
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("roomy")]

EXAMPLES = 10
SEED = 20190305
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Iterator[None]:
    """The allowance is not the subject, nor is what the web server says of every refusal; files go to a folder of the
    test."""
    from dataclasses import replace

    monkeypatch.setitem(ApiSettings.fields, "burst", replace(ApiSettings.fields["burst"], default=10**6))
    settings.MEDIA_ROOT = tmp_path
    logging.disable(logging.WARNING)
    for signal in (
        request_started,
        request_finished,
    ):  # as the test client does: the connection is the test's
        signal.disconnect(close_old_connections)
    with freeze("2019-03-05T12:00"):
        yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    logging.disable(logging.NOTSET)


def _operations() -> list[tuple[str, str]]:
    paths = document.document()["paths"]
    return [(method, path) for path, operations in paths.items() for method in operations]


@pytest.mark.parametrize(("method", "path"), _operations())
def test_an_operation_keeps_to_the_document(world: World, method: str, path: str) -> None:
    a_source(world)
    program = Program(world, world.jingding)
    rows = {resource_of(p).name: sample_of(p.name) for p in offered() if p.name != "stores"}
    resource = path.split("/")[3]
    real = (
        [rows[resource].make(world, world.a, program.actor.user).pk for _ in range(2)]
        if resource in rows
        else [world.a.pk]
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    operation = schema[path][method]

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def well_formed(case: Any) -> None:
        _send(case, real=real if case.path_parameters or isinstance(case.body, dict) else [])

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def broken(case: Any) -> None:
        _send(case, real=[])

    def _send(case: Any, *, real: list[int]) -> None:
        for wanted in ([], real) if real else ([],):
            if wanted:
                if case.path_parameters:
                    case.path_parameters["pk"] = wanted[0]
                if isinstance(case.body, dict) and "ids" in case.body:
                    case.body["ids"] = wanted
            case.call_and_validate(headers=program.headers, checks=CHECKS)

    well_formed()
    broken()


def test_the_whole_way_of_a_file_keeps_to_the_document(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    program = Program(world, world.jingding)
    a_source(world)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())

    def said(method: str, path: str, pk: int = 0, body: Any = None) -> Any:
        more = {} if body is None else {"body": body, "media_type": "application/json"}
        case = schema[f"/api/v1/imports{path}"][method].Case(path_parameters={"pk": pk} if pk else {}, **more)
        with django_capture_on_commit_callbacks(execute=True):
            answer = case.call_and_validate(headers=program.headers, checks=CHECKS)
        return answer.status_code, answer.json()

    def sent(text: str, **more: Any) -> int:
        content = b64encode(text.encode()).decode()
        wanted = {"name": "名单.csv", "content": content, "source_code": "other_web", **more}
        status, told = said("POST", "", body=wanted)
        assert (status, told["verdict"]) == (201, "new")
        pk: int = told["id"]
        return pk

    whole = sent("姓名,手机号,意向车系\n甲,13700000001,没有的车\n乙,1,\n丙,13700000001,\n", run=True)
    status, told = said("GET", "/{pk}", whole)
    assert (status, told["state"]["code"], bool(told["columns"]), told["result"]["failed"]) == (
        200,
        "done",
        True,
        1,
    )
    assert [one["row"] for one in said("GET", "/{pk}/failed-rows", whole)[1]["items"]] == [3]
    assert [said("POST", f"/{{pk}}/{code}", whole, {} if code == "run" else None)[0] for code in
            ("run", "stop", "revert", "revert")] == [409, 409, 200, 409]  # fmt: skip
    assert said("GET", "/{pk}", whole)[1]["reverted"]["voided"] == 1
    wanting = sent("姓名,城市\n甲,武汉\n")
    assert len(said("GET", "/{pk}", wanting)[1]["wanting"]) == 1
    checked = sent("姓名,手机号\n甲,13700000002\n")
    assert said("POST", "/{pk}/run", checked, {"keep_existing": True})[0] == 200
    assert said("POST", "", body={"name": "x.csv", "content": "???"})[0] == 422
