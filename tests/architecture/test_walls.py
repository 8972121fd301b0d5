"""Walls inside the house: screens ask through the user, engines name no kind, screens move no state."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import PACKAGE, python_files, tree, where

SCREENS = {"pages", "api", "views"}
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
    """Lines that start a query at a model's own manager instead of at what the user may see.

    Allowed: inside `visible(…)`, and rows that hang on something already seen (`filter(pursuit_id=row.pk)`).
    """
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call)]
    fine: set[int] = set()
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id == "visible":
            fine |= {id(node) for node in ast.walk(call)}
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if any(isinstance(node, ast.Attribute) for value in given for node in ast.walk(value)):
            fine |= {id(node) for node in ast.walk(call.func)}
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager", "_base_manager"}
        and id(node) not in fine
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
    assert raw_managers(ast.parse("Lead.objects.all()")) == [1]
    assert raw_managers(ast.parse("Task.objects.filter(pk=pk).first()")) == [1]
    assert raw_managers(ast.parse("visible(Lead.objects.filter(pk=pk), actor, 'leads.view')")) == []
    assert raw_managers(ast.parse("FollowUp.objects.filter(pursuit_id=row.pk)")) == []
    assert moved_states(ast.parse("lead.phase = 'lost'")) == [1]
    assert moved_states(ast.parse("self.state = 1\nx = lead.phase")) == []
    assert constants(ast.parse('"""lead."""\nx = "lead"')) == [(2, "lead")]
