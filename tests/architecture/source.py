"""What the checks of this folder read: the files of the repository, as text and as syntax trees."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "driveline"
SKIPPED = {".git", ".venv", ".cache", "node_modules", "var", "build", "__pycache__", "staticfiles"}


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return tuple(path for name in sorted(names) if (path := ROOT / name).is_file())
    return tuple(
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts)
    )


def files(*suffixes: str, under: Path = ROOT) -> list[Path]:
    """The repository's files with one of the suffixes below a folder."""
    return [path for path in repository_files() if path.suffix in suffixes and path.is_relative_to(under)]


def python_files(*, tests: bool = False, migrations: bool = False) -> list[Path]:
    """The package's Python files; tests and migrations only when asked for."""
    return [
        path
        for path in files(".py", under=PACKAGE)
        if (tests or "tests" not in path.parts) and (migrations or "migrations" not in path.parts)
    ]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def where(path: Path, line: int) -> str:
    """A place as editors understand it."""
    return f"{path.relative_to(ROOT)}:{line}"
