"""The keyword field says so when the search stopped before the end (DESIGN §3a)."""

from __future__ import annotations

import pytest
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import override

from driveline.kit import registry
from driveline.kit.filters import Search
from driveline.kit.pages import Context
from tests.factories import a_lead

pytestmark = pytest.mark.django_db


def test_the_search_is_asked_once_and_says_that_it_stopped(world):
    asked = []

    def find(text: str, ctx: Context) -> tuple[Q, bool]:
        asked.append(text)
        return Q(pk__in=[]), True

    ctx = Context.of(world.actor(world.jingding))
    keyword = Search(name="q", label="Keyword", find=find)
    keyword.apply(registry.page("leads").rows(ctx.actor), "先生", ctx)
    assert "1,000" in keyword.note("先生", ctx) or "1 000" in keyword.note("先生", ctx)
    assert asked == ["先生"]


def test_a_list_that_shows_all_finds_says_nothing(world):
    for _ in range(3):
        a_lead(world)
    page, actor = registry.page("leads"), world.actor(world.jingding)
    assert page.listing(QueryDict("q=先生"), actor).notes == []


def test_a_condition_is_told_in_the_readers_punctuation(world):
    page, actor = registry.page("leads"), world.actor(world.jingding)
    chips = page.listing(QueryDict("grade=H&city=武汉"), actor).chips
    assert [chip["chip"].label for chip in chips] == ["级别：H", "所在城市：武汉"]
    with override("en"):
        chips = page.listing(QueryDict("grade=H"), actor).chips
        assert [chip["chip"].label for chip in chips] == ["Grade: H"]
