"""The store switch says what waits for the user in each of the units (08_store_switch)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from driveline.core.clock import freeze
from tests.factories import a_lead

if TYPE_CHECKING:
    from tests.world import World

NOON = datetime(2019, 3, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_each_unit_has_its_own_number(world: World) -> None:
    for owner in (world.shuangwei, world.gujia):
        a_lead(world, owner=owner)
    a_lead(world, owner=world.shuangwei, due=date(2019, 3, 6))
    for due in (date(2019, 3, 4), date(2019, 3, 5)):
        a_lead(world, store=world.b, owner=world.shuangwei, due=due)
    with freeze(NOON):
        answer = world.client(world.shuangwei, world.a).get("/switch-store/due/")
    assert answer.json() == {"due": {str(world.a.pk): 1, str(world.b.pk): 2}}
