"""A dialog that asks says what will happen: a form, or the consequence; an empty one asks nothing."""

from __future__ import annotations

from driveline.kit import registry
from driveline.kit.listing import ListPage
from driveline.kit.verbs import Do


def test_no_dialog_is_empty() -> None:
    verbs = [verb for page in registry.pages() if isinstance(page, ListPage) for verb in page.verbs]
    asking = [verb for verb in verbs if isinstance(verb, Do) and verb.dialog]
    silent = {v.command.code for v in asking if not (v.form or v.command.form or v.command.confirm)}
    assert sorted(silent) == []
