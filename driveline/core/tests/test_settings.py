"""Settings are dated, inherited, validated and audited (DESIGN §3a Settings, R-S-01…03)."""

import datetime as dt

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from driveline.core import clock
from driveline.core.forms_settings import SettingsForm
from driveline.core.models import AuditEntry, SettingValue
from driveline.core.services.setting_history import history
from driveline.core.services.settings import (
    may_change,
    setting_change,
    setting_rehearse,
    setting_reset,
    setting_withdraw,
    shown,
)
from driveline.core.setting_store import store
from driveline.core.store_settings import EVERY_DAY, OpeningSettings
from driveline.kit import settings as kit_settings
from driveline.kit.errors import Forbidden, Invalid
from driveline.kit.settings import StoreSettings, setting

NOW = "2026-11-22T09:00"
TODAY = dt.date(2026, 11, 22)
LATER = dt.date(2026, 12, 1)


class Trial(StoreSettings, section="trial", label="Trial"):
    """Every type of value."""

    days: int = setting(default=3, label="Days", min_value=1, max_value=365)
    least: int = setting(default=0, label="Least", min_value=0)
    most: int = setting(default=5, label="Most", max_value=9)
    on: bool = setting(default=False, label="On", group="Switches")
    mode: str = setting(default="a", label="Mode", choices=(("a", "A"), ("b", "B")))
    time: dt.time = setting(default=dt.time(9), label="At")
    words: list[str] = setting(default=[], label="Words")
    week: dict[str, list[str]] = setting(default=EVERY_DAY, label="Week")

    def problems(self) -> dict[str, str]:
        return {"least": "Least is more than days."} if self.least > self.days else {}


del kit_settings._sections["trial"]  # known to this file only


@pytest.fixture(autouse=True)
def _today():
    with clock.freeze(NOW):
        yield


@pytest.fixture
def admin(world):
    return world.actor(world.guanchou)


@pytest.fixture
def group_admin(world):
    return world.actor(world.jiguan)


def test_store_before_group_before_default(world, admin, group_admin, django_assert_num_queries) -> None:
    assert Trial.of(world.a.pk).days == 3
    setting_change(group_admin, Trial, {"days": 7, "mode": "b"}, unit="group")
    setting_change(admin, Trial, {"days": 9})
    with django_assert_num_queries(1):
        found = Trial.of(world.a.pk)
    assert (found.days, found.mode) == (9, "b")
    assert (Trial.of(world.b.pk).days, Trial.of(world.group.pk).days) == (7, 7)


def test_a_value_holds_from_its_day(world, admin) -> None:
    later = TODAY + dt.timedelta(days=3)
    setting_change(admin, Trial, {"days": 9}, valid_from=later)
    setting_change(admin, Trial, {"days": 5})
    setting_change(admin, Trial, {"days": 6})  # of one day the last one counts
    days = [Trial.of(world.a.pk, TODAY + dt.timedelta(days=n)).days for n in range(-1, 4)]
    assert days == [3, 6, 6, 6, 9]
    assert shown(Trial, world.a.pk)["days"].upcoming == [(later, 9)]


def test_the_past_is_not_changed(admin) -> None:
    with pytest.raises(Invalid) as refused:
        setting_change(admin, Trial, {"days": 9}, valid_from=TODAY - dt.timedelta(days=1))
    assert list(refused.value.errors) == ["valid_from"]


