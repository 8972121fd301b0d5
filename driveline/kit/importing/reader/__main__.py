"""`python -m driveline.kit.importing.reader SOURCE FOLDER OPTIONS`: reads one file, writes its rows, answers in JSON.

Exit code 0: `book.json` stands in the folder. 3: the answer on stdout says why not. Anything else: the process was
ended by its bounds or by the file, and the parent knows what that means.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from driveline.kit.importing.reader import compound, delimited, encodings, kinds, webtable, zipped
from driveline.kit.importing.reader.faults import MEGABYTE, Fault, Found, Limits

REFUSED = 3
HEAD = 64 * 1024
WRITTEN_MOST = 2048 * MEGABYTE
DISK = {errno.ENOSPC: "no_space", errno.EDQUOT: "no_space", errno.EFBIG: "too_large"}


def main(arguments: list[str]) -> int:
    """Bound this process, then read."""
    source, folder, options = Path(arguments[0]), Path(arguments[1]), json.loads(arguments[2])
    bound(options["memory"], options["seconds"])
    found = Found("")
    try:
        read(source, folder, found, Limits(**options["limits"]))
    except Fault as fault:
        return answer(fault.code, fault.detail, fault.params)
    except MemoryError:
        return answer("too_large")
    except OSError as error:
        return answer(DISK.get(error.errno or 0, "unreadable"), repr(error))
    except Exception as error:
        return answer("damaged", repr(error)[:500])
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a fault inside calamine arrives
            raise
        return answer("too_large" if "capacity" in str(error) else "damaged", repr(error)[:500])
    (folder / "book.json").write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")
    return 0


def read(source: Path, folder: Path, found: Found, limits: Limits) -> None:
    """Find out what it is, and hand it to whoever reads that."""
    with source.open("rb") as stream:
        kind = kinds.kind_of(stream.read(HEAD))
    if kind == kinds.TEXT:
        read_text(source, folder, found, limits)
    else:
        (zipped if kind == kinds.XLSX else compound).check(source)
        from driveline.kit.importing.reader import workbook  # the parser is loaded for those who need it

        workbook.read(source, kind, folder, found, limits)
    if not any(sheet["filled"] for sheet in found.sheets):
        raise Fault("no_rows")


def read_text(source: Path, folder: Path, found: Found, limits: Limits) -> None:
    """A text may be a web page, some other format in letters, or rows of cells."""
    encoding = encodings.encoding_of(source, found)
    with source.open(encoding=encoding, errors="replace") as stream:
        start = stream.read(HEAD).lstrip("\ufeff \r\n\t").lower()
    if other := kinds.text_kind(start):
        raise other
    if kinds.is_page(start):
        named = webtable.declared_encoding(source)
        sure = found.encoding.startswith("UTF") or not named or not encodings.decodes(source, named)
        if not sure:
            encoding = named
            found.encoding = encodings.SHOWN.get(named, named.upper())
        webtable.read(source, encoding, folder, found, limits)
    else:
        delimited.read(source, encoding, folder, found, limits)


def bound(memory: int, seconds: float) -> None:
    """Memory, processor time and file sizes of this process; no core file holds somebody's customers."""
    try:
        import resource
    except ImportError:  # a system without them; the parent's clock still runs
        return
    processor = max(1, round(seconds))
    wanted = (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, processor, processor + 2),
        (resource.RLIMIT_FSIZE, WRITTEN_MOST, WRITTEN_MOST),
        (resource.RLIMIT_CORE, 0, 0),
    )
    for name, soft, hard in wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (soft, hard))


def answer(code: str, detail: str = "", params: dict[str, Any] | None = None) -> int:
    """Say why not, as the last thing this process does."""
    sys.stdout.write(json.dumps({"code": code, "detail": detail, "params": params or {}}))
    sys.stdout.flush()
    return REFUSED


if __name__ == "__main__":
    # Leaving at once saves the time of taking a million cells apart.
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
