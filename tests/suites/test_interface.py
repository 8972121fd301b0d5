"""Every resource × every role × own, colleague's, foreign row: a program sees and does what its owner may, no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from driveline.core.models import Operation, Transition
from driveline.core.roles import ROLES
from driveline.core.store_settings import ApiSettings
from driveline.kit.api.declare import offered, resource_of, verbs_of
from driveline.kit.api.parameters import selection
from driveline.kit.scopes import Scope
from driveline.modules.leads.models import Lead
from tests.factories import a_lead, a_phone, a_source
from tests.programs import Program
from tests.shared import shared
from tests.suites.rows import SAMPLES, sample_of
from tests.suites.test_pages import GROUP_ROLES

if TYPE_CHECKING:
    from driveline.kit.listing import ListPage
    from driveline.kit.verbs import Do
    from tests.world import World

pytestmark = pytest.mark.django_db

CODES = [role.code for role in ROLES]
OWN_TEST = {"stores"}  # a store is not anybody's own row
RESOURCES = [page for page in offered() if page.name not in OWN_TEST]
COMMANDS = [(page, verb) for page in RESOURCES for verb in verbs_of(page)]
ACTS = [(page, act) for page in RESOURCES for act in resource_of(page).acts]
CREATES = [page for page in RESOURCES if resource_of(page).create is not None]
MOST_QUERIES = 12
NAUGHTY = shared("data", "suites", "naughty", "blns.json")


def _name(value: Any) -> str:
    return getattr(value, "name", None) or getattr(value, "code", None) or str(value)


def _program(world: World, role: str) -> Program:
    unit = world.group if role in GROUP_ROLES else world.a
    return Program(world, world.who(role, unit), unit)


def _first(world: World, page: ListPage) -> Program:
    """The first role that has the page."""
    for role in ("sales_manager", "admin", "group_admin"):
        program = _program(world, role)
        if program.actor.can(page.permission):
            return program
    raise LookupError(page.name)


def _inputs(world: World, verb: Do) -> dict[str, Any]:
    """What the command asks for."""
    return {
        "assign": {"users": [world.gujia.pk]},
        "reassign": {"users": [world.guyi.pk]},
        "activate": {},
        "void": {"reason": "wrong_number"},
        "record": {"chip": "go_on", "remark": "客户说周末带家人来看车,想要白色的顶配"},
    }.get(verb.code, {})


def _unchanged() -> tuple[int, int]:
    return Operation.objects.count(), Transition.objects.count()


def test_every_resource_has_a_sample() -> None:
    assert sorted(page.name for page in RESOURCES if page.name not in SAMPLES) == []


@pytest.mark.parametrize("role", CODES)
@pytest.mark.parametrize("page", RESOURCES, ids=_name)
def test_a_resource_shows_the_rows_of_the_scope_and_no_others(
    world: World, page: ListPage, role: str
) -> None:
    program = _program(world, role)
    sample, name = sample_of(page.name), resource_of(page).name
    own = sample.make(world, world.a, program.actor.user) if role not in GROUP_ROLES else None
    rows = [own, sample.make(world, world.a, world.liwu), sample.make(world, world.b, world.guchen)]
    scope = program.actor.scope(page.permission)
    if scope is None:
        assert program.get(name).status_code == 403
        assert program.get(f"{name}/{rows[1].pk}").status_code == 403
        assert program.get(f"{name}/choices").status_code in (403, 404)
        return
    seen = [
        row.pk
        for row, mine, near in zip(rows, (True, False, False), (True, True, False), strict=True)
        if row is not None and sample.seen(scope, own=mine, near=near)
    ]
    assert set(program.ids(name)) == set(page.rows(program.actor).values_list("pk", flat=True))
    assert set(program.ids(name)) & {row.pk for row in rows if row} == set(seen)
    for row in filter(None, rows):
        answer = program.get(f"{name}/{row.pk}")
        assert answer.status_code == (200 if row.pk in seen else 404)
        assert answer.status_code != 200 or answer.json()["id"] == row.pk


@pytest.mark.parametrize("role", CODES)
@pytest.mark.parametrize(("page", "verb"), COMMANDS, ids=_name)
def test_a_command_beyond_the_role_or_its_reach_is_refused_and_changes_nothing(
    world: World, page: ListPage, verb: Do, role: str
) -> None:
    program = _program(world, role)
    sample, name = sample_of(page.name), resource_of(page).name
    foreign = sample.make(world, world.b, world.guchen)
    near = sample.make(world, world.a, world.liwu)
    before, inputs = _unchanged(), _inputs(world, verb)
    page_scope, verb_scope = (
        program.actor.scope(page.permission),
        program.actor.scope(verb.command.permission),
    )
    for row, is_near in ((near, True), (foreign, False)):
        if page_scope is None:
            alone = together = 403
        else:
            seen = sample.seen(page_scope, own=False, near=is_near)
            if verb_scope is None:
                alone, together = (403 if seen else 404), 403
            elif not seen:
                alone = together = 404
            elif not sample.seen(verb_scope, own=False, near=is_near):
                alone = together = 409
            else:
                continue
        if verb.row:
            answer = program.post(f"{name}/{row.pk}/{verb.code}", inputs)
            assert answer.status_code == alone, answer.content.decode()
        if verb.batch:
            answer = program.post(f"{name}/batch/{verb.code}", inputs | {"ids": [row.pk]})
            assert answer.status_code == together, answer.content.decode()
    assert _unchanged() == before


@pytest.mark.parametrize(("page", "verb"), COMMANDS, ids=_name)
def test_a_batch_names_its_rows_in_one_way_and_well(world: World, page: ListPage, verb: Do) -> None:
    if not verb.batch:
        pytest.skip("one row at a time")
    program, name = _first(world, page), resource_of(page).name
    before, inputs = _unchanged(), _inputs(world, verb)
    for selected in ({}, {"ids": [1], "filter": {}, "count": 1}, {"filter": {}}, {"ids": []}, {"ids": ["x"]},
                     {"ids": [0.5]}, {"ids": 7}, {"filter": {"nobody": "1"}, "count": 1}, {"ids": [1], "x": 1},
                     {"filter": {"scene": "nowhere"}, "count": 1}, {"filter": {}, "count": "1"}):  # fmt: skip
        answer = program.post(f"{name}/batch/{verb.code}", inputs | selected)
        assert answer.status_code in (422, 403, 404), (selected, answer.content.decode())
        assert answer["Content-Type"] == "application/problem+json"
    assert program.post(f"{name}/batch/{verb.code}", inputs | {"ids": [10**9]}).status_code in (404, 403)
    assert _unchanged() == before


@pytest.mark.parametrize("role", CODES)
@pytest.mark.parametrize(("page", "act"), ACTS, ids=_name)
def test_a_small_change_reaches_own_rows_only(world: World, page: ListPage, act: Any, role: str) -> None:
    program = _program(world, role)
    sample, name = sample_of(page.name), resource_of(page).name
    unit = world.group if role in GROUP_ROLES else world.a
    own = sample.make(world, unit, program.actor.user)
    other = sample.make(world, world.a, world.liwu)
    foreign = sample.make(world, world.b, world.guchen)
    for row, status in ((own, 200), (other, 404), (foreign, 404)):
        assert program.post(f"{name}/{row.pk}/{act.code}").status_code == status
        assert program.post(f"{name}/batch/{act.code}", {"ids": [row.pk]}).status_code == status
    several = program.post(f"{name}/batch/{act.code}", {"ids": [own.pk, other.pk, foreign.pk]})
    assert several.json() == {"done": [own.pk]}


@pytest.mark.parametrize("role", CODES)
@pytest.mark.parametrize("page", [page for page in RESOURCES if resource_of(page).routes], ids=_name)
def test_further_operations_keep_to_the_role_and_its_reach(world: World, page: ListPage, role: str) -> None:
    program = _program(world, role)
    sample, name = sample_of(page.name), resource_of(page).name
    near = sample.make(world, world.a, world.liwu)
    foreign = sample.make(world, world.b, world.guchen)
    scope = program.actor.scope(page.permission)
    before = list(page.model._default_manager.order_by("pk").values())
    for row, is_near in ((near, True), (foreign, False), (10**12, False)):
        pk = row if isinstance(row, int) else row.pk
        if scope is not None and not isinstance(row, int) and sample.seen(scope, own=False, near=is_near):
            continue
        for route in resource_of(page).routes:
            path = f"{name}{route.path.replace('{int:pk}', str(pk))}"
            answer = program.get(path) if route.method == "GET" else program.post(path)
            assert answer.status_code == (403 if scope is None else 404), (path, answer.content.decode())
    assert list(page.model._default_manager.order_by("pk").values()) == before


@pytest.mark.parametrize("role", CODES)
@pytest.mark.parametrize("page", CREATES, ids=_name)
def test_a_creation_beyond_the_role_is_refused_before_its_body_is_looked_at(
    world: World, page: ListPage, role: str
) -> None:
    program, create = _program(world, role), resource_of(page).create
    assert create is not None
    before = page.model._default_manager.count()
    may = program.actor.can(create.permission) and program.actor.can(page.permission)
    answer = program.post(resource_of(page).name, {"nobody": 1})
    assert answer.status_code == (422 if may else 403), answer.content.decode()
    assert page.model._default_manager.count() == before


@pytest.mark.parametrize("page", RESOURCES, ids=_name)
def test_head_is_answered_as_get(world: World, page: ListPage) -> None:
    program, name = _first(world, page), resource_of(page).name
    row = sample_of(page.name).make(world, world.a, program.actor.user)
    for path in (name, f"{name}/{row.pk}", f"{name}/{10**12}"):
        whole, head = program.get(path), program.head(path)
        assert head.status_code == whole.status_code
        assert head["Content-Length"] == str(len(whole.content))
        assert head["Content-Type"] == whole["Content-Type"]


@pytest.mark.parametrize("role", CODES)
def test_leads_are_entered_by_the_roles_that_may(world: World, role: str) -> None:
    program = _program(world, role)
    source, before = a_source(world), Lead.objects.count()
    answer = program.post("leads", {"name": "周敏", "phone": a_phone(), "source": source.pk})
    may = program.actor.can("leads.create") and program.actor.can("leads.view")
    assert answer.status_code == (201 if may else 403), answer.content.decode()
    assert Lead.objects.count() == before + may
    if may:
        made = answer.json()
        assert answer["Location"] == f"/api/v1/leads/{made['id']}"
        assert Lead.objects.get(pk=made["id"]).pursuit.store_id == world.a.pk


@pytest.mark.parametrize("role", CODES)
def test_the_stores_are_those_of_the_owner(world: World, role: str) -> None:
    program = _program(world, role)
    group = Scope.GROUP in program.actor.grants.values()
    seen = {world.a.pk, world.b.pk} if group else {world.a.pk}
    assert set(program.ids("stores")) == seen
    for store in (world.a, world.b, world.group):
        assert program.get(f"stores/{store.pk}").status_code == (200 if store.pk in seen else 404)


def test_who_works_in_two_stores_is_told_both_and_acts_in_one(world: World) -> None:
    program = Program(world, world.shuangwei, world.b)
    near, far = a_lead(world, store=world.b), a_lead(world, owner=world.shuangwei)
    items = program.get("stores").json()["items"]
    assert {item["id"]: item["here"] for item in items} == {world.a.pk: False, world.b.pk: True}
    assert program.ids("leads") == [near.pk]
    assert program.get(f"leads/{far.pk}").status_code == 404


@pytest.mark.parametrize("page", RESOURCES, ids=_name)
def test_a_list_costs_the_same_for_5_and_50_rows(world: World, page: ListPage) -> None:
    program, name = _first(world, page), resource_of(page).name
    make = sample_of(page.name).make

    def queries(path: str, **params: Any) -> int:
        program.get(path, **params)
        with CaptureQueriesContext(connection) as seen:
            assert program.get(path, **params).status_code == 200
        return len(seen)

    rows = [make(world, world.a, program.actor.user) for _ in range(5)]
    few, one = queries(name, limit=50), queries(f"{name}/{rows[0].pk}")
    for _ in range(45):
        make(world, world.a, program.actor.user)
    many = queries(name, limit=50)
    assert len(program.ids(name, limit=200)) >= 50
    assert few == many
    assert max(many, one) <= MOST_QUERIES


@pytest.mark.parametrize("page", RESOURCES, ids=_name)
def test_the_cursor_goes_through_every_row_once_in_every_order(world: World, page: ListPage) -> None:
    program, name = _first(world, page), resource_of(page).name
    for _ in range(7):
        sample_of(page.name).make(world, world.a, program.actor.user)
    for order in page.orders:
        whole = program.ids(name, order=order.code)
        read, cursor = [], None
        for _ in range(10):
            answer = program.get(name, order=order.code, limit=3, **({"cursor": cursor} if cursor else {}))
            read += [item["id"] for item in answer.json()["items"]]
            cursor = answer.json()["next"]
            assert ("Link" in answer) == (cursor is not None)
            if cursor is None:
                break
            if order is page.orders[0] and len(page.orders) > 1:
                other = program.get(name, order=page.orders[1].code, cursor=cursor)
                assert other.json()["errors"][0]["field"] == "cursor"
        assert read == whole
    assert program.get(name, cursor="1~newest~x").status_code == 422


@pytest.mark.parametrize("page", RESOURCES, ids=_name)
def test_what_a_parameter_cannot_use_is_said(world: World, page: ListPage) -> None:
    program, name = _first(world, page), resource_of(page).name
    for query in ({"nobody": "1"}, {"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"order": "nope"},
                  {"scene": "nope"}, {"count": "2"}, {"cursor": "x"}, {"cursor": "\x00"}):  # fmt: skip
        answer = program.get(name, **query)
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == list(query)
    for one in selection(page):
        for bad in ("\x00", "9" * 400):
            answer = program.get(name, **{one["name"]: bad})
            assert answer.status_code == 422, one["name"]


@pytest.mark.parametrize("page", RESOURCES, ids=_name)
def test_every_parameter_can_be_used(world: World, page: ListPage) -> None:
    program, name = _first(world, page), resource_of(page).name
    sample_of(page.name).make(world, world.a, program.actor.user)
    for one in selection(page):
        schema = one["schema"].get("items", one["schema"])
        codes = [
            code for code in schema.get("enum", ()) if one["name"] != "scene" or _has(page, program, code)
        ]
        example = {"date": "2019-03-05"}.get(
            schema.get("format", ""), 1 if schema["type"] == "integer" else "王"
        )
        for value in codes or ([] if one["name"] == "scene" or _in_store(page, one["name"]) else [example]):
            answer = program.get(name, **{one["name"]: value})
            assert answer.status_code == 200, (one["name"], value, answer.content.decode())
    told = program.get(f"{name}/choices")
    for parameter, codes in (told.json()["filters"] if told.status_code == 200 else {}).items():
        for code in codes:
            assert program.get(name, **{parameter: code["code"]}).status_code == 200, (parameter, code)


def _has(page: ListPage, program: Program, code: str) -> bool:
    return code in {scene.code for scene in page.scenes_for(program.actor)}


def _in_store(page: ListPage, name: str) -> bool:
    """Whether only the store knows the codes."""
    return any(one.name == name and callable(getattr(one, "options", None)) for one in page.filters)


@pytest.mark.slow
@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not here")
@pytest.mark.parametrize("page", RESOURCES, ids=_name)
def test_no_string_breaks_a_parameter(world: World, page: ListPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ApiSettings.__dict__["fields"], "burst", _endless())
    program, name = _first(world, page), resource_of(page).name
    sample_of(page.name).make(world, world.a, program.actor.user)
    texts = [one["name"] for one in selection(page) if one["schema"] == {"type": "string", "maxLength": 200}]
    if not texts:
        pytest.skip("nothing is typed here")
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        answer = program.get(name, **dict.fromkeys(texts, text))
        assert answer.status_code in (200, 422), (text, answer.content.decode())


@pytest.mark.slow
@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not here")
def test_no_string_breaks_an_entry(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ApiSettings.__dict__["fields"], "burst", _endless())
    program, source = _program(world, "sales_manager"), a_source(world)
    kept = 0
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        body = {"name": text[:30], "phone": a_phone(), "source": source.pk, "remark": text, "address": text[:100],
                "city": text[:30]}  # fmt: skip
        answer = program.post("leads", body)
        assert answer.status_code in (201, 422, 400), (text, answer.content.decode())
        if answer.status_code == 201 and text.strip() and not text[:30].isspace():
            kept += 1
            assert program.get(f"leads/{answer.json()['id']}").json()["remark"] == text.strip()
        assert program.post("leads", {"name": "王", "phone": text, "source": source.pk}).status_code in (
            422,
            400,
        )
    assert kept > 300


def _endless() -> Any:
    from dataclasses import replace

    return replace(ApiSettings.fields["burst"], default=10**6)
