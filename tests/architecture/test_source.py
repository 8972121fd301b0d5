"""What every source file keeps to: one clock, small size, nothing unfinished, no machine's addresses."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT, files, python_files, repository_files, tree, where

HARD_LINES = 500
SOFT_LINES = 300
SOFT_FUNCTION_LINES = 40
HARD_FUNCTION_LINES = 70
CLOCKS = {PACKAGE / "core" / "clock.py"}
# The system clock, never faked: sessions, tokens, throttling, heartbeats (DESIGN §3a, two clocks).
SYSTEM_CLOCK_USERS = {PACKAGE / "config"}
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|NotImplemented" + r"Error\(\)")
REGISTRIES = re.compile(
    "(?:" + "|".join(["py" + "pi", "pythonhosted", "npm" + "js", "deb" + "ian"]) + r")\.(?:org|com)", re.I
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|farm|home/\w+)/|/tmp/[a-z]")  # the slash before a word


def naive_clock_calls(module: ast.Module) -> list[int]:
    """Lines that ask the machine for the time: now(), today(), utcnow(), localdate() …"""
    found = []
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = ast.unparse(node.func.value)
        name = node.func.attr
        if (
            owner in {"datetime", "date", "datetime.datetime", "datetime.date"}
            and name in {"now", "today", "utcnow"}
        ) or (
            owner in {"timezone", "django.utils.timezone"}
            and name in {"now", "localtime", "localdate"}
            and not node.args
        ):
            found.append(node.lineno)
    return found


def test_only_the_clock_asks_the_machine_for_the_time() -> None:
    wrong = [
        where(path, line)
        for path in python_files()
        if path not in CLOCKS and not any(path.is_relative_to(folder) for folder in SYSTEM_CLOCK_USERS)
        for line in naive_clock_calls(tree(path))
    ]
    assert wrong == []


def test_the_clock_rule_tells_good_from_bad() -> None:
    assert naive_clock_calls(ast.parse("from django.utils import timezone\nx = timezone.now()")) == [2]
    assert naive_clock_calls(ast.parse("from datetime import date\nx = date.today()")) == [2]
    assert naive_clock_calls(ast.parse("from driveline.core import clock\nx = clock.now()")) == []


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_over_the_hard_limit() -> None:
    """Prints the ten largest, so that growth is seen before it hurts (pytest -s)."""
    code = [
        path
        for path in files(".py", ".html", ".js", ".mjs", ".css")
        if "migrations" not in path.parts and path.name != "package-lock.json"
    ]
    largest = sorted(code, key=lines, reverse=True)[:10]
    for path in largest:
        print(f"{lines(path):5} {'large' if lines(path) > SOFT_LINES else '     '} {path.relative_to(ROOT)}")
    assert [f"{path.relative_to(ROOT)}: {lines(path)}" for path in largest if lines(path) > HARD_LINES] == []


def test_no_function_is_over_its_budget() -> None:
    """Prints what is over the soft budget; tables of declarations may be, logic should not."""
    wrong = []
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > SOFT_FUNCTION_LINES:
                    print(f"{length:5} {where(path, node.lineno)} {node.name}")
                if length > HARD_FUNCTION_LINES:
                    wrong.append(f"{where(path, node.lineno)} {node.name}: {length}")
    assert wrong == []


def test_nothing_is_marked_unfinished() -> None:
    wrong = [
        where(path, number)
        for path in files(".py", ".html", ".js", ".mjs", ".css", ".md")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert wrong == []


def test_no_registry_host_and_no_path_of_a_machine() -> None:
    wrong = []
    for path in repository_files():
        if path.suffix in {".png", ".jpg", ".ico", ".svg", ".xlsx", ".woff2"} or path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if REGISTRIES.search(line) or MACHINE_PATHS.search(line):
                wrong.append(where(path, number))
    assert wrong == []


def test_state_is_written_by_nothing_but_services() -> None:
    """save() overrides and signal receivers are where rules hide (DESIGN §3.4, STYLE §4)."""
    wrong = []
    for path in python_files():
        if "models" not in path.parts and path.name != "models.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                wrong.append(where(path, node.lineno))
    assert wrong == []


def test_every_folder_with_code_is_a_package() -> None:
    """A folder without __init__.py works in a checkout and is missing from the wheel."""
    folders = {path.parent for path in files(".py", under=PACKAGE) if path.parent.name != "tests"}
    assert [
        str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").exists()
    ] == []
