"""Kinds are data: the engines name none, and a registry refuses what is there already."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from driveline.engines.followup import policy as registry
from driveline.engines.followup.tests.test_rules import POLICY

ENGINES = Path(registry.__file__).parents[1]


def test_no_engine_names_a_kind():
    kinds = [policy.kind for policy in registry.policies()]
    assert kinds == ["lead"]
    named = re.compile(rf"""["'](?:{"|".join(kinds)})s?["'.]|_leads?\b|\bleads?_""")
    found = [
        f"{path.relative_to(ENGINES)}: {line.strip()}"
        for path in ENGINES.rglob("*.py")
        if "tests" not in path.parts and "migrations" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if named.search(line)
    ]
    assert found == []


def test_a_kind_is_registered_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registry, "_policies", {})
    registry.register(POLICY)
    with pytest.raises(ValueError, match="registered already"):
        registry.register(POLICY)


def test_two_chips_never_share_code_or_key(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registry, "_policies", {})
    twin = replace(POLICY, chips=(*POLICY.chips, replace(POLICY.chips[0], code="other")))
    with pytest.raises(ValueError, match="one key"):
        registry.register(twin)
