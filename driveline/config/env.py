"""What the environment says: data folder, secret, databases. Read by the settings only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).resolve().parents[1]

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; "
    "PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=27103364"
)
LOCK_WAIT_SECONDS = 20

# Our statements name their joins in a good order, so trying all others costs more than it saves: planning the
# eleven tables of the follow-up form took 38 ms without the limit and 1.5 ms with it. Compiling never pays here.
POSTGRES_PLANNER = "-c jit=off -c join_collapse_limit=4"


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes or on, whatever the case; `default` when the variable is absent or empty."""
    value = os.environ.get(name, "").strip().lower()
    return value in {"1", "true", "yes", "on"} if value else default


def listing(name: str) -> list[str]:
    """The comma-separated words of a variable, without blanks."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def home() -> Path:
    """The data folder: DRIVELINE_HOME, else var/ of the checkout, else var/ of the current folder."""
    if named := os.environ.get("DRIVELINE_HOME"):
        return Path(named).expanduser().resolve()
    checkout = PACKAGE.parent
    return (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / "var"


def secret_key(folder: Path, *, may_generate: bool) -> str:
    """The signing secret: DRIVELINE_SECRET_KEY, else the folder's secret.key, made on first use.

    Raises ImproperlyConfigured where there is none and none may be made: two machines that each made
    their own would refuse each other's sessions.
    """
    if given := os.environ.get("DRIVELINE_SECRET_KEY"):
        return given
    file = folder / "secret.key"
    if not file.exists():
        if not may_generate:
            raise ImproperlyConfigured(
                "Set DRIVELINE_SECRET_KEY: with a database server every machine needs the same one."
            )
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".secret.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, file)  # the first of several starting processes wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()


def database(folder: Path, url: str | None = None) -> dict[str, Any]:
    """Django's settings for DRIVELINE_DATABASE_URL, or for the embedded database in the data folder."""
    url = url if url is not None else os.environ.get("DRIVELINE_DATABASE_URL", "")
    parts = urlsplit(url)
    if parts.scheme in {"", "sqlite"}:
        return _sqlite(Path(unquote(parts.path)) if parts.path else folder / "driveline.sqlite3")
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(f"DRIVELINE_DATABASE_URL: unknown kind of database: {parts.scheme}")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    options["options"] = f"{POSTGRES_PLANNER} {options.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(options.pop("port", parts.port or "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(file: Path) -> dict[str, Any]:
    file.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": LOCK_WAIT_SECONDS,
            "init_command": SQLITE_PRAGMAS,
        },
    }
