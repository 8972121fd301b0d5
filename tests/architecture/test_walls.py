"""Walls inside the house: screens ask through the user, engines name no kind, screens move no state."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.source import PACKAGE, python_files, tree, where

SCREENS = {"pages", "api", "views"}
SCOPED = re.compile(r"\bvisible\(|store|pursuit_id=|\brow\.pk\b|\bactor\.group_id\b")
EVERYBODYS = {"Brand", "Series", "CarModel"}  # the catalogue belongs to no store
STATES = {"phase", "stage", "state"}


def screens() -> list[Path]:
    """The files of modules that draw pages or answer programs."""
    return [
        path
        for path in python_files()
        if path.is_relative_to(PACKAGE / "modules")
        and (SCREENS & set(path.relative_to(PACKAGE).parts) or path.stem in SCREENS)
    ]


def raw_managers(module: ast.Module) -> list[int]:
    """Lines that start a query at a model's own manager in a function that never speaks of sight or store.

    The suites prove the scope of every page row by row; this finds the query that nobody thought about.
    """
    careful: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.Lambda) and SCOPED.search(ast.unparse(node)):
            careful |= {id(inner) for inner in ast.walk(node)}
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager", "_base_manager"}
        and id(node) not in careful
        and not (isinstance(node.value, ast.Name) and node.value.id in EVERYBODYS)
    ]


def moved_states(module: ast.Module) -> list[int]:
    """Lines that assign a state field of something."""
    found = []
    for node in ast.walk(module):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            found += [
                node.lineno
                for target in targets
                if isinstance(target, ast.Attribute)
                and target.attr in STATES
                and not (isinstance(target.value, ast.Name) and target.value.id in {"self", "cls"})
            ]
    return found


def constants(module: ast.Module) -> list[tuple[int, str]]:
    """String constants with their lines, documentation left out."""
    texts = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts
    ]


def test_screens_ask_through_the_user() -> None:
    assert [where(path, line) for path in screens() for line in raw_managers(tree(path))] == []


def test_screens_move_no_state() -> None:
    assert [where(path, line) for path in screens() for line in moved_states(tree(path))] == []


def test_engines_name_no_kind_and_no_module() -> None:
    """A new kind adds a file in its module and changes none elsewhere (DESIGN §3.3)."""
    from driveline.engines.followup.policy import policies

    kinds = {policy.kind for policy in policies()}
    assert kinds
    modules = {path.parent.name for path in (PACKAGE / "modules").glob("*/__init__.py")}
    wrong = [
        f"{where(path, line)} {text}"
        for path in python_files()
        if path.is_relative_to(PACKAGE / "engines")
        for line, text in constants(tree(path))
        if text in kinds or text.split(".")[0] in modules or text.startswith("driveline.modules")
    ]
    assert wrong == []


def test_the_rules_tell_good_from_bad() -> None:
    assert raw_managers(ast.parse("def f(pk):\n    return Task.objects.filter(pk=pk)")) == [2]
    assert raw_managers(ast.parse("rows = Lead.objects.all()")) == [1]
    assert raw_managers(ast.parse("def f(pk):\n    return visible(Lead.objects.filter(pk=pk), actor)")) == []
    assert raw_managers(ast.parse("def f(pk):\n    return Series.objects.get(pk=pk)")) == []
    assert moved_states(ast.parse("lead.phase = 'lost'")) == [1]
    assert moved_states(ast.parse("self.state = 1\nx = lead.phase")) == []
    assert constants(ast.parse('"""lead."""\nx = "lead"')) == [(2, "lead")]
