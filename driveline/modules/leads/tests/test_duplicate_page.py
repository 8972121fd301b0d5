"""重复线索 PG-L05 as its readers see it: why it was held back, whom it met, what was done, and no more than they may."""

from __future__ import annotations

import csv
import io

from driveline.engines.followup.models import Pursuit
from driveline.modules.leads.tests.conftest import Shop


def test_the_row_says_the_rule_the_lead_and_what_was_done(shop: Shop) -> None:
    lead = shop.followed(contacts=1)
    with shop.day("2019-03-05", "15:00"):
        shop.enter(name="王总", phone=lead.party.phone_key, remark="要白色的")
        page = shop.world.client(shop.world.jingding).get("/duplicate-leads/").content.decode()
    row = page.split("<tr data-row", 1)[1].split("</tr>", 1)[0]
    assert f'<a class="name cut" data-drawer href="/leads/{lead.pk}/">王总</a>' in row
    for word in ("线索跟进中", "王先生", "已拉到今天", "顾甲", "网丙", "要白色的"):
        assert word in row


def test_who_may_not_see_the_lead_sees_the_arrival_without_the_way_to_it(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05"):
        shop.enter(name="王总", phone=lead.party.phone_key)
        page = shop.world.client(shop.world.wangbing).get("/duplicate-leads/").content.decode()
    row = page.split("<tr data-row", 1)[1].split("</tr>", 1)[0]
    assert f"/leads/{lead.pk}/" not in row.replace(f'href="/leads/{lead.pk}/" aria-disabled', "")
    assert 'aria-disabled="true"' in row
    assert "王总" in row


def test_a_web_consultant_sees_only_what_he_entered_and_finds_it_by_number(shop: Shop) -> None:
    mine, hers = shop.lead(), shop.lead()
    for lead, by in ((mine, shop.world.wangbing), (hers, shop.world.jingding)):
        shop.enter(phone=lead.party.phone_key, by=by)
    client = shop.world.client(shop.world.wangbing)
    assert client.get("/duplicate-leads/").content.decode().count("<tr data-row") == 1
    found = client.get("/duplicate-leads/", {"q": mine.party.phone_key})
    assert found.content.decode().count("<tr data-row") == 1
    manager = shop.world.client(shop.world.jingding)
    assert manager.get("/duplicate-leads/").content.decode().count("<tr data-row") == 2
    assert Pursuit.objects.count() == 2


def test_the_export_has_the_reason_and_the_number_as_it_may_be_seen(shop: Shop) -> None:
    lead = shop.lead()
    shop.enter(name="=1+1", phone=lead.party.phone_key)
    answer = shop.world.client(shop.world.jingding).get("/duplicate-leads/export.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 2
    assert "'=1+1" in rows[1]
    assert lead.party.phone_key in rows[1]
    assert "线索待分配" in rows[1]
