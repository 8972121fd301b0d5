"""The routes of every resource, derived from its page: list, choices, row, creation, each command once and on many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.kit.api import parameters, shapes
from driveline.kit.api.acting import Maker, Toucher, Writer
from driveline.kit.api.declare import PREFIX, Route, Section, offered, resource_of, sections, verbs_of
from driveline.kit.api.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driveline.kit.api.declare import Act, Resource, Schema
    from driveline.kit.api.fields import Field
    from driveline.kit.listing import ListPage
    from driveline.kit.verbs import Do

RESULT = shapes.ref("schemas/Result")
JOB_STARTED = shapes.ref("schemas/JobStarted")
CREATED = shapes.ref("schemas/Created")
CHOICES = shapes.ref("schemas/Choices")
TOUCHED = shapes.record({"done": shapes.array(shapes.ID)})


def all_sections() -> list[Section]:
    """Every resource with its routes: those of the pages in their order, then those written by hand."""
    return [*(_section(page) for page in offered()), *sections()]


def _section(page: ListPage) -> Section:
    name = resource_of(page).name
    return Section(name, page.title, list(_routes(page, resource_of(page))))


def _routes(page: ListPage, resource: Resource) -> Iterator[Route]:
    name, reader = resource.name, Reader(page)
    yield Route(
        resource=name, method="GET", path="", view=reader.many, code=f"{name}.list", summary=_("List"),
        description=_("What the token's owner may see, in pages by cursor. Without a scene all of it."),
        parameters=parameters.described(page), answers={200: _page_of(reader.fields)},
    )  # fmt: skip
    if resource.create is not None:
        yield _creation(page, resource)
    if page.filters or verbs_of(page) or resource.create:
        yield Route(
            resource=name, method="GET", path="/choices", view=reader.choices, code=f"{name}.choices",
            summary=_("Choices"), description=_("The codes that parameters and inputs may have in this store."),
            answers={200: CHOICES},
        )  # fmt: skip
    yield Route(
        resource=name, method="GET", path="/{int:pk}", view=reader.one, code=f"{name}.show",
        summary=_("One row"), answers={200: _row_of(reader.detail_fields)},
    )  # fmt: skip
    for verb in verbs_of(page):
        yield from _command(page, resource, verb)
    for act in resource.acts:
        yield from _act(page, name, act)
    yield from resource.routes


def _creation(page: ListPage, resource: Resource) -> Route:
    create = resource.create
    assert create is not None  # noqa: S101  asked only when there is one
    maker = Maker(page, create, f"{PREFIX}/{resource.name}")
    return Route(
        resource=resource.name, method="POST", path="", view=maker.make, code=f"{resource.name}.create",
        summary=create.label,
        description=create.text or _("201 for a new one; 200 when it was there already, with what was done about it."),
        body=maker.schema, example=create.example, answers={201: CREATED, 200: CREATED}, room=create.room,
    )  # fmt: skip


def _command(page: ListPage, resource: Resource, verb: Do) -> Iterator[Route]:
    writer = Writer(page, verb)
    example = dict(resource.examples.get(verb.code, {}))
    label, code = verb.command.label, f"{resource.name}.{verb.code}"
    if verb.row:
        yield Route(
            resource=resource.name, method="POST", path=f"/{{int:pk}}/{verb.code}", view=writer.row, code=code,
            summary=label, body=writer.schema, example=example, answers={200: RESULT},
        )  # fmt: skip
    if verb.batch:
        yield Route(
            resource=resource.name, method="POST", path=f"/batch/{verb.code}", view=writer.batch,
            code=f"{code}.batch", summary=_many(label), description=_BATCH, body=writer.batch_schema,
            example={"ids": [1, 2]} | example, answers={200: RESULT, 202: JOB_STARTED},
        )  # fmt: skip


def _act(page: ListPage, name: str, act: Act) -> Iterator[Route]:
    toucher = Toucher(page, act)
    yield Route(
        resource=name, method="POST", path=f"/{{int:pk}}/{act.code}", view=toucher.row,
        code=f"{name}.{act.code}", summary=act.label, answers={200: TOUCHED},
    )  # fmt: skip
    yield Route(
        resource=name, method="POST", path=f"/batch/{act.code}", view=toucher.batch,
        code=f"{name}.{act.code}.batch", summary=_many(act.label), description=_BATCH, body=toucher.schema,
        example={"ids": [1, 2]}, answers={200: TOUCHED},
    )  # fmt: skip


_BATCH = _(
    "On `ids` (200 at most), or on all that match `filter`, whose number `count` must be said as it was seen. Above 500 "
    "rows it becomes a job."
)


def _many(label: Any) -> Any:
    from django.utils.text import format_lazy

    return format_lazy(_("{label}, several"), label=label)


def _page_of(fields: list[Field]) -> Schema:
    return shapes.record(
        {
            "items": shapes.array(_row_of(fields)),
            "next": shapes.nullable(shapes.TEXT) | {"description": _("The cursor of what follows.")},
            "count": shapes.INTEGER
            | {"description": _("How many match, up to 100,000; only when asked for.")},
        },
        ("items", "next"),
    )


def _row_of(fields: list[Field]) -> Schema:
    return shapes.record({one.name: one.schema for one in fields})
