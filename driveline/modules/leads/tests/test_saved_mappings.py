"""Mappings kept under a name: renamed and deleted by whoever may import; imports stay as they are."""

from __future__ import annotations

import pytest

from driveline.core import clock
from driveline.engines.intake.models import ImportMapping
from driveline.kit.errors import Conflict, Invalid
from driveline.modules.leads.services.keeping import import_mapping_delete, import_mapping_rename
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(world: World) -> list[ImportMapping]:
    """Two of the store, one of another."""
    rows = [(world.a, "平台甲"), (world.a, "平台乙"), (world.b, "平台甲")]
    return [
        ImportMapping.objects.create(
            store=store,
            kind="lead",
            name=name,
            labels={"客户": "name", "电话": "mobile", "杂项": ""},
            user=world.jingding,
            saved_at=clock.now(),
        )
        for store, name in rows
    ]


def test_a_mapping_gets_another_name_that_nobody_has(world: World, kept: list[ImportMapping]) -> None:
    actor = world.actor(world.jingding)
    import_mapping_rename(actor, kept[0].pk, " 汽车之家 ")
    assert ImportMapping.objects.get(pk=kept[0].pk).name == "汽车之家"
    with pytest.raises(Conflict, match="已有同名的对应关系"):
        import_mapping_rename(actor, kept[0].pk, "平台乙")
    for wrong in ("", "  ", "长" * 41):
        with pytest.raises(Invalid):
            import_mapping_rename(actor, kept[0].pk, wrong)
    with pytest.raises(ImportMapping.DoesNotExist):
        import_mapping_rename(actor, kept[2].pk, "别店")


def test_a_mapping_is_deleted(world: World, kept: list[ImportMapping]) -> None:
    result = import_mapping_delete.perform(world.actor(world.jingding), [kept[0].pk])
    assert result.message == "已删除 1 个对应关系"
    assert set(ImportMapping.objects.values_list("pk", flat=True)) == {kept[1].pk, kept[2].pk}


def test_the_page_shows_the_store_its_own_and_renames(world: World, kept: list[ImportMapping]) -> None:
    client = world.client(world.jingding)
    page = client.get("/import-mappings/").content.decode()
    assert "客户 → 客户名称、电话 → 手机号码" in page
    assert f"/import-mappings/{kept[0].pk}/" in page
    assert f"/import-mappings/{kept[2].pk}/" not in page
    url, form = f"/import-mappings/{kept[0].pk}/edit/", {"store": world.a.pk}
    assert client.post(url, {**form, "name": "汽车之家"}).status_code == 204
    assert client.post(url, {**form, "name": "平台乙"}).status_code == 409
    assert client.get(f"/import-mappings/{kept[2].pk}/edit/").status_code == 404


def test_the_page_stands_below_the_imports_in_trail_and_menu(world: World, kept: list[ImportMapping]) -> None:
    page = world.client(world.jingding).get("/import-mappings/").content.decode()
    trail = page[page.index('<nav class="crumb"') :]
    trail = trail[: trail.index("</nav>")]
    assert '<a href="/imports/">导入记录</a>' in trail
    assert "已保存的对应关系</b>" in trail
    assert '<a class="sub on" href="/imports/" aria-current="page">' in page
