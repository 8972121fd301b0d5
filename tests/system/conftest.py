"""Installations of their own, driven by the command line as an operator drives them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from tests.architecture.source import ROOT


@dataclass
class Installation:
    """A data folder and a database that nobody else uses."""

    home: Path
    variables: dict[str, str]

    def environment(self, **more: str) -> dict[str, str]:
        """The variables for a program of this installation."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DRIVELINE_", "DJANGO_", "DB"))}
        return {
            **kept,
            "DRIVELINE_HOME": str(self.home),
            "DRIVELINE_SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
            "DRIVELINE_PLAIN_HTTP": "1",
            "PYTHONPATH": str(ROOT),
            **self.variables,
            **more,
        }

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `driveline` with the arguments to its end."""
        return subprocess.run(
            [sys.executable, "-m", "driveline", *arguments],
            cwd=self.home,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )

    def python(self, code: str) -> str:
        """Run a few lines with Django set up; what they printed."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            cwd=self.home,
            env=self.environment(DJANGO_SETTINGS_MODULE="driveline.config.settings.prod"),
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


class Inside:
    """A program that stays in an installation and does what tests.system.survival can do there."""

    def __init__(self, installation: Installation, **variables: str) -> None:
        settings_module = {"DJANGO_SETTINGS_MODULE": "driveline.config.settings.prod"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.survival"],
            cwd=installation.home,
            env=installation.environment(**{**settings_module, **variables}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Inside:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate(timeout=30)  # the end of its input is its end

    def ask(self, *words: object) -> Any:
        """What came of the words; an error there ends the program and so the test."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


type Maker = Callable[..., Installation]


@pytest.fixture(scope="session")
def _maker(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[Callable[..., Installation]]:
    """A maker of installations; given a name, that database is copied."""
    databases: list[str] = []

    def make(template: str, options: str = "") -> Installation:
        home = tmp_path_factory.mktemp("home")
        if not settings.POSTGRES:
            return Installation(home, {})
        name = f"system_{uuid.uuid4().hex[:8]}"
        with django_db_blocker.unblock():
            _administer(
                f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {template or 'template0'} {options}"
            )
        databases.append(name)
        parts = urlsplit(os.environ.get("DRIVELINE_TEST_DATABASE_URL", "postgresql:///driveline"))
        return Installation(home, {"DRIVELINE_DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}"))})

    yield make
    with django_db_blocker.unblock():
        for name in databases:
            _administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _migrated(_maker: Callable[..., Installation]) -> Installation:
    """Made once and only copied."""
    installation = _maker("")
    done = installation.run("migrate")
    assert done.returncode == 0, done.stderr
    return installation


@pytest.fixture
def new_installation(_maker: Callable[..., Installation]) -> Maker:
    """Makes empty installations, without tables, on the database kind under test."""
    return partial(_maker, "")


@pytest.fixture
def new_migrated_installation(_maker: Callable[..., Installation], _migrated: Installation) -> Maker:
    """Makes installations with all tables and nothing in them."""

    return lambda: copy_of(_maker, _migrated)


def copy_of(maker: Callable[[str], Installation], original: Installation) -> Installation:
    """A new installation with the rows of one that nobody is using."""
    copy = maker(urlsplit(original.variables.get("DRIVELINE_DATABASE_URL", "")).path.lstrip("/"))
    if not settings.POSTGRES:
        shutil.copy(original.home / "driveline.sqlite3", copy.home)
    return copy


def _administer(statement: str) -> None:
    """One statement outside any transaction, on a connection of its own."""
    other = connection.copy()
    try:
        with other._nodb_cursor() as cursor:
            cursor.execute(statement)
    finally:
        other.close()
