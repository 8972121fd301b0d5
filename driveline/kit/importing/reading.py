"""Reads a stranger's spreadsheet in a process of its own, and hands out its rows one by one.

The child (`reader`) knows nothing of Django, gets no secret, and is bounded in memory and time; whatever happens to
it, the person gets one sentence (`Unreadable`). This process holds one row at a time.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from driveline.kit.importing.reader.faults import Limits
from driveline.kit.importing.sentences import Params, late_sentence, sentence

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

GIBIBYTE = 1 << 30
HEAD_ROWS = 30  # titles and instructions that may stand above the rows of a full file
REFUSED = 3
BOOK = "book.json"
_ROOT = Path(__file__).resolve().parents[3]
_FOLDER = "reading-"


class Unreadable(Exception):
    """The file cannot be taken. `sentence` is for the person, `code` for programs, `detail` for whoever runs it."""

    def __init__(
        self, code: str, sentence: str | _StrPromise, detail: str = "", params: Params | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.detail = detail
        self.params = dict(params or {})

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True)
class Remark:
    """Something odd that did not keep the file from being read."""

    code: str
    params: Params

    @property
    def sentence(self) -> str:
        """For the person, in the language of the moment."""
        return sentence(self.code, self.params)


@dataclass(frozen=True)
class Sheet:
    """One table of the file: `rows` is the number of its last filled row, `filled` how many are filled."""

    name: str
    rows: int
    width: int
    hidden: bool = False
    filled: int = 0


@dataclass(frozen=True)
class Book:
    """What was read. `kind`: xlsx, xls, csv, html; encoding and delimiter for texts only."""

    sheets: list[Sheet]
    kind: str
    encoding: str
    delimiter: str
    warnings: list[Remark]

    @classmethod
    def load(cls, target: Path) -> Self:
        """The book that `convert` has left in a folder; FileNotFoundError when it has not finished there."""
        found = json.loads((target / BOOK).read_text(encoding="utf-8"))
        return cls(
            sheets=[Sheet(**sheet) for sheet in found["sheets"]],
            kind=found["kind"],
            encoding=found["encoding"],
            delimiter=found["delimiter"],
            warnings=[Remark(**warning) for warning in found["warnings"]],
        )


def convert(
    source: Path,
    name: str,
    target: Path,
    *,
    seconds: int = 60,
    memory: int = GIBIBYTE,
    max_rows: int = Limits.rows,
    max_columns: int = Limits.columns,
) -> Book:
    """Read a file by its content into `target`: `book.json` and `<place of the sheet>.ndjson`, or raise Unreadable.

    `name` is what the person calls the file; it decides nothing. `max_rows` counts filled rows below a head.
    Killed in the middle it leaves no book; run again it does the same.
    """
    target.mkdir(parents=True, exist_ok=True)
    for left in target.glob(f"{_FOLDER}*"):
        shutil.rmtree(left, ignore_errors=True)
    (target / BOOK).unlink(missing_ok=True)
    limits = Limits(rows=max_rows + HEAD_ROWS, columns=max_columns)
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=target))
    try:
        _run(source.resolve(), folder, {"seconds": seconds, "memory": memory, "limits": asdict(limits)})
        for written in sorted(folder.glob("*.ndjson")):
            written.replace(target / written.name)
        (folder / BOOK).replace(target / BOOK)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Book.load(target)


def rows(target: Path, sheet: int, start: int = 0) -> Iterator[tuple[int, list[str]]]:
    """The rows of the sheet at this place (from 0) as (number in the file from 1, cells), those after `start`."""
    with (target / f"{sheet}.ndjson").open(encoding="utf-8", newline="\n") as stream:
        for number, line in enumerate(stream, 1):
            if number > start:
                yield number, json.loads(line)


def _run(source: Path, folder: Path, options: dict[str, Any]) -> None:
    command = [sys.executable, "-P", "-m", "driveline.kit.importing.reader", str(source), str(folder)]
    child = subprocess.Popen(  # noqa: S603  # our own module; the file's name comes from us
        [*command, json.dumps(options)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(),
    )
    try:
        answer, _nothing = child.communicate(timeout=options["seconds"])
    except subprocess.TimeoutExpired:
        raise _unreadable("too_slow", params={"seconds": options["seconds"]}) from None
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if child.returncode:
        raise _refusal(child.returncode, answer, options)


def _environment() -> dict[str, str]:
    """Nothing of ours goes into a process that opens a stranger's file, least of all the key."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV") if name in os.environ
    }
    return kept | {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _refusal(code: int, answer: bytes, options: dict[str, Any]) -> Exception:
    """What the end of the child means."""
    if code == REFUSED:
        said = json.loads(answer)
        if said["code"] == "no_space":
            return OSError(errno.ENOSPC, str(late_sentence("no_space", {})))
        params = said["params"]
        if said["code"] == "too_many_rows" and params["limit"] == options["limits"]["rows"]:
            params["limit"] -= HEAD_ROWS  # what the caller asked for
        return _unreadable(said["code"], said["detail"], params)
    if code == -signal.SIGXCPU:
        return _unreadable("too_slow", f"ended by signal {-code}", {"seconds": options["seconds"]})
    if code in (-signal.SIGABRT, -signal.SIGKILL):  # an allocation was refused, or the machine had no more
        return _unreadable("too_large", f"ended by signal {-code}")
    return _unreadable("damaged", f"ended with {code}")


def _unreadable(code: str, detail: str = "", params: Params | None = None) -> Unreadable:
    params = params or {}
    return Unreadable(code, late_sentence(code, params), detail, params)
