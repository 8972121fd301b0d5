"""Reading a resource: a page of rows by cursor, one row, and the choices that its parameters and inputs have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse

from driveline.kit import filters as flt
from driveline.kit.api import shapes
from driveline.kit.api.declare import resource_of, verbs_of
from driveline.kit.api.fields import detail_fields_for, fields_for, list_columns
from driveline.kit.api.parameters import Query
from driveline.kit.errors import Forbidden
from driveline.kit.pages import Context
from driveline.kit.ports import ports
from driveline.kit.views.guard import actor_of, one_or_404

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driveline.kit.actor import Actor
    from driveline.kit.api.fields import Field
    from driveline.kit.listing import ListPage

COUNT_MAX = 100_000


class Reader:
    """The reading side of one resource; its fields are worked out once in a process."""

    def __init__(self, page: ListPage) -> None:
        self.page = page
        self.fields = fields_for(page)
        self.detail_fields = detail_fields_for(page)
        self.columns = list_columns(page)

    def many(self, request: HttpRequest) -> HttpResponse:
        """Rows by cursor: `items`, and in `next` and Link where to go on."""
        actor = allowed(request, self.page)
        ctx = Context.of(actor)
        query = Query(self.page, request.GET, ctx)
        rows = query.rows()
        count = rows.order_by().values("pk")[:COUNT_MAX].count() if query.counted else None
        ordered = rows.order_by(*query.order.columns)
        if query.place is not None:
            ordered = ordered.filter(query.order.beyond(*query.place, backwards=False))
        found = list(ordered.values_list(query.order.column, "pk")[: query.limit + 1])
        part = found[: query.limit]
        cursor = query.cursor_after(*part[-1]) if len(found) > query.limit else None
        if query.number == 1:
            self._audit(actor, request)
        items = self._items([pk for _value, pk in part], ctx)
        answer = json_answer({"items": items, "next": cursor} | ({} if count is None else {"count": count}))
        if cursor:
            answer["Link"] = f'<{_following(request, cursor)}>; rel="next"'
        return answer

    def one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One row with all that its details say; 404 outside the sight of the token's owner."""
        actor = allowed(request, self.page)
        return json_answer(self.row(actor, pk))

    def row(self, actor: Actor, pk: int) -> dict[str, Any]:
        """The row as one() answers it."""
        ctx = Context.of(actor)
        joins = {join for column in self.columns for join in column.join} | set(self.page.joins)
        joins |= set(getattr(self.page.detail, "joins", ()))
        rows = self.page.rows(actor)
        found = one_or_404(rows.select_related(*sorted(joins)) if joins else rows, in_range(pk))
        self.page.prepare([found], ctx)
        return _said(found, self.detail_fields, ctx)

    def choices(self, request: HttpRequest) -> HttpResponse:
        """The codes that filters and inputs may have in this store at present."""
        actor = allowed(request, self.page)
        ctx = Context.of(actor)
        filters = {
            one.name: _listed(one.choices(ctx)) for one in self.page.filters if isinstance(one, flt.Choice)
        }
        inputs = {name: _form_choices(form, actor) for name, form in _forms(self.page, actor)}
        return json_answer({"filters": filters, "inputs": {n: found for n, found in inputs.items() if found}})

    def _items(self, ids: Sequence[int], ctx: Context) -> list[dict[str, Any]]:
        objects = self.page.fetch(ids, self.columns)
        self.page.prepare(objects, ctx)
        return [_said(row, self.fields, ctx) for row in objects]

    def _audit(self, actor: Actor, request: HttpRequest) -> None:
        """Whoever goes on beyond the first answer takes rows away as with an export; that is written down once."""
        kept = request.GET.copy()
        kept.pop("cursor", None)
        ports.audit.write(
            actor,
            "api.read",
            object_type=self.page.model._meta.label_lower,
            detail={"page": self.page.name, "filter": kept.urlencode()[:500]},
        )


def allowed(request: HttpRequest, page: ListPage) -> Actor:
    """The actor, or Forbidden when his role does not have the page."""
    actor = actor_of(request)
    if not page.allowed(actor):
        raise Forbidden()
    return actor


def in_range(pk: int) -> int:
    """A key that can be one; anything larger is a row that does not exist."""
    if pk > shapes.MAX_ID:
        raise Http404
    return pk


def json_answer(data: Any, status: int = 200) -> HttpResponse:
    """JSON in UTF-8; words that wait for a language are said in that of the request."""
    body = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, status=status, content_type="application/json")


def _said(row: Any, fields: Sequence[Field], ctx: Context) -> dict[str, Any]:
    return {one.name: one.read(row, ctx) for one in fields}


def _following(request: HttpRequest, cursor: str) -> str:
    query = request.GET.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _forms(page: ListPage, actor: Actor) -> list[tuple[str, Any]]:
    """The forms behind the commands the role has, and behind the creation."""
    verbs = [verb for verb in verbs_of(page) if actor.can(verb.command.permission)]
    found: list[tuple[str, Any]] = [(verb.code, verb.form or verb.command.form) for verb in verbs]
    create = resource_of(page).create
    if create is not None and actor.can(create.permission):
        found.insert(0, ("create", create.form))
    return [(name, form) for name, form in found if form is not None]


def _form_choices(form_class: Any, actor: Actor) -> dict[str, Any]:
    form = form_class(actor=actor)
    return {
        name: _listed(field.choices)
        for name, field in form.fields.items()
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField)
    }


def _listed(choices: Any) -> list[dict[str, str]]:
    return [{"code": str(code), "label": str(label)} for code, label in choices if str(code)]