def test_only_what_differs_is_stored_and_audited(world, admin) -> None:
    changes = setting_change(admin, Trial, {"days": 3, "on": True, "time": "10:15", "words": ["x", " ", "x"]})
    assert [(c.field.name, c.old, c.new) for c in changes] == [
        ("on", False, True),
        ("time", "09:00", "10:15"),
        ("words", [], ["x"]),
    ]
    assert sorted(SettingValue.objects.values_list("key", "value")) == [
        ("trial.on", True),
        ("trial.time", "10:15"),
        ("trial.words", ["x"]),
    ]
    entry = AuditEntry.objects.get(action="settings.change")
    assert (entry.user_id, entry.store_id, entry.object_id) == (world.guanchou.pk, world.a.pk, world.a.pk)
    assert entry.detail == {
        "section": "trial",
        "valid_from": "2026-11-22",
        "changes": {
            "trial.on": {"old": False, "new": True},
            "trial.time": {"old": "09:00", "new": "10:15"},
            "trial.words": {"old": [], "new": ["x"]},
        },
    }
    assert Trial.of(world.a.pk).time == dt.time(10, 15)
    assert setting_change(admin, Trial, {"on": True}) == []
    assert AuditEntry.objects.filter(action="settings.change").count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("days", 0),
        ("days", 366),
        ("days", "x"),
        ("days", True),
        ("least", -1),
        ("most", 10),
        ("on", "yes"),
        ("mode", "c"),
        ("time", "25:00"),
        ("words", "x"),
        ("week", {"0": ["18:00", "08:30"]}),
        ("week", {}),
        ("week", {"9": None}),
        ("nothing", 1),
        ("least", 4),  # does not fit the days in force
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(admin, name, value) -> None:
    with pytest.raises(Invalid) as refused:
        setting_change(admin, Trial, {"on": True, name: value})
    assert list(refused.value.errors) == [name]
    assert all(refused.value.errors[name])
    assert SettingValue.objects.count() == 0


def test_values_that_fit_together_are_taken_together(world, admin) -> None:
    setting_change(admin, Trial, {"days": 9, "least": 4})
    assert Trial.of(world.a.pk).least == 4
    with pytest.raises(Invalid):
        setting_change(admin, Trial, {"days": 3})


def test_who_may_change_what(world, admin, group_admin) -> None:
    allowed = {
        user.login: (
            may_change(world.actor(user), OpeningSettings),
            may_change(world.actor(user), OpeningSettings, "group"),
        )
        for user in (world.gujia, world.jingding, world.xiaozong, world.guanchou, world.jizi, world.jiguan)
    }
    assert allowed == {
        "gujia": (False, False),
        "jingding": (False, False),
        "xiaozong": (True, False),
        "guanchou": (True, False),
        "jizi": (False, False),
        "jiguan": (True, True),
    }
    with pytest.raises(Forbidden):
        setting_change(world.actor(world.jingding), Trial, {"days": 9})
    with pytest.raises(Forbidden):
        setting_change(admin, Trial, {"days": 9}, unit="group")
    assert SettingValue.objects.count() == 0


def test_handing_back_to_the_group_and_to_the_default(world, admin, group_admin) -> None:
    setting_change(group_admin, Trial, {"days": 7})
    setting_change(admin, Trial, {"days": 9})
    changes = setting_reset(admin, Trial, ["days", "on"])
    assert [(c.field.name, c.old, c.new) for c in changes] == [("days", 9, None)]
    assert Trial.of(world.a.pk).days == 7
    setting_reset(group_admin, Trial, ["days"], unit="group")
    assert Trial.of(world.a.pk).days == 3
    assert setting_reset(admin, Trial, ["days"]) == []


def test_where_a_value_comes_from(world, admin, group_admin, django_assert_num_queries) -> None:
    setting_change(group_admin, Trial, {"days": 7, "on": True})
    setting_change(admin, Trial, {"days": 9})
    with django_assert_num_queries(1):
        found = shown(Trial, world.a.pk)
    assert [(found[n].value, found[n].origin, found[n].group_value) for n in ("days", "on", "mode")] == [
        (9, "store", 7),
        (True, "group", True),
        ("a", "default", None),
    ]


def test_the_history_names_who_when_and_what_before(world, admin) -> None:
    setting_change(admin, Trial, {"days": 9})
    with clock.freeze("2026-11-23T10:00"):
        setting_change(admin, Trial, {"days": 5}, valid_from=dt.date(2026, 12, 1))
        setting_reset(admin, Trial, ["days"])
    rows = [(r.value, r.before, r.valid_from, r.set_at, r.set_by) for r in history(Trial, world.a.pk)]
    second = clock.parse("2026-11-23T10:00")
    assert rows == [
        (None, 9, dt.date(2026, 11, 23), second, "管丑"),
        (5, 9, dt.date(2026, 12, 1), second, "管丑"),
        (9, None, TODAY, clock.parse(NOW), "管丑"),
    ]


