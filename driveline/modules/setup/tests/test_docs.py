"""docs/permissions.md, docs/settings.md and docs/api/openapi.json say what the declarations say."""

from __future__ import annotations

from pathlib import Path

from driveline.modules.setup.docs import openapi_document, permissions_page, settings_page

DOCS = Path(__file__).resolve().parents[4] / "docs"


def test_the_page_of_rights_is_up_to_date() -> None:
    """If not: python -m driveline.modules.setup.docs > docs/permissions.md"""
    assert (DOCS / "permissions.md").read_text(encoding="utf-8") == permissions_page()


def test_the_page_of_settings_is_up_to_date() -> None:
    """If not: python -m driveline.modules.setup.docs settings > docs/settings.md"""
    assert (DOCS / "settings.md").read_text(encoding="utf-8") == settings_page()


def test_the_document_of_the_interface_is_up_to_date() -> None:
    """If not, and the change is meant: python -m driveline.modules.setup.docs openapi > docs/api/openapi.json"""
    assert (DOCS / "api" / "openapi.json").read_text(encoding="utf-8") == openapi_document()
