"""What a person does at a screen, in words: open a list, take a row, choose a chip, write, save."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.axe import STILL

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

REMARK = "客户说周末带家人来看车，想要白色的顶配"  # more than 15 characters


class Desk:
    """One person's browser. Places are named as the templates name them (data attributes), texts as people read them."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.home = home

    def open(self, path: str) -> Desk:
        self.page.goto(f"{self.home}{path}")
        return self

    @property
    def drawer(self) -> Locator:
        return self.page.locator("#drawer")

    @property
    def dialog(self) -> Locator:
        return self.page.locator("#dialog")

    @property
    def undo(self) -> Locator:
        return self.page.locator("#undo .undo")

    @property
    def rows(self) -> Locator:
        return self.page.locator("tr[data-row]")

    def row(self, pk: int) -> Locator:
        return self.page.locator(f'tr[data-row="{pk}"]')

    def chip(self, code: str) -> Locator:
        return self.drawer.locator(f'.chip[data-chip="{code}"]')

    @property
    def remark(self) -> Locator:
        return self.drawer.locator("#fu-remark")

    @property
    def save(self) -> Locator:
        return self.drawer.locator("[data-save]")

    @property
    def save_next(self) -> Locator:
        return self.drawer.locator("[data-save-next]")

    @property
    def alert(self) -> Locator:
        """What stands in the way, in the form that is open."""
        return self.drawer.get_by_role("alert")

    def follow_up(self, pk: int) -> None:
        """Press 回访 on a row and wait for the form."""
        self.row(pk).get_by_role("link", name="回访").click()
        expect(self.remark).to_be_visible()

    def dark(self) -> None:
        """The dark theme."""
        self.page.evaluate(
            "() => { document.documentElement.dataset.bsTheme = 'dark'; document.body.offsetTop; }"
        )

    def still(self) -> None:
        """Nothing slides or fades any more: what lies under the pointer stays there."""
        self.page.evaluate(STILL)

    def error(self, field: str) -> Locator:
        return self.drawer.locator(f'[data-field="{field}"] .error')

    def closed(self) -> None:
        """The drawer has gone, and its address with it."""
        expect(self.drawer).to_be_hidden()
        expect(self.page).not_to_have_url(re.compile("open="))
