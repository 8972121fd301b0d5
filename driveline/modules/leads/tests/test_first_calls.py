"""The task list says who has not been called yet, how many they are, and how long they have been waiting."""

from __future__ import annotations

import re

from driveline.core import clock
from driveline.engines.followup.models import Pursuit
from driveline.modules.leads.tests.conftest import Shop


def shown(shop: Shop, query: str = "") -> tuple[dict[str, int], list[tuple[str, str]]]:
    """The numbers on the tabs, and class and words of each row's due cell."""
    answer = shop.world.client(shop.world.gujia).get(f"/lead-tasks/{query}")
    scenes = {s["scene"].code: s["count"] for s in answer.context["listing"].scenes}
    cells = re.findall(
        r'data-card="due"><span class="([\w-]+)" title="[^"]*">([^<]+)<', answer.content.decode()
    )
    return scenes, cells


def test_a_first_call_shows_its_wait_until_somebody_was_spoken_to(shop: Shop) -> None:
    with shop.day("2019-03-05", "10:00"):
        lead = shop.lead()
        shop.assign(lead, shop.world.gujia)
        known = shop.lead()
        shop.assign(known, shop.world.gujia)
        Pursuit.objects.filter(pk=known.pk).update(first_contact_at=clock.now())
    with shop.day("2019-03-05", "10:18"):
        assert shown(shop)[0]["first"] == 1
        assert shown(shop, "?scene=first")[1] == [("due-today", "等待 18 分")]
        assert sorted(shown(shop)[1]) == [("due-today", "今天"), ("due-today", "等待 18 分")]
    with shop.day("2019-03-05", "10:31"):
        assert shown(shop, "?scene=first")[1] == [("due-over", "等待 31 分")]
    with shop.day("2019-03-06", "09:00"):
        assert shown(shop, "?scene=first")[1] == [("due-over", "过期 1 天")]


def test_a_first_call_of_another_day_shows_its_date(shop: Shop) -> None:
    with shop.day("2019-03-05", "10:00"):
        lead = shop.lead()
        shop.assign(lead, shop.world.gujia)
        shop.task(lead).__class__.objects.filter(pursuit=lead).update(due_date="2019-03-06")
        scenes, cells = shown(shop, "?scene=future")
        assert scenes["first"] == 0
        assert cells == [("due-later", "明天 03-06")]
