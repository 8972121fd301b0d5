"""Floors and walls that an import linter alone does not see. Its own contracts are in .importlinter."""

from __future__ import annotations

import configparser
import importlib
from collections.abc import Iterable

import grimp
import pytest
from django.apps import apps

from tests.architecture.source import PACKAGE, ROOT

FLOORS = ("kit", "core", "engines", "modules", "config")
PUBLIC = ("models", "services", "choices", "events")
Import = tuple[str, str]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("driveline", cache_dir=None)


def imports(graph: grimp.ImportGraph) -> Iterable[Import]:
    """Every direct import inside the package, tests left out: they may look everywhere."""
    for module in sorted(graph.modules):
        if ".tests" not in module:
            for imported in sorted(graph.find_modules_directly_imported_by(module)):
                yield module, imported


def floor(module: str) -> int | None:
    """The floor's height, None for what stands beside the house (driveline, driveline.__main__)."""
    parts = module.split(".")
    return FLOORS.index(parts[1]) if len(parts) > 1 and parts[1] in FLOORS else None


def points_up(importer: str, imported: str) -> bool:
    lower, upper = floor(importer), floor(imported)
    return lower is not None and upper is not None and upper > lower


def crosses_wall(importer: str, imported: str, declared: dict[str, set[str]]) -> bool:
    """True for module → other module that is not declared, or not through the other's public files."""
    here, there = importer.split("."), imported.split(".")
    if here[:2] != ["driveline", "modules"] or there[:2] != ["driveline", "modules"]:
        return False
    if len(here) < 3 or len(there) < 3 or here[2] == there[2]:
        return False
    return there[2] not in declared.get(here[2], set()) or len(there) < 4 or there[3] not in PUBLIC


def declared_uses() -> dict[str, set[str]]:
    """What each module.py declares that it uses."""
    found = {}
    for folder in modules():
        module = importlib.import_module(f"driveline.modules.{folder}.module")
        found[folder] = set(getattr(module, "USES", ()))
    return found


def modules() -> list[str]:
    return sorted(path.parent.name for path in (PACKAGE / "modules").glob("*/__init__.py"))


def test_imports_point_down(graph: grimp.ImportGraph) -> None:
    assert [pair for pair in imports(graph) if points_up(*pair)] == []


def test_modules_use_each_other_only_as_declared(graph: grimp.ImportGraph) -> None:
    declared = declared_uses()
    assert [pair for pair in imports(graph) if crosses_wall(*pair, declared)] == []


def test_engines_do_not_know_each_other_in_circles(graph: grimp.ImportGraph) -> None:
    pairs = {
        (a.split(".")[2], b.split(".")[2])
        for a, b in imports(graph)
        if a.startswith("driveline.engines.") and b.startswith("driveline.engines.")
    }
    assert [(a, b) for a, b in pairs if a != b and (b, a) in pairs] == []


def test_the_rules_themselves_tell_good_from_bad() -> None:
    assert points_up("driveline.kit.pages", "driveline.core.models")
    assert points_up("driveline.core.clock", "driveline.modules.leads.models")
    assert not points_up("driveline.modules.leads.pages", "driveline.kit.pages")
    declared = {"workbench": {"leads"}}
    assert not crosses_wall("driveline.modules.workbench.pages", "driveline.modules.leads.models", declared)
    assert crosses_wall("driveline.modules.workbench.pages", "driveline.modules.leads.pages", declared)
    assert crosses_wall("driveline.modules.leads.pages", "driveline.modules.workbench.models", declared)


def test_the_contracts_name_every_module() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    listed = config["importlinter:contract:inside"]["containers"].split()
    assert sorted(listed) == [f"driveline.modules.{name}" for name in modules()]


def test_foreign_keys_point_down() -> None:
    """A string foreign key is invisible to an import graph."""
    wrong = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or not isinstance(target, type):
                continue
            if points_up(model.__module__, target.__module__):
                wrong.append(f"{model.__name__}.{field.name} → {target.__name__}")
    assert wrong == []
