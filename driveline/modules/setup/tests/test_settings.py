"""参数设置 through the browser's own requests: dated values, inheritance, history, limits (R-S-01…03)."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db.models import JSONNull
from django.test import Client

from driveline.core import clock
from driveline.core.models import AuditEntry, SettingValue
from driveline.core.store_settings import OpeningSettings
from driveline.kit.settings import sections
from driveline.modules.leads.store_settings import LeadSettings
from tests.world import World

TODAY = dt.date(2026, 11, 22)
PATH = "/settings/lead/"


@pytest.fixture(autouse=True)
def _today() -> None:
    with clock.freeze("2026-11-22T09:00"):
        yield


@pytest.fixture
def admin(world: World) -> Client:
    """管丑, administrator of store A."""
    return world.client(world.guanchou)


def full(unit: int, **changed) -> dict:
    """What the browser sends: every field as it stands, with the changes."""
    now = LeadSettings.of(unit)
    data = {name: getattr(now, name) for name in LeadSettings.fields}
    data = {name: value for name, value in data.items() if value is not False}
    data = {name: f"{v:%H:%M}" if isinstance(v, dt.time) else v for name, v in data.items()}
    data["valid_from"] = TODAY.isoformat()
    return {name: value for name, value in (data | changed).items() if value is not None}


def test_a_value_is_saved_and_holds_from_today(world, admin) -> None:
    answer = admin.post(PATH, full(world.a.pk, interval_a=5))
    assert answer.status_code == 204
    said = json.loads(answer["HX-Trigger"])
    assert "3" in said["toast"]["text"]
    assert "5" in said["toast"]["text"]
    assert LeadSettings.of(world.a.pk).interval_a == 5
    assert LeadSettings.of(world.b.pk).interval_a == 3
    assert SettingValue.objects.count() == 1  # what was left alone stays inherited
    entry = AuditEntry.objects.get(action="settings.change")
    assert entry.detail["changes"] == {"sales.grade_interval.A": {"old": 3, "new": 5}}


def test_a_later_day_holds_from_then_on_and_is_announced(world, admin) -> None:
    assert admin.post(PATH, full(world.a.pk, interval_a=5, valid_from="2026-12-01")).status_code == 204
    assert LeadSettings.of(world.a.pk).interval_a == 3
    assert LeadSettings.of(world.a.pk, dt.date(2026, 12, 1)).interval_a == 5
    assert "12-01 起：5 天" in admin.get(PATH).text
    with clock.freeze("2026-12-01T09:00"):
        assert LeadSettings.of(world.a.pk).interval_a == 5


def test_what_is_set_for_later_can_be_taken_back(world, admin) -> None:
    admin.post(PATH, full(world.a.pk, interval_a=5, valid_from="2026-12-01"))
    url = f"{PATH}reset/interval_a/?from=2026-12-01"
    assert url in admin.get(PATH).text
    assert admin.post(f"{PATH}reset/interval_a/?from=2026-12-01").status_code == 204
    assert LeadSettings.of(world.a.pk, dt.date(2026, 12, 1)).interval_a == 3
    assert url not in admin.get(PATH).text
    assert admin.post(f"{PATH}reset/interval_a/?from=2026-11-01").status_code == 409
    assert admin.post(f"{PATH}reset/interval_a/?from=2026-13-01").status_code == 404


def back(client, query: str = "") -> str:
    """What the page says when the setting is handed back."""
    return json.loads(client.post(f"{PATH}reset/interval_a/{query}")["HX-Trigger"])["toast"]["text"]


def test_what_was_taken_back_and_what_holds_again_is_said(world, admin) -> None:
    admin.post(PATH, full(world.a.pk, interval_a=5))
    assert back(admin) == "已撤回 A 级 5 天，恢复为 3 天（默认）"
    world.client(world.jiguan).post(PATH, full(world.group.pk, interval_a=4))
    admin.post(PATH, full(world.a.pk, interval_a=6))
    assert back(admin) == "已撤回 A 级 6 天，恢复为 4 天（集团）"
    admin.post(PATH, full(world.a.pk, interval_a=9, valid_from="2026-12-01"))
    assert back(admin, "?from=2026-12-01") == "已撤回 A 级 9 天，12-01 起为 4 天（集团）"
    assert back(admin) == "没有改动，未保存"


def test_the_groups_own_page_speaks_of_the_group_and_the_default(world) -> None:
    group = world.client(world.jiguan)
    group.post(PATH, full(world.group.pk, interval_a=4))
    group.post(PATH, full(world.group.pk, interval_a=9, valid_from="2026-12-01"))
    assert back(group, "?from=2026-12-01") == "已撤回 A 级 9 天，12-01 起为 4 天（集团）"
    SettingValue.objects.create(
        unit=world.group,
        key=LeadSettings.fields["interval_a"].key,
        value=JSONNull(),
        valid_from="2026-12-01",
        set_at=clock.now(),
        set_by=world.jiguan,
    )
    page = group.get(PATH).text
    assert "12-01 起：默认" in page
    assert "随集团" not in page
    assert back(group, "?from=2026-12-01") == "已撤回 A 级 默认，12-01 起为 4 天（集团）"


def test_what_the_store_has_goes_on_when_a_coming_value_is_taken_back(world, admin) -> None:
    admin.post(PATH, full(world.a.pk, interval_a=6))
    admin.post(PATH, full(world.a.pk, interval_a=9, valid_from="2026-12-01"))
    assert "12-01 起：9 天" in admin.get(PATH).text
    assert back(admin, "?from=2026-12-01") == "已撤回 A 级 9 天，12-01 起为 6 天（本店）"
    assert LeadSettings.of(world.a.pk, dt.date(2026, 12, 1)).interval_a == 6
    assert "12-01 起：" not in admin.get(PATH).text
    assert back(admin, "?from=2026-12-01") == "没有改动，未保存"


def test_what_is_changed_after_a_withdrawal_holds_on_the_planned_day(world, admin) -> None:
    admin.post(PATH, full(world.a.pk, interval_a=9, valid_from="2026-12-01"))
    assert back(admin, "?from=2026-12-01") == "已撤回 A 级 9 天，12-01 起为 3 天（默认）"
    assert "起：" not in admin.get(PATH).text
    with clock.freeze("2026-11-22T12:00"):
        admin.post(PATH, full(world.a.pk, interval_a=6))
    assert LeadSettings.of(world.a.pk, dt.date(2026, 12, 1)).interval_a == 6
    page = admin.get(PATH).text
    history = page[page.rindex("<tbody>") :]
    assert history.index("<td>6 天</td>") < history.index("<td>已撤回：随集团</td>")
    assert history.index("<td>已撤回：随集团</td>") < history.index("<td>9 天</td>")


def test_what_would_not_fit_is_not_handed_back(world, admin) -> None:
    fits = {"auto_defeat_enabled": "on", "auto_defeat_m": 40, "defeat_n": 30}
    assert admin.post(PATH, full(world.a.pk, **fits)).status_code == 204
    answer = admin.post(f"{PATH}reset/auto_defeat_m/")
    assert (answer.status_code, LeadSettings.of(world.a.pk).auto_defeat_m) == (409, 40)
    assert "未撤回：M 必须大于 N" in answer.text


def test_a_past_day_is_refused_beside_the_date(world, admin) -> None:
    answer = admin.post(PATH, full(world.a.pk, interval_a=5, valid_from="2026-11-21"))
    assert answer.status_code == 422
    assert 'id="id_valid_from_error"' in answer.text
    assert SettingValue.objects.count() == 0


def test_limits_and_what_does_not_fit_together_are_refused(world, admin) -> None:
    for wrong in ({"interval_a": 0}, {"interval_a": 366}, {"grade_edit_n": 100}, {"first_due": "never"}):
        assert admin.post(PATH, full(world.a.pk, **wrong)).status_code == 422
    m_not_over_n = {"auto_defeat_enabled": "on", "auto_defeat_m": 5, "defeat_n": 5}
    answer = admin.post(PATH, full(world.a.pk, **m_not_over_n))
    assert answer.status_code == 422
    assert "_error" in answer.text
    assert SettingValue.objects.count() == 0


def test_a_store_inherits_from_the_group_until_it_has_its_own(world, admin) -> None:
    group = world.client(world.jiguan)
    assert group.post(PATH, full(world.group.pk, interval_a=4)).status_code == 204
    assert LeadSettings.of(world.a.pk).interval_a == 4
    assert LeadSettings.of(world.b.pk).interval_a == 4
    assert admin.post(PATH, full(world.a.pk, interval_a=6)).status_code == 204
    assert LeadSettings.of(world.a.pk).interval_a == 6
    assert f"{PATH}reset/interval_a/" in admin.get(PATH).text
    assert f"{PATH}reset/interval_b/" not in admin.get(PATH).text
    assert admin.post(f"{PATH}reset/interval_a/").status_code == 204
    assert LeadSettings.of(world.a.pk).interval_a == 4
    assert group.post(f"{PATH}reset/interval_a/").status_code == 204
    assert LeadSettings.of(world.a.pk).interval_a == 3


def test_the_history_says_who_when_old_new_and_from_which_day(world, admin) -> None:
    admin.post(PATH, full(world.a.pk, interval_a=5))
    world.client(world.xiaozong).post(PATH, full(world.a.pk, interval_a=6, valid_from="2026-12-01"))
    page = admin.get(PATH).text
    history = page[page.rindex("<tbody>") :]
    assert history.index("销总") < history.index("管丑")
    assert "12-01" in history
    assert "11-22" in history
    assert "管丑" not in world.client(world.guanchen).get(PATH).text  # another store's history


def test_whoever_only_looks_sees_and_cannot_save(world) -> None:
    browser = world.client(world.jingding)
    page = browser.get(PATH).text
    assert 'type="submit" class="btn btn-primary"' not in page[page.index('id="list"') :]
    assert "disabled" in page
    assert browser.post(PATH, full(world.a.pk, interval_a=5)).status_code == 403
    assert browser.post(f"{PATH}reset/interval_a/").status_code == 403
    assert world.client(world.gujia).get(PATH).status_code == 403
    assert SettingValue.objects.count() == 0


def test_a_form_of_another_store_is_refused(world, admin) -> None:
    answer = admin.post(PATH, full(world.a.pk, interval_a=5) | {"store": world.b.pk})
    assert answer.status_code == 409
    assert SettingValue.objects.count() == 0


def test_every_section_has_its_page(world, admin, django_assert_max_num_queries) -> None:
    for section in sections():
        with django_assert_max_num_queries(12):
            assert admin.get(f"/settings/{section.section}/").status_code == 200
    assert admin.get("/settings/no_such/").status_code == 404
    assert admin.post("/settings/lead/reset/no_such/").status_code == 404


def test_opening_hours_per_weekday_and_closed_dates(world, admin) -> None:
    week = {f"opening_hours_{n}": ("09:00" if n % 2 == 0 else "17:00") for n in range(12)}
    data = week | {"closed_dates": "2027-02-06\n2027-02-07", "valid_from": TODAY.isoformat()}
    assert admin.post("/settings/store/", data).status_code == 204
    now = OpeningSettings.of(world.a.pk)
    assert now.opening_hours["0"] == ["09:00", "17:00"]
    assert now.opening_hours["6"] is None
    assert now.closed_dates == ["2027-02-06", "2027-02-07"]
    half = data | {"opening_hours_1": ""}
    assert admin.post("/settings/store/", half).status_code == 422
    assert admin.post("/settings/store/", data | {"closed_dates": "tomorrow"}).status_code == 422


def test_public_holidays_join_the_closed_dates(world, admin) -> None:
    admin.post("/settings/store/holidays/", {"year": "2026"}, headers={"X-Drawer": "1"})
    before = OpeningSettings.of(world.a.pk).closed_dates
    assert all(day >= TODAY.isoformat() for day in before)
    with clock.freeze("2026-01-01T09:00"):
        answer = admin.post("/settings/store/holidays/", {"year": "2026"}, headers={"X-Drawer": "1"})
        assert answer.status_code == 204
        days = OpeningSettings.of(world.a.pk).closed_dates
    assert "2026-10-01" in days
    assert len(days) == len(set(days))
    assert (
        admin.post("/settings/store/holidays/", {"year": "1999"}, headers={"X-Drawer": "1"}).status_code
        == 422
    )
    looks = world.client(world.jingding)
    assert (
        looks.post("/settings/store/holidays/", {"year": "2026"}, headers={"X-Drawer": "1"}).status_code
        == 403
    )
