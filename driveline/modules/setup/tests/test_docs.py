"""docs/permissions.md and docs/settings.md say what the declarations say."""

from __future__ import annotations

from pathlib import Path

from driveline.modules.setup.docs import permissions_page, settings_page

DOCS = Path(__file__).resolve().parents[4] / "docs"


def test_the_page_of_rights_is_up_to_date() -> None:
    """If not: python -m driveline.modules.setup.docs > docs/permissions.md"""
    assert (DOCS / "permissions.md").read_text(encoding="utf-8") == permissions_page()


def test_the_page_of_settings_is_up_to_date() -> None:
    """If not: python -m driveline.modules.setup.docs settings > docs/settings.md"""
    assert (DOCS / "settings.md").read_text(encoding="utf-8") == settings_page()
