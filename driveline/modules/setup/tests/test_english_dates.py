"""Days on the pages of an account are written in English as English writes them."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.django_db
ISO = re.compile(r">\s*(?:[^<]* )?\d{4}-\d\d-\d\d")


def test_sessions_and_a_new_token_have_no_days_of_a_machine(world):
    browser = world.client(world.guanchou)
    browser.cookies["driveline_language"] = "en"
    assert not ISO.search(browser.get("/account/sessions/").text)
    made = browser.post("/api-tokens/new/", {"name": "官网", "days": "30"}, headers={"X-Drawer": "1"})
    assert made.status_code == 200
    assert not ISO.search(made.text)
