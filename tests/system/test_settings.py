"""What production refuses, and what the environment may say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from driveline.config import env
from tests.system.conftest import Installation, Maker


@pytest.mark.parametrize("variable", ["DRIVELINE_NOW", "DRIVELINE_NOW_FILE", "DRIVELINE_GALLERY", "DEBUG"])
def test_production_refuses_what_makes_it_lie(new_installation: Maker, variable: str) -> None:
    done = new_installation().run("check", **{variable: "1"})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "not for" in done.stderr


def test_a_database_server_needs_the_secret_to_be_given(tmp_path: Path) -> None:
    installation = Installation(tmp_path, {"DRIVELINE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    done = installation.run("check", DRIVELINE_SECRET_KEY="")
    assert (done.returncode, "DRIVELINE_SECRET_KEY" in done.stderr) == (1, True)
    assert not (tmp_path / "secret.key").exists()


def test_the_secret_is_made_once_and_kept_from_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRIVELINE_SECRET_KEY")
    made = env.secret_key(tmp_path, may_generate=True)
    assert len(made) >= 60
    assert env.secret_key(tmp_path, may_generate=False) == made
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["secret.key"]


def test_a_database_url_is_read(tmp_path: Path) -> None:
    found = env.database(tmp_path, "postgresql://an%40na:p%2Fw@db.example:6543/drive%20line?sslmode=require")
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("drive line", "an@na", "p/w")
    options = {"sslmode": "require", "options": env.POSTGRES_PLANNER}
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("db.example", "6543", options)
    assert env.database(tmp_path, "postgresql:///x?host=%2Fsocket")["HOST"] == "/socket"


def test_the_embedded_database_takes_the_write_lock_at_once(tmp_path: Path) -> None:
    found = env.database(tmp_path, "")
    assert found["NAME"] == tmp_path / "driveline.sqlite3"
    assert (found["OPTIONS"]["transaction_mode"], found["OPTIONS"]["timeout"]) == ("IMMEDIATE", 20)
    assert found["CONN_MAX_AGE"] == 60


def test_an_unknown_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured):
        env.database(tmp_path, "mysql://somewhere/x")


def test_check_finds_a_sound_installation_sound(new_migrated_installation: Maker) -> None:
    done = new_migrated_installation().run("check")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert {line.split()[0] for line in done.stdout.splitlines()} == {"ok"}


def test_check_names_what_is_wrong(new_installation: Maker) -> None:
    installation = new_installation()
    (installation.home / "secret.key").write_text("x" * 60)
    (installation.home / "secret.key").chmod(0o644)
    done = installation.run("check", DRIVELINE_SECRET_KEY="")
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert done.returncode == 1
    assert [line.split(":")[0] for line in failed] == [
        "FAIL  settings",
        "FAIL  data folder",
        "FAIL  migrations",
    ]


def test_the_first_person_is_named_in_the_language_of_the_installation(
    new_migrated_installation: Maker,
) -> None:
    installation = new_migrated_installation()
    done = installation.run("init", "--group", "G", "--store", "S01", "S", "--admin", "boss")
    assert (done.returncode, "S01 S is ready." in done.stdout) == (0, True), done.stderr
    who = "from driveline.core.models import User; print(User.objects.get(login='boss').name)"
    assert installation.python(who) == "系统管理员"


@pytest.mark.postgres
def test_check_names_a_database_that_does_not_know_chinese(new_installation: Maker) -> None:
    done = new_installation("LC_COLLATE 'C' LC_CTYPE 'C'").run("check")
    assert (done.returncode, "FAIL  database locale" in done.stdout) == (1, True)
