"""A PostgreSQL cluster of our own: made in a temporary folder, reached by a private socket, stopped when we are done."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg

# What a shop would set on a small machine. Nothing here trades safety for speed: commits wait for the disk.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "4GB",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
    "jit": "off",
    "synchronous_commit": "on",
    "fsync": "on",
}
START_SECONDS = 120


class Cluster:
    """A cluster in a folder; its databases stay for the next run until `remove`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.bin = _programs()

    def __enter__(self) -> Cluster:
        self._make()
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items() if value)
        self._run(
            "pg_ctl", "-D", self.data, "-w", "-t", START_SECONDS, "-l", self.folder / "log", "start",
            "-o", f"-k {self.folder} -c listen_addresses='' {options}",
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    @property
    def pid(self) -> int:
        """The process all others of the cluster descend from."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def url(self, database: str) -> str:
        return f"postgresql://driveline@/{database}?host={quote(str(self.folder))}"

    def create(self, database: str, *, fresh: bool) -> bool:
        """Make the database unless it is there; True when it was made."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if there and not fresh:
                return False
            if there:
                connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE template0 ENCODING UTF8')
            return True

    def copy(self, database: str, name: str) -> None:
        """A copy under another name; one that is there goes."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database}"')

    def remove(self) -> None:
        """Throw the stopped cluster away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.folder.chmod(0o700)
        self._run(
            "initdb", "-D", self.data, "-U", "driveline", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"
        )

    def _run(self, program: str, *arguments: object) -> None:
        # PostgreSQL refuses to run as root: then it runs as its own user.
        head = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*head, str(self.bin / program), *map(str, arguments)]
        with open(os.devnull, "w") as nothing:
            subprocess.run(command, check=True, stdout=nothing, cwd=self.folder, timeout=START_SECONDS + 60)


def _programs() -> Path:
    """The folder of initdb and pg_ctl, the newest version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))[::-1]
    folders += [Path(p) for p in os.environ.get("PATH", "").split(os.pathsep)]
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise SystemExit("bench: no PostgreSQL here (initdb and postgres are needed)")