def test_what_is_set_after_a_withdrawal_goes_on_on_the_planned_day(world, admin, group_admin) -> None:
    setting_change(admin, Trial, {"days": 9})
    setting_change(admin, Trial, {"days": 5, "on": True}, valid_from=LATER)
    for name, old in (("days", 5), ("on", True)):
        changes = setting_withdraw(admin, Trial, name, LATER)
        assert [(c.field.name, c.old) for c in changes] == [(name, old)]
        assert setting_withdraw(admin, Trial, name, LATER) == []
    found = shown(Trial, world.a.pk)
    assert (found["days"].upcoming, found["on"].upcoming) == ([], [])
    setting_change(admin, Trial, {"days": 8})  # its own value
    setting_change(group_admin, Trial, {"on": True}, valid_from=LATER, unit="group")  # an inherited one
    with clock.freeze(f"{LATER}T09:00"):
        assert (Trial.of(world.a.pk).days, Trial.of(world.a.pk).on) == (8, True)
        found = shown(Trial, world.a.pk)
        assert (found["days"].value, found["days"].origin) == (8, "store")
        assert (found["on"].value, found["on"].origin) == (True, "group")
        setting_reset(admin, Trial, ["days"])
        assert AuditEntry.objects.latest("id").detail["changes"] == {"trial.days": {"old": 8, "new": None}}


def test_only_a_coming_day_is_taken_back(world, admin) -> None:
    setting_change(admin, Trial, {"days": 9})
    with clock.freeze("2026-11-23T10:00"):
        setting_change(admin, Trial, {"days": 8})
        for day in (TODAY, clock.today()):
            with pytest.raises(Invalid) as refused:
                setting_withdraw(admin, Trial, "days", day)
            assert refused.value.errors == {"valid_from": ["已经生效；只能撤回今天以后才生效的值"]}
        assert Trial.of(world.a.pk).days == 8
    assert not SettingValue.objects.exclude(withdrawn_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_back_stays_so_when_the_version_is_taken_back(world, admin) -> None:
    setting_change(admin, Trial, {"days": 9})
    setting_change(admin, Trial, {"days": 5}, valid_from=LATER)
    setting_withdraw(admin, Trial, "days", LATER)
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        MigrationExecutor(connection).migrate([("core", "0005_lean_party")])
    finally:
        MigrationExecutor(connection).migrate(latest)
    assert Trial.of(world.a.pk, LATER).days == 9


def test_a_day_that_was_planned_twice_is_taken_back_once(world, admin) -> None:
    setting_change(admin, Trial, {"days": 5}, valid_from=LATER)
    setting_change(admin, Trial, {"days": 6}, valid_from=LATER)
    setting_withdraw(admin, Trial, "days", LATER)
    assert Trial.of(world.a.pk, LATER).days == 3
    setting_change(admin, Trial, {"days": 4}, valid_from=LATER)  # planned again, it counts again
    assert Trial.of(world.a.pk, LATER).days == 4


def test_the_history_tells_plan_and_withdrawal(world, admin, group_admin) -> None:
    setting_change(admin, Trial, {"days": 9})
    with clock.freeze("2026-11-23T10:00"):
        setting_change(admin, Trial, {"days": 5}, valid_from=LATER)
        setting_change(admin, Trial, {"days": 6}, valid_from=LATER)
    with clock.freeze("2026-11-24T10:00"):
        setting_withdraw(admin, Trial, "days", LATER)
    with clock.freeze("2026-11-25T10:00"):
        setting_change(admin, Trial, {"days": 8})
    told = [(r.value, r.before, r.valid_from, r.set_at.day, r.withdrawn) for r in history(Trial, world.a.pk)]
    assert told == [
        (8, 9, dt.date(2026, 11, 25), 25, False),
        (9, 6, LATER, 24, True),
        (6, 5, LATER, 23, False),
        (5, 9, LATER, 23, False),
        (9, None, TODAY, 22, False),
    ]


def test_what_is_left_must_fit_when_a_value_is_handed_back(world, admin, group_admin) -> None:
    setting_change(admin, Trial, {"days": 9, "least": 4})
    before = SettingValue.objects.count(), AuditEntry.objects.count()
    with store.caching():
        with pytest.raises(Invalid) as refused:
            setting_reset(admin, Trial, ["days"])
        assert refused.value.errors == {"least": ["Least is more than days."]}
        assert Trial.of(world.a.pk).days == 9
    assert (SettingValue.objects.count(), AuditEntry.objects.count()) == before
    setting_reset(admin, Trial, ["days", "least"])
    assert (Trial.of(world.a.pk).days, Trial.of(world.a.pk).least) == (3, 0)


def test_what_is_left_must_fit_when_a_plan_is_taken_back(world, admin) -> None:
    after = LATER + dt.timedelta(days=9)
    setting_change(admin, Trial, {"days": 9}, valid_from=LATER)
    setting_change(admin, Trial, {"least": 4}, valid_from=after)
    with pytest.raises(Invalid) as refused:
        setting_withdraw(admin, Trial, "days", LATER)
    assert refused.value.errors == {"least": ["12-10 起：Least is more than days."]}
    assert Trial.of(world.a.pk, LATER).days == 9
    setting_withdraw(admin, Trial, "least", after)
    setting_withdraw(admin, Trial, "days", LATER)
    assert Trial.of(world.a.pk, after).days == 3


def test_a_change_must_fit_with_what_is_planned(world, admin) -> None:
    setting_change(admin, Trial, {"days": 9})
    setting_change(admin, Trial, {"least": 4}, valid_from=LATER)
    with pytest.raises(Invalid) as refused:
        setting_change(admin, Trial, {"days": 3})
    assert refused.value.errors == {"least": ["12-01 起：Least is more than days."]}
    assert Trial.of(world.a.pk).days == 9


def test_the_group_does_not_bring_a_store_what_does_not_fit(world, admin, group_admin) -> None:
    setting_change(admin, Trial, {"days": 5})
    setting_change(group_admin, Trial, {"days": 9}, unit="group")
    before = SettingValue.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Invalid) as refused:
        setting_change(group_admin, Trial, {"least": 6}, unit="group")
    assert refused.value.errors == {"least": [f"{world.a}：Least is more than days."]}
    assert (SettingValue.objects.count(), AuditEntry.objects.count()) == before
    setting_change(group_admin, Trial, {"least": 4}, unit="group")
    setting_change(world.actor(world.guanchou), Trial, {"least": 2})
    setting_change(group_admin, Trial, {"least": 6}, unit="group")  # the store has its own
    assert (Trial.of(world.a.pk).least, Trial.of(world.b.pk).least) == (2, 6)


