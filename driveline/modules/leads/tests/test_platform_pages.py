"""平台接入 in the browser: a connection is made, its messages are mapped and tried, its secret shown once."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest

from driveline.core import clock
from driveline.core.models import AuditEntry, Party
from driveline.core.nightly import run_again
from driveline.core.request_cache import forget_all
from driveline.engines.intake.models import Intake
from driveline.modules.leads.models import PlatformCall, PlatformConnection, PlatformPoll
from driveline.modules.leads.services.platforms.mapping import external_id, guess, parse_values, texts
from driveline.modules.leads.services.platforms.paths import read
from driveline.modules.leads.tests.conftest import Shop
from driveline.modules.leads.tests.pushing import Platform, platform_of
from tests.factories import a_connection

SAMPLE = {
    "id": 77,
    "data": {"user": {"user_name": "王先生", "mobile": 13800000007.0, "sex": 1}, "seriesName": "迈腾"},
    "leaveMessage": "想了解首付",
    "createTime": "2026-11-20 10:00:00",
}


def form(**more: Any) -> dict[str, Any]:
    limits = {"window": 300, "per_minute": 12000, "relay_hours": 72}
    return {"name": "懂车帝", "active": "on", **limits, **more}


def test_a_new_connection_shows_its_secret_once(shop: Shop) -> None:
    browser = shop.world.client(shop.world.guanchou)
    answer = browser.post("/platforms/new/", form(source=shop.source.id))
    row = PlatformConnection.objects.get()
    page = answer.content.decode()
    [secret] = re.findall(r"data-one-time>([^<]+)<", page)
    assert (answer.status_code, answer["Cache-Control"], row.store, row.source_id) == (
        200,
        "no-store",
        shop.world.a,
        shop.source.id,
    )
    assert (f"/api/v1/inbound/leads/{row.key}" in page, row.key in page) == (True, True)
    for url in (
        "/platforms/",
        f"/platforms/{row.pk}/",
        f"/platforms/{row.pk}/edit/",
        f"/platforms/{row.pk}/secret/",
    ):
        again = browser.get(url)
        assert (again.status_code, secret in again.content.decode()) == (200, False)
    assert secret not in json.dumps([e.detail for e in AuditEntry.objects.all()])
    platform = Platform(shop, row, secret)
    faulty = platform.push()
    assert (faulty.status_code, faulty.json()["verdict"]) == (202, "failed")  # nobody has said how to read it


def test_a_second_connection_of_the_name_and_odd_limits_are_refused(shop: Shop) -> None:
    browser = shop.world.client(shop.world.guanchou)
    browser.post("/platforms/new/", form(source=shop.source.id))
    assert browser.post("/platforms/new/", form(source=shop.source.id)).status_code == 422
    assert browser.post("/platforms/new/", form(name="b", source=shop.source.id, window=5)).status_code == 422
    assert browser.post("/platforms/new/", form(name="b", source=999999)).status_code == 422
    odd = form(name="b", source=shop.source.id, relay_prefixes="950x")
    assert browser.post("/platforms/new/", odd).status_code == 422
    assert PlatformConnection.objects.count() == 1


@pytest.mark.parametrize("tail", ["edit", "mapping", "secret", "polling"])
def test_another_stores_connection_does_not_exist_and_readers_change_nothing(shop: Shop, tail: str) -> None:
    world = shop.world
    mine, theirs = a_connection(world, world.a), a_connection(world, world.b)
    admin, reader = world.client(world.guanchou), world.client(world.jingding)
    assert admin.get(f"/platforms/{mine.pk}/{tail}/").status_code == 200
    assert admin.get(f"/platforms/{theirs.pk}/{tail}/").status_code == 404
    assert admin.post(f"/platforms/{theirs.pk}/{tail}/", form(then="save")).status_code == 404
    assert reader.get(f"/platforms/{mine.pk}/").status_code == 200
    before = PlatformConnection.objects.values().get(pk=mine.pk)
    assert reader.get(f"/platforms/{mine.pk}/{tail}/").status_code == 403
    assert reader.post(f"/platforms/{mine.pk}/{tail}/", form(then="save")).status_code == 403
    assert PlatformConnection.objects.values().get(pk=mine.pk) == before


def test_a_sample_is_guessed_tried_and_kept_without_making_a_lead(shop: Shop) -> None:
    row = a_connection(shop.world, shop.world.a)
    browser = shop.world.client(shop.world.guanchou)
    url = f"/platforms/{row.pk}/mapping/"
    sample = json.dumps(SAMPLE, ensure_ascii=False)
    page = browser.post(url, {"sample": sample, "then": "guess", "name_default": "网友"}).content.decode()
    cells = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    assert (cells["name_path"], cells["phone_path"], cells["external_id_path"], cells["name_default"]) == (
        "data.user.user_name",
        "data.user.mobile",
        "id",
        "网友",
    )
    given = {name: value for name, value in cells.items() if name.endswith(("_path", "_default", "_values"))}
    given |= {"sample": sample, "gender_values": "1=male; 2=female"}
    tried = browser.post(url, given | {"then": "try"})
    assert (tried.status_code, "138 0000 0007" in tried.content.decode()) == (200, True)
    row.refresh_from_db()
    assert row.mapping["phone"] == {"path": "phone"}  # nothing was saved
    assert browser.post(url, given | {"then": "save"}).status_code == 204
    row.refresh_from_db()
    assert (row.mapping["phone"], row.mapping["gender"]) == (
        {"path": "data.user.mobile"},
        {"path": "data.user.sex", "values": {"1": "male", "2": "female"}},
    )
    assert (Intake.objects.count(), Party.objects.count()) == (0, 0)


def test_a_sample_that_would_be_faulty_says_why(shop: Shop) -> None:
    row = a_connection(shop.world, shop.world.a)
    browser = shop.world.client(shop.world.guanchou)
    given = {
        "name_path": "name",
        "phone_path": "phone",
        "sample": '{"name": "王", "phone": "1380"}',
        "then": "try",
    }
    page = browser.post(f"/platforms/{row.pk}/mapping/", given)
    assert (page.status_code, "al-warn" in page.content.decode()) == (200, True)
    broken = browser.post(f"/platforms/{row.pk}/mapping/", {**given, "sample": "{"})
    assert broken.status_code == 422
    missing = browser.post(f"/platforms/{row.pk}/mapping/", {"name_path": "name", "then": "save"})
    assert (missing.status_code, PlatformConnection.objects.get().mapping["phone"]) == (
        422,
        {"path": "phone"},
    )


def test_the_list_and_the_calls_say_what_came_today(shop: Shop) -> None:
    platform = platform_of(shop)
    platform.push()
    platform.push()
    platform.push(platform.message("X2", "1380"))
    platform.push(secret="wrong")
    browser = shop.world.client(shop.world.jingding)
    page = browser.get("/platforms/").content.decode()
    assert re.search(r"汽车之家</a>.*?>3<.*?>1<.*?>0<.*?>1<", page, re.S)
    calls = browser.get("/platform-calls/?outcome=refused").content.decode()
    assert ("signature" in calls, "127.0.0.1" in calls) == (True, True)
    everything = browser.get("/platform-calls/").content.decode()
    assert ("13800000007" in everything, platform.secret in everything) == (False, False)
    assert PlatformCall.objects.count() == 4


def test_calls_are_forgotten_after_ninety_days(shop: Shop) -> None:
    platform = platform_of(shop)
    for day in ("2018-12-31", "2019-01-01", "2019-04-01"):
        with shop.day(day):
            forget_all()
            platform.push()
    with shop.day("2019-04-01", "23:00"):
        run_again(dt.date(2019, 4, 1))
    days = [clock.local(call.at).date().isoformat() for call in PlatformCall.objects.order_by("at")]
    assert days == ["2019-01-01", "2019-04-01"]


def test_polling_is_set_up_in_the_drawer_and_its_header_never_shown(shop: Shop) -> None:
    row = a_connection(shop.world, shop.world.a)
    browser = shop.world.client(shop.world.guanchou)
    given = {
        "active": "on",
        "minutes": 5,
        "url": "https://platform.example/leads",
        "header_name": "Authorization",
        "header_value": "Bearer open-sesame",
    }
    assert browser.post(f"/platforms/{row.pk}/polling/", given).status_code == 204
    poll = PlatformPoll.objects.get()
    assert (poll.active, poll.minutes, poll.url) == (True, 5, "https://platform.example/leads")
    for url in (f"/platforms/{row.pk}/polling/", f"/platforms/{row.pk}/", "/platforms/"):
        assert "sesame" not in browser.get(url).content.decode()
    wrong = browser.post(f"/platforms/{row.pk}/polling/", {**given, "url": "file:///etc/passwd"})
    assert (wrong.status_code, PlatformPoll.objects.get().url) == (422, "https://platform.example/leads")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a.b", "1"),
        ("a.x | c[1].d", "zwei"),
        ("missing | none", ""),
        ("a.b + c[0].d", "1；eins"),
        ("e.f", "oben"),
        ("c", ""),
        ("list", "x，y"),
        ("big", "13800000007"),
        ("yes", "true"),
        ("a.b.c.d", ""),
        ("c[9].d", ""),
        ("c.1.d", "zwei"),
        ("", ""),
        ("a[[[.]", ""),
    ],
)
def test_places_in_a_message(expression: str, value: str) -> None:
    message = {
        "a": {"b": 1},
        "c": [{"d": "eins"}, {"d": "zwei"}],
        "e.f": "oben",
        "list": ["x", "y"],
        "big": 1.3800000007e10,
        "yes": True,
        "none": None,
    }
    assert read(message, expression) == value


def test_a_mapping_fills_defaults_and_translates_values() -> None:
    rules = {
        "name": {"path": "n", "default": "网友"},
        "gender": {"path": "g", "values": {"1": "male", "*": "unknown"}},
    }
    assert texts(rules, {"g": 1}) == {"name": "网友", "gender": "male"}
    assert texts(rules, {"n": "王", "g": 9}) == {"name": "王", "gender": "unknown"}
    assert parse_values("1=male; 2 = female；x\n3=") == {"1": "male", "2": "female", "3": ""}


@pytest.mark.parametrize(
    ("sample", "phone", "name"),
    [
        (SAMPLE, "data.user.mobile", "data.user.user_name"),
        ({"姓名": "王", "手机号码": "13800000007"}, "手机号码", "姓名"),
        (
            {"lead": {"contactName": "王", "contact_phone": "+86 13800000007"}},
            "lead.contact_phone",
            "lead.contactName",
        ),
        ({"a": "王", "b": "13800000007"}, "b", None),
        (
            {"items": [{"customer": {"name": "王", "tel": "138"}}], "mobile": "13800000007"},
            "mobile",
            "items[0].customer.name",
        ),
        ({"phone": "no", "mobile": 13800000007}, "mobile", None),
        ({}, None, None),
    ],
)
def test_fields_are_guessed_by_name_and_look(
    sample: dict[str, Any], phone: str | None, name: str | None
) -> None:
    guessed = guess(sample)
    assert (guessed.get("phone", {}).get("path"), guessed.get("name", {}).get("path")) == (phone, name)
    paths = [rule["path"] for rule in guessed.values()]
    assert len(paths) == len(set(paths))


def test_a_number_that_is_too_long_or_missing_is_replaced_by_a_digest() -> None:
    assert external_id("X1", {}) == "X1"
    assert external_id("x" * 81, {}) == external_id("x" * 81, {"other": 1})
    assert external_id("", {"a": 1, "b": 2}) == external_id("", {"b": 2, "a": 1}) != external_id("", {"a": 1})
    assert len(external_id("", {})) == 71
