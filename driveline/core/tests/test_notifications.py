"""我的提醒 (dealer.md §1.3); S-83: the unread count."""

import datetime as dt

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from driveline.core import clock, notifications
from driveline.core.models import Notification
from driveline.core.notifications import (
    mark_read,
    mine,
    notification_kind,
    notify,
    open_one,
    purge,
    render,
    unread_count,
)

KIND = notification_kind(
    "test_kind", title=gettext_lazy("Import finished"), body="%(name)s, %(n)s", icon="file-import"
)


def send(world, times: int = 1, user=None, store=None) -> None:
    for n in range(times):
        notify((store or world.a).pk, [(user or world.gujia).pk], "test_kind", {"name": "张三", "n": n})


def test_s_83_unread_count(world, django_assert_num_queries) -> None:
    send(world, 9)
    actor = world.actor(world.gujia)
    with django_assert_num_queries(1):
        assert unread_count(actor) == 9
    opened = open_one(actor, mine(actor)[0].pk)
    assert opened.read_at is not None
    assert unread_count(actor) == 8
    assert mark_read(actor) == 8
    assert unread_count(actor) == 0
    assert mark_read(actor) == 0


def test_messages_belong_to_one_person_in_one_store(world) -> None:
    send(world, 2, world.shuangwei, world.a)
    send(world, 3, world.shuangwei, world.b)
    here, there = world.actor(world.shuangwei, world.a), world.actor(world.shuangwei, world.b)
    assert (unread_count(here), unread_count(there)) == (2, 3)
    theirs = mine(there)[0].pk
    assert mark_read(here, [theirs]) == 0
    with pytest.raises(Notification.DoesNotExist):
        open_one(here, theirs)
    assert mark_read(there, [theirs]) == 1


def test_a_dedupe_key_sends_once_a_receiver(world, django_assert_num_queries) -> None:
    both = [world.gujia.pk, world.guyi.pk, world.gujia.pk]
    with django_assert_num_queries(1):
        notify(world.a.pk, both, "test_kind", {}, dedupe_key="late:7")
    notify(world.a.pk, [*both, world.jingding.pk], "test_kind", {}, dedupe_key="late:7")
    receivers = Notification.objects.values_list("user_id", flat=True)
    assert sorted(receivers) == sorted([world.gujia.pk, world.guyi.pk, world.jingding.pk])
    notify(world.a.pk, [], "test_kind", {})
    assert Notification.objects.count() == 3


def test_the_text_is_the_readers(world) -> None:
    send(world)
    found = Notification.objects.get()
    with translation.override("en"):
        assert render(found) == ("Import finished", "张三, 0", "file-import")
    found.params = {"n": 1}
    assert render(found)[1] == "—, 1"
    found.kind = "of_a_module_that_is_gone"
    assert render(found) == ("of_a_module_that_is_gone", "", "bell")


def test_an_unknown_kind_is_a_programming_error(world) -> None:
    with pytest.raises(KeyError):
        notify(world.a.pk, [world.gujia.pk], "no_such_kind", {})
    with pytest.raises(ValueError, match="test_kind"):
        notification_kind("test_kind", title="Other")
    assert KIND in notifications.kinds()


def test_messages_go_after_ninety_days(world) -> None:
    day = dt.date(2026, 11, 22)
    for age, store in ((89, world.a), (90, world.a), (91, world.a), (91, world.b)):
        with clock.freeze(clock.at(day - dt.timedelta(days=age), dt.time(0))):
            send(world, store=store)
    assert purge(world.a.pk, day) == 1
    assert purge(world.a.pk, day) == 0
    assert Notification.objects.filter(store=world.a).count() == 2
    assert Notification.objects.filter(store=world.b).count() == 1


def test_counting_stops_at_a_thousand(world) -> None:
    Notification.objects.bulk_create(
        Notification(store=world.a, user=world.gujia, kind="test_kind", created_at=clock.now())
        for _ in range(1005)
    )
    assert unread_count(world.actor(world.gujia)) == 1000


def test_names_stand_as_the_reader_lists_them_and_the_program_is_called_the_system(world) -> None:
    found = Notification(kind="test_kind", params={"name": ["张三", "李四 …"], "n": 1})
    assert render(found)[1] == "张三、李四 …, 1"
    with translation.override("en"):
        assert render(found)[1] == "张三, 李四 …, 1"
        assert str(world.system) == "System"
        assert str(world.roles["consultant"]) == "Sales consultant"
    assert (str(world.system), str(world.roles["consultant"])) == ("系统", "销售顾问")


def test_a_parameter_that_is_missing_shows_as_a_dash(world) -> None:
    late = Notification(kind="first_contact_late", params={"count": 1, "names": ["张三"]})
    assert render(late)[1] == "张三，最久已等 —"