def test_what_the_group_hands_back_must_fit_in_its_stores(world, admin, group_admin) -> None:
    setting_change(group_admin, Trial, {"days": 9}, unit="group")
    setting_change(group_admin, Trial, {"days": 8}, valid_from=LATER, unit="group")
    setting_change(admin, Trial, {"least": 6})
    with pytest.raises(Invalid) as refused:
        setting_change(group_admin, Trial, {"days": 5}, valid_from=LATER, unit="group")
    assert refused.value.errors == {"least": [f"{world.a}：Least is more than days."]}
    with pytest.raises(Invalid) as refused:
        setting_reset(group_admin, Trial, ["days"], unit="group")
    assert refused.value.errors == {"least": [f"{world.a}：Least is more than days."]}
    setting_withdraw(group_admin, Trial, "days", LATER, unit="group")
    assert (Trial.of(world.a.pk).days, Trial.of(world.a.pk, LATER).days) == (9, 9)
    after = LATER + dt.timedelta(days=9)
    setting_change(group_admin, Trial, {"days": 12}, valid_from=LATER, unit="group")
    setting_change(admin, Trial, {"least": 11}, valid_from=after)
    with pytest.raises(Invalid) as refused:
        setting_withdraw(group_admin, Trial, "days", LATER, unit="group")
    assert refused.value.errors == {"least": [f"{world.a}：12-10 起：Least is more than days."]}


