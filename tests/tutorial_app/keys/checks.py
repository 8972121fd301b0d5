"""The tutorial's own tests; run by tests/system/test_tutorial.py with the settings of this folder."""

from __future__ import annotations

from datetime import timedelta

import pytest

from driveline.core import clock
from driveline.core.models import AuditEntry
from driveline.kit.errors import Refused
from tests.tutorial_app.keys.models import CarKey
from tests.tutorial_app.keys.services import key_return, key_take

pytestmark = pytest.mark.django_db


def test_a_key_is_with_whoever_took_it(world):
    key = CarKey.objects.create(store=world.a, name="迈腾 苏A·00001")
    key_take.perform(world.actor(world.gujia), [key.pk])
    key.refresh_from_db()
    assert key.holder == world.gujia
    assert AuditEntry.objects.filter(action="key.take", user=world.gujia).count() == 1


def test_a_taken_key_cannot_be_taken_and_the_sentence_names_the_holder(world):
    key = CarKey.objects.create(store=world.a, name="迈腾 苏A·00001", holder=world.guyi)
    with pytest.raises(Refused, match="顾乙"):
        key_take.perform(world.actor(world.gujia), [key.pk])
    key_return.perform(world.actor(world.gujia), [key.pk])
    key.refresh_from_db()
    assert key.holder is None


def test_the_page_shows_the_keys_of_the_store_and_no_others(world):
    CarKey.objects.create(store=world.a, name="迈腾 苏A·00001")
    CarKey.objects.create(store=world.b, name="思域 鄂A·00002")
    client = world.client(world.gujia)
    page = client.get("/keys/").content.decode()
    assert "苏A·00001" in page
    assert "鄂A·00002" not in page
    assert world.client(world.cairen).get("/keys/").status_code == 403


def test_a_key_is_missed_after_the_hours_of_the_store(world):
    taken = clock.now() - timedelta(hours=4, minutes=1)
    CarKey.objects.create(store=world.a, name="迈腾 苏A·00001", holder=world.guyi, taken_at=taken)
    badges = world.client(world.gujia).get("/live/").json()["badges"]
    assert badges["keys"]["n"] == 1


def test_a_button_press_takes_it(world):
    key = CarKey.objects.create(store=world.a, name="迈腾 苏A·00001")
    client = world.client(world.gujia)
    assert client.post(f"/keys/{key.pk}/take/").status_code == 204
    stranger = world.client(world.guchen)
    assert stranger.post(f"/keys/{key.pk}/return/").status_code == 404
    key.refresh_from_db()
    assert key.holder == world.gujia
