"""What stands in a pushed message: forms and charsets, faulty content, virtual numbers, odd characters (PG-L06)."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from driveline.core import clock
from driveline.core.models import PartyPhone
from driveline.core.request_cache import forget_all
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.models import Intake
from driveline.modules.leads.models import Lead, PlatformCall
from driveline.modules.leads.services.platforms.connections import (
    connection_edit,
    mapping_save,
)
from driveline.modules.leads.tests.conftest import Shop
from driveline.modules.leads.tests.pushing import MAPPING, Platform, platform_of


@pytest.fixture
def platform(shop: Shop) -> Platform:
    return platform_of(shop)


def test_a_form_in_gb18030_is_read(platform: Platform) -> None:
    actor = platform.shop.actor(platform.shop.world.guanchou)
    mapping_save(actor, platform.row.pk, {"name": {"path": "user[name]"}, "phone": {"path": "tel"}})
    forget_all()
    kind = "application/x-www-form-urlencoded; charset=gbk"
    quoted = f"user[name]={quote('欧阳女士'.encode('gb18030'))}&tel=138+0000+0009&x=1&x=2".encode()
    raw = "user[name]=王先生&tel=13800000010".encode("gb18030")
    for body in (quoted, raw):
        assert platform.push(body=body, content_type=kind).status_code == 201
    assert list(Pursuit.objects.order_by("pk").values_list("party__name", flat=True)) == [
        "欧阳女士",
        "王先生",
    ]


def test_a_faulty_message_is_kept_and_not_among_the_duplicates(platform: Platform) -> None:
    answer = platform.push(platform.message(phone="1380000", user={"name": ""}))
    told = answer.json()
    row = Intake.objects.get()
    assert (answer.status_code, told["verdict"], told["id"]) == (202, "failed", row.pk)
    assert {error["field"] for error in told["errors"]} == {"name", "phone"}
    assert (row.verdict, set(row.problems), row.pursuit, row.batch) == (
        "failed",
        {"name", "phone"},
        None,
        None,
    )
    assert row.payload["message"]["user"]["mobile"] == "1380000"
    assert Pursuit.objects.count() == 0
    assert PlatformCall.objects.get().outcome == "failed"


def test_a_faulty_message_sent_again_is_kept_once_and_one_that_was_mended_becomes_a_lead(
    platform: Platform,
) -> None:
    first = platform.push(platform.message(phone="1380000"))
    again = platform.push(platform.message(phone="1380000"))
    assert (again.status_code, again.json()["repeated"], again.json()["id"]) == (
        202,
        True,
        first.json()["id"],
    )
    mended = platform.push(platform.message(phone="13800000007"))
    assert (mended.status_code, mended.json()["id"]) == (201, first.json()["id"])
    row = Intake.objects.get()
    assert (row.verdict, row.rule, row.problems, row.pursuit) == ("new", "NEW", {}, Pursuit.objects.get())
    assert row.phone_key == "13800000007"


def test_a_virtual_number_is_kept_beside_the_customer_with_its_end(platform: Platform) -> None:
    user = {"virtual": "17000000001", "virtualUntil": "2099-01-01"}
    with clock.freeze("2019-03-05T10:00"):
        platform.push(platform.message(user=user))
    lead = Pursuit.objects.get()
    kept = PartyPhone.objects.get()
    assert (lead.party.phone_key, kept.party, kept.number, kept.kind) == (
        "13800000007",
        lead.party,
        "17000000001",
        "relay",
    )
    assert (
        clock.local(kept.expires_at).isoformat() == "2019-03-08T10:00:00+08:00"
    )  # a date out of reason: 72 hours


def test_a_virtual_number_alone_is_no_key(platform: Platform) -> None:
    connection_edit(
        platform.shop.actor(platform.shop.world.guanchou), platform.row.pk, {"relay_prefixes": "170, 95013"}
    )
    forget_all()
    answer = platform.push(platform.message(phone="17000000001"))
    assert answer.status_code == 202
    assert (
        "虚拟号" in answer.json()["errors"][0]["detail"] or "virtual" in answer.json()["errors"][0]["detail"]
    )
    assert Intake.objects.get().phone_key == ""


def test_a_duplicates_new_virtual_number_is_kept_with_the_customer_that_was_met(platform: Platform) -> None:
    lead = platform.shop.lead(phone="13800000007")
    for number, until in (("X1", "2019-03-06 10:00:00"), ("X2", "2019-03-07 10:00:00")):
        with clock.freeze("2019-03-05T10:00"):
            user = {"virtual": "17000000001", "virtualUntil": until}
            assert platform.push(platform.message(number, user=user)).json()["verdict"] == "duplicate"
    kept = PartyPhone.objects.get()
    assert (kept.party_id, clock.local(kept.expires_at).day) == (lead.party_id, 7)


def test_a_car_the_catalogue_does_not_know_and_a_long_text_do_not_stop_a_lead(platform: Platform) -> None:
    actor = platform.shop.actor(platform.shop.world.guanchou)
    mapping_save(
        actor, platform.row.pk, {**MAPPING, "series": {"path": "car"}, "brand": {"default": "无此品牌"}}
    )
    forget_all()
    assert platform.push(platform.message(car="新车系", message="长" * 600)).status_code == 201
    assert len(Lead.objects.get().remark) == 500
    assert platform.push(platform.message("X2", "13800000008", car="新车系", message="短")).status_code == 201
    assert "无此品牌 新车系" in Lead.objects.latest("pk").remark


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud83d", "\ud83d\ude00", "'; DROP TABLE x;--", "＝cmd|' /C calc'!A0"]
)
def test_odd_characters_are_kept_or_dropped_but_never_an_error(platform: Platform, text: str) -> None:
    body = json.dumps(platform.message(message=text, user={"name": f"王{text}"})).encode()
    assert platform.push(body=body).status_code in (201, 202)
    assert Intake.objects.count() == 1
