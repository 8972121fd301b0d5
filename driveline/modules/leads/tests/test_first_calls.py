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


def test_list_and_workbench_say_the_same_of_a_first_call(shop: Shop) -> None:
    """The wait on the day it is due, the delay from the next day on."""
    with shop.day("2019-03-05", "10:00"):
        shop.assign(shop.lead(), shop.world.gujia)
    for day, time, words in (("2019-03-05", "10:18", "等待 18 分"), ("2019-03-06", "09:00", "过期 1 天")):
        with shop.day(day, time):
            [[_css, listed]] = shown(shop)[1]
            [row] = shop.world.client(shop.world.gujia).get("/").context["due"]["rows"]
        assert (listed, row.due) == (words, words)


def test_in_english_the_tip_of_a_due_day_is_written_in_english(shop: Shop) -> None:
    with shop.day("2019-03-05", "10:00"):
        shop.assign(shop.lead(), shop.world.gujia)
    client = shop.world.client(shop.world.gujia)
    client.cookies["driveline_language"] = "en"
    with shop.day("2019-03-05", "10:18"):
        assert 'title="No first contact yet">waiting 18 min<' in client.get("/lead-tasks/").content.decode()
    with shop.day("2019-03-06", "09:00"):
        assert 'title="5 Mar">1 day overdue<' in client.get("/lead-tasks/").content.decode()
