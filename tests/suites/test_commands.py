"""Every registered command on every list × every role: refused without the right, out of reach, and nothing changes."""

from __future__ import annotations

import pytest

from driveline.core.models import Operation, Transition
from driveline.core.roles import ROLES
from driveline.kit import registry
from driveline.kit.listing import ListPage
from driveline.kit.verbs import Do
from tests.suites.rows import factory_of
from tests.suites.test_pages import GROUP_ROLES, _client

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
    make = factory_of(target.name)
    foreign = make(world, world.b, world.guchen)
    near = make(world, world.a, world.gujia)
    before = _unchanged()
    single = f"{target.url}{{}}/{verb.code}/"
    batch = f"{target.url}batch/{verb.code}/"
    if not actor.can(target.permission):
        if verb.row:
            assert client.post(single.format(near.pk)).status_code == 403
        if verb.batch:
            assert client.post(batch, {"ids": str(near.pk)}).status_code == 403
    elif not actor.can(verb.command.permission):
        sees_foreign = role in GROUP_ROLES
        if verb.row:
            assert client.post(single.format(foreign.pk)).status_code == (403 if sees_foreign else 404)
        if verb.batch:
            assert client.post(batch, {"ids": str(near.pk)}).status_code == 403
    else:
        if verb.row:
            assert client.post(single.format(foreign.pk)).status_code == 404
        if verb.batch:
            assert client.post(batch, {"ids": str(foreign.pk)}).status_code == 404
            assert client.post(batch, {"ids": "1,x"}).status_code == 404
    assert _unchanged() == before
