"""The files of a lead in its drawer: what is said of each, and who may add and delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from driveline.core.attachments import attach
from driveline.core.models import Attachment, User
from driveline.modules.leads.tests.conftest import Shop

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from driveline.engines.followup.models import Pursuit

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 3000
PDF = b"%PDF-1.7\n"


def add(shop: Shop, lead: Pursuit, by: User, name: str = "行驶证.png", data: bytes = PNG) -> Attachment:
    return attach(shop.actor(by), "lead", lead.pk, SimpleUploadedFile(name, data))


def tab(shop: Shop, lead: Pursuit, by: User) -> str:
    answer = shop.world.client(by).get(f"/leads/{lead.pk}/?tab=files", headers={"X-Fragment": "side"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_file_says_its_size_who_brought_it_and_when_and_a_picture_is_shown(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05", "14:08"):
        picture, paper = add(shop, lead, shop.world.gujia), add(shop, lead, shop.world.gujia, "报价.pdf", PDF)
        page = tab(shop, lead, shop.world.gujia)
    assert "2.9\xa0KB · 顾甲 · 03-05 14:08" in page
    assert f'<img src="/attachments/{picture.pk}/?show" alt=""' in page
    assert f"/attachments/{paper.pk}/?show" not in page


def test_what_may_be_added_is_said_before(shop: Shop) -> None:
    page = tab(shop, shop.followed(), shop.world.gujia)
    assert "jpg、png、gif、pdf、xlsx，每个不超过 5 MB，最多 20 个" in page
    assert 'accept=".jpg,.png,.gif,.pdf,.xlsx,.jpeg"' in page


def test_a_file_is_deleted_after_a_question_by_who_added_it(shop: Shop) -> None:
    lead = shop.followed()
    kept = add(shop, lead, shop.world.gujia)
    client, url = shop.world.client(shop.world.gujia), f"/leads/{lead.pk}/files/delete/"
    assert f'href="{url}?file={kept.pk}" data-dialog' in tab(shop, lead, shop.world.gujia)
    assert "删除 行驶证.png？" in client.get(url, {"file": kept.pk}).content.decode()
    assert Attachment.objects.count() == 1
    answer = client.post(url, {"file": kept.pk})
    assert answer.status_code == 204
    assert "side:refresh" in answer["HX-Trigger"]
    assert Attachment.objects.count() == 0


def test_what_the_manager_added_is_deleted_by_a_manager_alone(shop: Shop) -> None:
    """Neither the consultant who follows up nor the web consultant who may change the data of his own leads."""
    world = shop.world
    theirs = ((shop.followed(), world.gujia), (shop.lead(assign_to_me=True), world.wangbing))
    for lead, consultant in theirs:
        kept = add(shop, lead, world.jingding)
        client, url = world.client(consultant), f"/leads/{lead.pk}/files/delete/"
        assert "行驶证.png" in tab(shop, lead, consultant)
        assert "data-dialog" not in tab(shop, lead, consultant)
        assert client.get(url, {"file": kept.pk}).status_code == 403
        assert client.post(url, {"file": kept.pk}).status_code == 403
        assert list(Attachment.objects.all()) == [kept]
        manager = world.client(world.jingding)
        assert manager.post(f"/leads/{shop.lead().pk}/files/delete/", {"file": kept.pk}).status_code == 404
        assert manager.post(url, {"file": kept.pk}).status_code == 204
        assert Attachment.objects.count() == 0


def test_who_works_a_lead_deletes_what_he_added_and_the_manager_does_so_too(shop: Shop) -> None:
    lead = shop.lead(assign_to_me=True)
    first, second = add(shop, lead, shop.world.wangbing), add(shop, lead, shop.world.wangbing)
    url = f"/leads/{lead.pk}/files/delete/"
    for user, file in ((shop.world.wangbing, first), (shop.world.jingding, second)):
        assert shop.world.client(user).post(url, {"file": file.pk}).status_code == 204
    assert Attachment.objects.count() == 0


def test_many_files_cost_no_more_queries_than_one(
    shop: Shop, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lead = shop.followed()
    client = shop.world.client(shop.world.gujia)
    for _ in range(8):
        add(shop, lead, shop.world.gujia)
    with django_assert_max_num_queries(14):
        client.get(f"/leads/{lead.pk}/?tab=files", headers={"X-Fragment": "side"})
