"""docs/permissions.md says what the declarations say."""

from __future__ import annotations

from pathlib import Path

from driveline.modules.setup.docs import permissions_page

PAGE = Path(__file__).resolve().parents[4] / "docs" / "permissions.md"


def test_the_page_of_rights_is_up_to_date() -> None:
    """If not: python -m driveline.modules.setup.docs > docs/permissions.md"""
    assert PAGE.read_text(encoding="utf-8") == permissions_page()
