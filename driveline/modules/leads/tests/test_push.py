"""A platform pushes leads (PG-L06): signed, mapped, decided once, faulty ones kept, everything logged."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.db import connection as database
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from driveline.core import clock
from driveline.core.models import Membership, Notification
from driveline.core.request_cache import forget_all
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.models import Intake
from driveline.engines.ownership.models import ArrivalRule
from driveline.modules.leads.api import inbound
from driveline.modules.leads.models import Lead, PlatformCall, PlatformConnection
from driveline.modules.leads.services.platforms.connections import (
    connection_edit,
    secret_rotate,
)
from driveline.modules.leads.services.platforms.signing import sign
from driveline.modules.leads.tests.conftest import Shop, fresh
from driveline.modules.leads.tests.pushing import Platform, counts, platform_of

# Statements of a new lead, on PostgreSQL and SQLite: begin and end, two look-ups, three keys, the rows and the log.
STATEMENTS = (9, 13)


@pytest.fixture
def platform(shop: Shop) -> Platform:
    return platform_of(shop)


def test_a_pushed_lead_waits_to_be_assigned(platform: Platform) -> None:
    answer = platform.push()
    row = Intake.objects.get()
    assert (answer.status_code, answer.json()) == (
        201,
        {"verdict": "new", "rule": "NEW", "done": "", "id": row.pk, "repeated": False},
    )
    lead = Pursuit.objects.select_related("party").get()
    assert (
        lead.party.name,
        lead.party.phone_key,
        lead.party.gender,
        lead.party.province,
        lead.party.city,
    ) == (
        "李先生",
        "13800000007",
        "male",
        "湖北省",
        "武汉市",
    )
    assert (lead.store, lead.phase, lead.entry_method) == (platform.row.store, "unassigned", "platform_sync")
    assert lead.source == platform.row.source
    assert (lead.created_by.login, row.actor.login, row.door) == ("system", "system", "platform_sync")
    assert (row.external_id, row.payload["name"], row.payload["message"]) == (
        "X1",
        "李先生",
        platform.message(),
    )
    assert Lead.objects.get().external_id == "X1"
    call = PlatformCall.objects.get()
    assert (call.outcome, call.status, call.messages, call.created, call.intake) == ("new", 201, 1, 1, row.pk)
    assert call.size == len(json.dumps(platform.message(), ensure_ascii=False).encode())
    assert (call.address, call.store) == ("127.0.0.1", platform.row.store)


def test_s10_the_same_message_three_times_is_one_lead_and_no_duplicate(platform: Platform) -> None:
    answers = [platform.push() for _ in range(3)]
    assert [a.status_code for a in answers] == [201, 200, 200]
    assert [a.json()["repeated"] for a in answers] == [False, True, True]
    assert len({a.json()["id"] for a in answers}) == 1
    assert counts() == (1, 1)
    assert not Intake.objects.filter(verdict="duplicate").exists()
    assert Pursuit.objects.get().dup_count == 0
    assert list(PlatformCall.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "new",
        "repeated",
        "repeated",
    ]


def test_s09_a_push_does_not_wash_an_overdue_follow_up_white(platform: Platform) -> None:
    shop = platform.shop
    with shop.day("2019-03-10"):
        lead = shop.lead(phone="13800000007")
        shop.assign(lead, shop.world.gujia)
    with shop.day("2019-03-15"):
        answer = platform.push()
        assert shop.buckets(shop.world.gujia) == (0, 1, 0)
    assert (answer.status_code, answer.json()["verdict"], answer.json()["rule"], answer.json()["done"]) == (
        200,
        "duplicate",
        "DUP_LEAD_ACTIVE",
        "told",
    )
    assert Pursuit.objects.count() == 1
    assert fresh(lead).dup_count == 1


@pytest.mark.parametrize(
    ("state", "rule", "done"),
    [
        ("unassigned", "DUP_LEAD_UNASSIGNED", "pinned"),
        ("active", "DUP_LEAD_ACTIVE", "told"),
        ("lost", "DUP_LEAD_DEFEATED", "activated"),
    ],
)
def test_the_duplicate_table_holds_for_a_push(platform: Platform, state: str, rule: str, done: str) -> None:
    shop = platform.shop
    lead = shop.followed(contacts=2) if state == "lost" else shop.lead()
    if state == "active":
        shop.assign(lead, shop.world.gujia)
    if state == "lost":
        with shop.day("2019-03-07"):
            shop.lose(lead)
    answer = platform.push(platform.message(phone=lead.party.phone_key)).json()
    assert (answer["verdict"], answer["rule"], answer["done"]) == ("duplicate", rule, done)
    assert Pursuit.objects.count() == 1


def test_a_message_without_a_number_of_its_own_is_known_by_its_content(platform: Platform) -> None:
    message = platform.message()
    del message["clueId"]
    first, again = platform.push(message), platform.push(dict(reversed(message.items())))
    other = platform.push({**message, "message": "第二次留言"})
    assert [a.status_code for a in (first, again, other)] == [201, 200, 200]
    assert (again.json()["repeated"], other.json()["verdict"]) == (True, "duplicate")
    assert Intake.objects.order_by("pk")[0].external_id.startswith("sha256:")
    assert counts() == (1, 2)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"headers": {"X-Signature": "0" * 64}}, "signature"),
        ({"headers": {"X-Signature": None}}, "signature"),
        ({"headers": {"X-Timestamp": None}}, "signature"),
        ({"headers": {"X-Key": "pf_unknown"}}, "signature"),
        ({"secret": "wrong"}, "signature"),
        ({"at": "1500000000"}, "timestamp"),
        ({"at": "soon"}, "timestamp"),
        ({"at": str(int(time.time()) + 4000)}, "timestamp"),
    ],
)
def test_what_is_not_signed_now_by_the_platform_is_refused(
    platform: Platform, change: dict[str, Any], rule: str
) -> None:
    answer = platform.push(**change)
    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert (problem["status"], problem["rule"], problem["type"]) == (401, rule, "/api/docs#unsigned")
    assert counts() == (0, 0)


def test_an_unknown_key_is_answered_like_a_wrong_signature(platform: Platform) -> None:
    unknown = platform.push(headers={"X-Key": "pf_unknown"})
    wrong = platform.push(secret="wrong")
    assert unknown.content == wrong.content
    assert [c.note for c in PlatformCall.objects.all()] == ["signature"]


def test_milliseconds_and_the_name_of_the_digest_are_understood(platform: Platform) -> None:
    at = str(int(time.time() * 1000))
    body = json.dumps(platform.message()).encode()
    headers = {"X-Signature": f"sha256={sign(platform.secret, at, body).upper()}"}
    assert platform.push(body=body, at=at, headers=headers).status_code == 201


def test_the_clock_of_signatures_is_the_machines(platform: Platform) -> None:
    with clock.freeze("2019-03-05T10:00"):
        assert platform.push().status_code == 201


def test_the_source_may_stand_in_the_address_and_must_be_the_keys(platform: Platform) -> None:
    assert platform.push(url="/api/v1/inbound/leads/autohome").status_code == 201
    answer = platform.push(url="/api/v1/inbound/leads/yiche")
    assert (answer.status_code, answer.json()["rule"]) == (404, "source")


def test_the_key_in_the_address_is_enough(platform: Platform) -> None:
    assert platform.push(headers={"X-Key": None}).status_code == 201


def test_a_connection_that_is_off_takes_nothing(platform: Platform) -> None:
    connection_edit(platform.shop.actor(platform.shop.world.guanchou), platform.row.pk, {"active": False})
    forget_all()
    answer = platform.push()
    assert (answer.status_code, answer.json()["rule"]) == (403, "inactive")
    assert counts() == (0, 0)


def test_a_former_secret_is_good_until_it_ends(platform: Platform) -> None:
    actor = platform.shop.actor(platform.shop.world.guanchou)
    made = secret_rotate(actor, platform.row.pk, overlap_hours=1)
    forget_all()
    assert platform.push(platform.message("X1", "13800000001")).status_code == 201
    assert platform.push(platform.message("X2", "13800000002"), secret=made.secret).status_code == 201
    PlatformConnection.objects.update(former_until=clock.system_now())
    forget_all()
    assert platform.push(platform.message("X3", "13800000003")).status_code == 401
    secret_rotate(actor, platform.row.pk, overlap_hours=0)
    forget_all()
    assert platform.push(platform.message("X4", "13800000004"), secret=made.secret).status_code == 401


def test_the_secret_cannot_be_read_in_the_database(platform: Platform) -> None:
    row = PlatformConnection.objects.get()
    assert platform.secret not in "".join(map(str, vars(row).values()))


@pytest.mark.parametrize(
    ("options", "status", "rule"),
    [
        ({"body": b"{"}, 400, "json"),
        ({"body": b" "}, 400, "json"),
        ({"body": b'{"a": NaN}'}, 400, "json"),
        ({"body": b'{"a": ' + b"[" * 2000 + b"]" * 2000 + b"}"}, 400, "json"),
        ({"body": b'{"a": ' + b"1" * 5000 + b"}"}, 400, "json"),
        ({"body": "名".encode("gb18030")}, 400, "charset"),
        ({"body": b"[1]"}, 422, "object"),
        ({"body": b"null"}, 422, "object"),
        ({"body": b"{}", "content_type": "text/plain"}, 415, "content-type"),
        ({"body": b"{}", "content_type": "application/json; charset=latin-9"}, 415, "content-type"),
        ({"body": b'{"a": "' + b"x" * 66_000 + b'"}'}, 413, "size"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(
    platform: Platform, options: dict[str, Any], status: int, rule: str
) -> None:
    answer = platform.push(**options)
    assert (answer.status_code, answer["Content-Type"], answer.json()["rule"]) == (
        status,
        "application/problem+json",
        rule,
    )
    assert counts() == (0, 0)


def test_only_post_is_answered(platform: Platform) -> None:
    answer = platform.client.get(f"/api/v1/inbound/leads/{platform.row.key}")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_another_store_gets_nothing_and_tells_nothing(platform: Platform) -> None:
    world = platform.shop.world
    there = platform_of(platform.shop, store=world.b, by=world.guanchen)
    platform.push()
    answer = there.push()
    assert (answer.status_code, answer.json()["verdict"]) == (201, "new")
    assert [p.store for p in Pursuit.objects.order_by("pk")] == [world.a, world.b]
    assert there.push(headers={"X-Key": platform.row.key}).status_code == 401


def test_too_many_messages_are_told_to_wait(platform: Platform) -> None:
    connection_edit(platform.shop.actor(platform.shop.world.guanchou), platform.row.pk, {"per_minute": 2})
    forget_all()
    answers = [platform.push(platform.message(f"X{n}", f"1380000000{n}")) for n in range(3)]
    assert [a.status_code for a in answers] == [201, 201, 429]
    assert answers[2]["Retry-After"] == "30"
    assert counts() == (2, 2)


def test_refused_calls_have_a_limit_of_their_own_and_fill_no_log(platform: Platform) -> None:
    answers = [platform.push(secret="wrong").status_code for _ in range(inbound.REFUSED_PER_MINUTE + 5)]
    assert answers == [401] * inbound.REFUSED_PER_MINUTE + [429] * 5
    assert PlatformCall.objects.count() == inbound.REFUSED_PER_MINUTE
    assert platform.push().status_code == 201


def test_a_session_is_neither_needed_nor_used(platform: Platform) -> None:
    browser = platform.shop.world.client(platform.shop.world.guanchen)
    assert (
        browser.post(
            f"/api/v1/inbound/leads/{platform.row.key}", b"{}", content_type="application/json"
        ).status_code
        == 401
    )


def test_a_message_costs_few_statements(platform: Platform) -> None:
    platform.push(platform.message("X0", "13800000100"))
    with CaptureQueriesContext(database) as seen:
        assert platform.push(platform.message("X1", "13800000101")).status_code == 201
    assert len(seen) == STATEMENTS[database.vendor == "sqlite"], [q["sql"][:90] for q in seen]


def test_new_leads_go_in_turn_to_who_takes_work_and_what_changed_counts_within_seconds(
    platform: Platform,
) -> None:
    world = platform.shop.world
    ArrivalRule.objects.create(
        store=world.a,
        kind="lead",
        mode="rotation",
        people=[world.gujia.pk, world.guyi.pk],
        changed_at=clock.now(),
        changed_by=world.jingding,
    )
    for n in range(6):
        platform.push(platform.message(f"X{n}", f"1380000000{n}"))
    owners = Pursuit.objects.order_by("pk").values_list("owner__login", flat=True)
    assert list(owners) == ["gujia", "guyi"] * 3
    assert Notification.objects.filter(kind="assigned").count() == 6
    Membership.objects.filter(user=world.gujia).update(accepts_work=False)
    forget_all()
    platform.push(platform.message("X7", "13800000007"))
    assert Pursuit.objects.latest("pk").owner == world.guyi


def test_what_a_proxy_says_of_the_caller_is_kept_only_when_it_is_an_address(platform: Platform) -> None:
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        for n, said in enumerate(("203.0.113.9, 198.51.100.7", "unknown", "fe80::1%eth0")):
            platform.push(platform.message(f"X{n}", f"1380000000{n}"), headers={"X-Forwarded-For": said})
    found = PlatformCall.objects.order_by("pk").values_list("address", flat=True)
    assert list(found) == ["198.51.100.7", None, "fe80::1"]
