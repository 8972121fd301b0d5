"""Every registered command on every list × every role: refused without the right, out of reach, and nothing changes."""

from __future__ import annotations

import pytest

from driveline.core.models import Operation, Transition
from driveline.core.roles import ROLES
from driveline.kit import registry
from driveline.kit.listing import ListPage
from driveline.kit.verbs import Do
from tests.suites.rows import sample_of
from tests.suites.test_pages import _client

pytestmark = pytest.mark.django_db

VERBS = [(p, v) for p in registry.pages() if isinstance(p, ListPage) for v in p.verbs if isinstance(v, Do)]


def _name(value: object) -> str:
    return getattr(value, "name", None) or getattr(value, "code", None) or str(value)


def _unchanged() -> tuple[int, int]:
    return Operation.objects.count(), Transition.objects.count()


@pytest.mark.parametrize("role", [r.code for r in ROLES])
@pytest.mark.parametrize(("target", "verb"), VERBS, ids=_name)
def test_a_command_of_another_role_or_store_is_refused_and_changes_nothing(world, target, verb, role):
    client, actor = _client(world, role)
    sample = sample_of(target.name)
    foreign = sample.make(world, world.b, world.guchen)
    near = sample.make(world, world.a, world.liwu)
    before = _unchanged()
    single = f"{target.url}{{}}/{verb.code}/"
    batch = f"{target.url}batch/{verb.code}/"
    page_scope, verb_scope = actor.scope(target.permission), actor.scope(verb.command.permission)
    if page_scope is None:
        expected = {near.pk: (403, 403), foreign.pk: (403, 403)}
    else:
        expected = {}
        for row, is_near in ((near, True), (foreign, False)):
            seen = sample.seen(page_scope, own=False, near=is_near)
            if verb_scope is None:
                expected[row.pk] = (403 if seen else 404, 403)
            elif not seen:
                expected[row.pk] = (404, 404)
            elif not sample.seen(verb_scope, own=False, near=is_near):
                expected[row.pk] = (409, 409)
    for pk, (alone, together) in expected.items():
        if verb.row:
            assert client.post(single.format(pk)).status_code == alone
        if verb.batch:
            assert client.post(batch, {"ids": str(pk)}).status_code in {together, alone}
    if verb.batch and page_scope is not None:
        assert client.post(batch, {"ids": "1,x"}).status_code == 404
    assert _unchanged() == before
