"""The archive: a tar.gz with manifest.json, the database file and files/…; every member has its checksum."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024


class Damaged(Exception):
    """The archive is not one of ours, or not whole; the text says which."""


@dataclass
class Manifest:
    """What the archive holds. `rows` counts each table at the moment of the backup."""

    engine: str
    database: str
    rows: dict[str, int]
    migrations: list[str]
    created: str
    format: int = FORMAT
    sha256: dict[str, str] = field(default_factory=dict)


def pack(target: Path, manifest: Manifest, database: Path, files: Path) -> None:
    """Write the archive beside `target` and move it there when it is whole.

    An attachment that somebody deletes meanwhile is left out: its row is gone, or its deletion came after
    the database's moment and the file was no longer wanted.
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        with tarfile.open(draft, "w:gz", compresslevel=6) as tar:
            _add(tar, manifest, manifest.database, database)
            for file in sorted(files.rglob("*")) if files.is_dir() else []:
                if file.is_file() and not file.is_symlink():
                    _add(tar, manifest, f"files/{file.relative_to(files).as_posix()}", file)
            text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size, entry.mode, entry.mtime = len(text), 0o600, int(time.time())
            tar.addfile(entry, io.BytesIO(text))
        draft.chmod(0o600)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack into the empty `folder` and check every checksum; raises Damaged before anything is believed."""
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Damaged(f"{source.name} cannot be read as a backup: {error}") from error
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except (OSError, TypeError, ValueError) as error:
        raise Damaged(f"{source.name} is not a backup of this program") from error
    if manifest.format != FORMAT:
        raise Damaged(f"{source.name} was made by another version (format {manifest.format}, not {FORMAT})")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    if found != set(manifest.sha256):
        raise Damaged(f"{source.name} is not whole: {len(found)} files instead of {len(manifest.sha256)}")
    for name, wanted in manifest.sha256.items():
        with (folder / name).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != wanted:
                raise Damaged(f"{source.name}: the checksum of {name} is wrong")
    return manifest


class _Digesting(io.RawIOBase):
    """A reader that takes the checksum of exactly the bytes that went into the archive."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.digest.update(data)
        return data


def _add(tar: tarfile.TarFile, manifest: Manifest, name: str, file: Path) -> None:
    try:
        stream = file.open("rb")
    except FileNotFoundError:
        return
    with stream:
        entry = tar.gettarinfo(arcname=name, fileobj=stream)
        entry.uname = entry.gname = ""
        entry.uid = entry.gid = 0
        reader = _Digesting(stream)
        tar.addfile(entry, reader)
        manifest.sha256[name] = reader.digest.hexdigest()
