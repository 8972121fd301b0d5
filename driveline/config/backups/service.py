"""Backup and restore of this installation, whichever database it uses."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connections

from driveline.config.backups import postgres, sqlite
from driveline.config.backups.archive import Damaged, Manifest, pack, unpack


class NotEmpty(Exception):
    """The installation holds users already; restoring would replace them."""


def back_up(target: Path) -> Manifest:
    """Write the whole installation to `target` while it runs."""
    with _workspace() as folder:
        if settings.EMBEDDED:
            copy = folder / sqlite.MEMBER
            sqlite.save(_live(), copy)
            rows, applied, engine = sqlite.count_rows(copy), sqlite.migrations(copy), "sqlite"
        else:
            copy = folder / postgres.MEMBER
            rows, applied, engine = postgres.save(copy), postgres.migrations(), "postgresql"
        created = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(engine, copy.name, rows, applied, created)
        pack(target, manifest, copy, Path(settings.MEDIA_ROOT))
    return manifest


def bring_back(source: Path, *, replace: bool) -> Manifest:
    """Put the archive's database and files in the place of what is here.

    Raises Damaged for an archive that is not whole or of the other database, NotEmpty when there are users
    here and `replace` is false. Until the archive has been checked nothing is touched.
    """
    with _workspace() as folder:
        unpacked = folder / "archive"
        unpacked.mkdir()
        manifest = unpack(source, unpacked)
        if (manifest.engine == "sqlite") != settings.EMBEDDED:
            raise Damaged(f"the backup is of {manifest.engine}, this installation uses the other database")
        if not replace and has_users():
            raise NotEmpty
        database = unpacked / manifest.database
        connections.close_all()
        if settings.EMBEDDED:
            sqlite.verify(database)
            sqlite.load(database, _live())
            counted = sqlite.count_rows(_live())
        else:
            postgres.load(database, folder)
            counted = postgres.count_rows()
        if counted != manifest.rows:
            wrong = sorted(name for name in manifest.rows if counted.get(name) != manifest.rows[name])
            raise Damaged(f"the restored tables differ from the backup's counts: {', '.join(wrong[:5])}")
        _swap_files(unpacked / "files")
    return manifest


def has_users() -> bool:
    """True when somebody could sign in here already."""
    try:
        return bool(get_user_model()._default_manager.exists())
    except DatabaseError:
        return False  # no tables yet


def _live() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _workspace() -> _Folder:
    settings.HOME.mkdir(parents=True, exist_ok=True)
    return _Folder(prefix=".backup-", dir=settings.HOME)


class _Folder(tempfile.TemporaryDirectory[str]):
    """A temporary folder on the data folder's own disk, given as a Path."""

    def __enter__(self) -> Path:  # type: ignore[override]  # a Path instead of its text
        return Path(super().__enter__())


def _swap_files(restored: Path) -> None:
    target = Path(settings.MEDIA_ROOT)
    restored.mkdir(exist_ok=True)
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    restored.rename(target)
    shutil.rmtree(old, ignore_errors=True)