def test_what_did_not_fit_before_does_not_stop_another_change(world, admin, group_admin) -> None:
    """Values that came from an earlier version, or from the group when nobody looked at its stores."""
    for unit, name, value in ((world.a, "days", 2), (world.group, "least", 3)):
        SettingValue.objects.create(
            unit=unit,
            key=f"trial.{name}",
            value=value,
            valid_from=LATER,
            set_at=clock.now(),
            set_by=world.jiguan,
        )
    assert Trial.of(world.a.pk, LATER).problems()
    setting_change(admin, Trial, {"mode": "b"})
    with clock.freeze(f"{LATER}T09:00"):
        assert setting_rehearse(admin, Trial, {"on": True}) == []
        setting_change(admin, Trial, {"on": True})
        setting_change(group_admin, Trial, {"most": 6}, unit="group")
        assert Trial.of(world.a.pk).on
        with pytest.raises(Invalid):
            setting_change(group_admin, Trial, {"least": 4}, unit="group")  # the group itself has three days
        setting_change(admin, Trial, {"days": 4})
        with pytest.raises(Invalid):
            setting_change(admin, Trial, {"days": 2})


def test_many_stores_cost_a_change_of_the_group_no_more_queries(world, group_admin) -> None:
    def cost(value: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            setting_change(group_admin, Trial, {"days": value}, unit="group")
        return len(asked)

    cost(4)
    before = cost(5)
    for store_row in (world.a, world.b):
        for name in ("least", "days"):
            SettingValue.objects.create(
                unit=store_row,
                key=f"trial.{name}",
                value=2,
                valid_from=TODAY,
                set_at=clock.now(),
                set_by=world.jiguan,
            )
    assert cost(6) == before


def test_within_a_request_settings_are_read_once_and_a_change_is_seen(
    world, admin, django_assert_num_queries
) -> None:
    with store.caching():
        with django_assert_num_queries(1):
            assert [Trial.of(world.a.pk).days for _ in range(5)] == [3] * 5
            assert OpeningSettings.of(world.a.pk).closed_dates == []
        setting_change(admin, Trial, {"days": 9})
        assert Trial.of(world.a.pk).days == 9


def test_the_form_stores_only_what_was_touched(world, admin, group_admin) -> None:
    setting_change(group_admin, Trial, {"days": 7})
    form = SettingsForm(actor=admin, section=Trial)
    assert [[field.name for field in fields] for _title, fields in form.groups()] == [
        ["days", "least", "most", "mode", "time", "words", "week"],
        ["on"],
        ["valid_from"],
    ]
    data = {
        "days": "7",
        "least": "1",
        "most": "5",
        "mode": "b",
        "time": "09:00",
        "words": "a\n\nb",
        "on": "on",
    }
    data |= {f"week_{n}": "08:30" if n % 2 == 0 else "18:00" for n in range(12)}
    data["valid_from"] = "2026-11-22"
    form = SettingsForm(data, actor=admin, section=Trial)
    assert form.is_valid(), form.errors
    assert {c.field.name for c in form.save() or []} == {"least", "mode", "words", "on", "week"}
    found = Trial.of(world.a.pk)
    assert (found.days, found.least, found.words, found.week["6"]) == (7, 1, ["a", "b"], None)
    assert shown(Trial, world.a.pk)["days"].origin == "group"


def test_the_form_shows_what_the_rules_refuse(world, admin) -> None:
    week = {f"week_{n}": "08:30" if n % 2 == 0 else "18:00" for n in range(14)}
    data = {"days": "3", "least": "9", "most": "5", "mode": "a", "time": "09:00", **week}
    form = SettingsForm(data, actor=admin, section=Trial)
    assert form.is_valid()
    assert form.save() is None
    assert form.errors == {"least": ["Least is more than days."]}
    half = SettingsForm({**data, "week_1": "", "days": "0"}, actor=admin, section=Trial)
    assert sorted(half.errors) == ["days", "week"]


def test_who_may_only_look_gets_a_form_that_changes_nothing(world) -> None:
    form = SettingsForm({"days": "9"}, actor=world.actor(world.jingding), section=Trial)
    assert all(field.disabled for field in form.fields.values())
    assert form.is_valid()
    with pytest.raises(Forbidden):
        form.save()


def test_the_week_is_drawn_with_names_for_every_box(world, admin) -> None:
    html = str(SettingsForm(actor=admin, section=OpeningSettings)["opening_hours"])
    assert html.count('type="time"') == 14
    assert html.count('value="08:30"') == 7
    assert html.count("aria-label=") == 14
