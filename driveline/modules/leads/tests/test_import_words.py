"""Words of a file that nobody knows: explained in the check, and explained otherwise."""

from __future__ import annotations

from collections.abc import Callable

from driveline.engines.followup.models import Pursuit
from driveline.modules.leads.tests.importing import Browser, Desk, csv


def test_words_that_are_not_known_can_be_explained(visit: Callable[..., Browser], desk: Desk) -> None:
    me = visit()
    batch = me.upload(csv("甲,13800000001,抖音", head="姓名,手机号,来源"))
    me.map(batch)
    url = f"/imports/{batch.pk}/"
    assert 'name="source-0"' in me.get(url)
    hotline = desk.shop.source.id
    me.post(f"{url}words/", {"source-0": hotline})
    assert 'name="source-0"' not in me.get(url)
    me.post(f"{url}run/", {"assign": "nobody"})
    assert Pursuit.objects.get().source_id == hotline


def test_what_was_explained_can_be_explained_otherwise(visit: Callable[..., Browser], desk: Desk) -> None:
    me = visit()
    batch = me.upload(csv("周明远,13800004127,抖音", head="姓名,手机号,数据来源"))
    me.map(batch, source=desk.shop.source.id)
    url = f"/imports/{batch.pk}/"
    assert 'name="source-0"' in me.get(url)
    me.post(f"{url}words/", {"source-0": desk.shop.source.id})
    page = me.get(url)
    chosen = page[page.index('name="source-known-0"') :]
    assert f'<option value="{desk.shop.source.id}" selected>' in chosen[: chosen.index("</select>")]
    me.post(f"{url}words/", {"source-known-0": ""})
    batch.refresh_from_db()
    assert batch.options["words"] == {}
    assert 'name="source-0"' in me.get(url)
