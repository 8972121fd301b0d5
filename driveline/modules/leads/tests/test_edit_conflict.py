"""Two people with one lead's data open (UI.md §5.12): what was changed meanwhile is said, and nothing is undone unseen."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from driveline.core.models import AuditEntry, Brand, Series
from driveline.modules.leads.tests.conftest import Shop, fresh

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from driveline.core.models import User
    from driveline.engines.followup.models import Pursuit


class Form:
    """The form of a lead as somebody opened it."""

    def __init__(self, shop: Shop, lead: Pursuit, who: User) -> None:
        self.client: Client = shop.world.client(who)
        self.url = f"/leads/{lead.pk}/edit/"
        page = self.client.get(self.url, headers={"X-Drawer": "1"}).content.decode()
        self.seen = (
            html.unescape(found[1]) if (found := re.search(r'name="seen" value="([^"]*)"', page)) else ""
        )
        party = lead.party
        self.data = {
            "name": party.name,
            "phone": party.phone_key,
            "gender": party.gender,
            "source": lead.source_id,
            "remark": lead.lead.remark,
        }

    def save(self, over: str = "", **typed: object) -> HttpResponse:
        self.data |= typed
        sent = self.data | {"seen": self.seen} | ({"over": over} if over else {})
        return self.client.post(self.url, sent, headers={"X-Drawer": "1"})  # type: ignore[return-value]


def waiting(shop: Shop) -> Pursuit:
    """A lead that 网丙, who entered it, and his manager may both edit."""
    with shop.day("2019-03-05", "09:00"):
        return shop.lead()


def over_of(answer: HttpResponse) -> str:
    """What the button that saves all the same carries."""
    found = re.search(r'name="over" value="([^"]*)"', answer.content.decode())
    assert found is not None
    return html.unescape(found[1])


def test_the_second_hears_who_changed_what_and_when_and_nothing_is_written(shop: Shop) -> None:
    world = shop.world
    lead = waiting(shop)
    with shop.day("2019-03-05", "10:00"):
        first, second = Form(shop, lead, world.jingding), Form(shop, lead, world.wangbing)
    with shop.day("2019-03-05", "10:07"):
        assert first.save(name="王女士", gender="female").status_code == 204
    with shop.day("2019-03-05", "10:09"):
        answer = second.save(name="汪先生", remark="要白色")
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "经丁 在 03-05 10:07 改了这些资料，晚于你打开的时间。" in said
    assert "客户名称 现在是：王女士" in said
    assert "性别 现在是：女" in said
    assert "备注 现在是" not in said
    row = fresh(lead)
    assert (row.party.name, row.lead.remark) == ("王女士", "")
    assert AuditEntry.objects.filter(action="lead.edit").count() == 1


def test_saving_all_the_same_writes_only_what_was_touched(shop: Shop) -> None:
    world = shop.world
    lead = waiting(shop)
    with shop.day("2019-03-05", "10:00"):
        first, second = Form(shop, lead, world.jingding), Form(shop, lead, world.wangbing)
        first.save(name="王女士", address="汉口路 1 号")
        over = over_of(second.save(name="汪先生", remark="要白色"))
        assert second.save(over=over).status_code == 204
    row = fresh(lead)
    assert (row.party.name, row.party.address, row.lead.remark) == ("汪先生", "汉口路 1 号", "要白色")


def test_what_came_after_the_warning_is_a_conflict_again(shop: Shop) -> None:
    world = shop.world
    lead = waiting(shop)
    with shop.day("2019-03-05", "10:00"):
        first, second = Form(shop, lead, world.jingding), Form(shop, lead, world.wangbing)
        first.save(name="王女士")
        over = over_of(second.save(name="汪先生"))
        Form(shop, fresh(lead), world.jingding).save(name="黄女士")
        again = second.save(over=over)
    assert again.status_code == 409
    assert "客户名称 现在是：黄女士" in again.content.decode()
    assert fresh(lead).party.name == "黄女士"


def test_a_contact_recorded_meanwhile_is_no_conflict(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05", "10:00"):
        form = Form(shop, lead, shop.world.jingding)
        shop.record(lead)
        shop.reassign(lead, shop.world.guyi)
        assert fresh(lead).version > lead.version
        assert form.save(name="王女士").status_code == 204
    assert fresh(lead).party.name == "王女士"


def test_both_having_written_the_same_is_no_conflict(shop: Shop) -> None:
    world = shop.world
    lead = waiting(shop)
    with shop.day("2019-03-05", "10:00"):
        first, second = Form(shop, lead, world.jingding), Form(shop, lead, world.wangbing)
        assert [form.save(name="王女士").status_code for form in (first, second)] == [204, 204]
    assert fresh(lead).party.name == "王女士"


def test_the_car_is_one_choice(shop: Shop) -> None:
    vw, ford = Brand.objects.create(name="大众"), Brand.objects.create(name="福特")
    magotan, focus = (
        Series.objects.create(brand=brand, name=name) for brand, name in ((vw, "迈腾"), (ford, "福克斯"))
    )
    lead = waiting(shop)
    with shop.day("2019-03-05", "10:00"):
        first, second = (Form(shop, lead, who) for who in (shop.world.jingding, shop.world.wangbing))
        first.save(brand=vw.pk, series=magotan.pk)
        told = second.save(brand=ford.pk)
        assert "品牌 现在是：大众" in told.content.decode()
        assert second.save(over=over_of(told), series=focus.pk).status_code == 204
    row = fresh(lead)
    assert (row.brand, row.series) == (ford, focus)


def test_a_form_whose_memory_is_garbled_is_saved_as_typed(shop: Shop) -> None:
    lead = shop.followed()
    form = Form(shop, lead, shop.world.jingding)
    for seen in ("", "{", "[1]", '["2019-03-05", 7]'):
        form.seen = seen
        assert form.save(name=f"王{len(seen)}").status_code == 204
        assert fresh(lead).party.name == f"王{len(seen)}"
