"""driveline import: what it prints, what it refuses with 1, and that the same line goes on where it was broken off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from driveline.config.cli import Refusal
from driveline.config.commands import import_
from driveline.core import dictionaries
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.imports.mapping import mapping_save
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.kit.errors import Forbidden, Invalid, Refused
from tests.world import World

LINES = "姓名,手机号,渠道\n周明远,13800004127,汽车之家\n何静怡,1390000775,懂车帝\n罗曼青,18100003379,抖音\n"


class Terminal:
    """A terminal in a folder with a file."""

    def __init__(self, world: World, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        dictionaries.seed(world.group.pk)
        self.file = folder / "名单.csv"
        self.file.write_text(LINES, encoding="utf-8")
        self._capsys = capsys

    def run(self, *words: str) -> str:
        import argparse

        parser = argparse.ArgumentParser()
        import_.add_arguments(parser)
        given = ["leads", str(self.file), "--store", "HX000026", *words]
        assert import_.run(parser.parse_args(given)) == 0
        return self._capsys.readouterr().out


@pytest.fixture
def terminal(world: World, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    settings.MEDIA_ROOT = tmp_path / "files"
    return Terminal(world, tmp_path, capsys)


def test_a_dry_run_says_what_would_be_and_writes_nothing(terminal: Terminal) -> None:
    said = terminal.run("--source", "other_web", "--dry-run")
    assert "3 行，表头在第 1 行" in said
    assert "抖音 1" in said
    assert said.rstrip().endswith("没有写入任何数据")
    assert (Intake.objects.count(), Pursuit.objects.count()) == (0, 0)


def test_a_reader_of_english_is_answered_in_english(terminal: Terminal, world: World) -> None:
    type(world.jingding).objects.filter(pk=world.jingding.pk).update(language="en")
    said = terminal.run("--as", "jingding", "--dry-run")
    assert "rows: 3, head in row 1" in said
    assert said.rstrip().endswith("nothing was written")


def test_a_run_says_numbers_and_speed_and_gives_failed_rows_back(terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "错误行.xlsx"
    said = terminal.run("--as", "jingding", "--failed", str(out))
    assert "每秒 " in said
    assert "批次号 1" in said
    assert out.read_bytes().startswith(b"PK")
    assert (Intake.objects.count(), Pursuit.objects.count()) == (3, 2)
    assert ImportBatch.objects.get().user.login == "jingding"
    assert "没有新建，因此没有批次号" in terminal.run("--as", "jingding", "--keep-existing")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("--source", "nowhere"), Refusal),
        (("--sheet", "4"), Refused),
        (("--mapping", "nothing"), Refused),
        (("--as", "nobody"), Refusal),
        (("--as", "gujia"), Forbidden),
        (("--as", "jingchen"), Refusal),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_imported(
    terminal: Terminal, words: tuple[str, ...], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        terminal.run(*words)
    assert not Intake.objects.exists()


def test_a_file_without_numbers_and_one_that_is_none_are_refused(terminal: Terminal) -> None:
    for text in ("姓名,备注\n周明远,想看车\n", ""):
        terminal.file.write_text(text, encoding="utf-8")
        with pytest.raises(Invalid):
            terminal.run()
    terminal.file.unlink()
    with pytest.raises(Refusal):
        terminal.run()


def test_the_same_line_goes_on_with_what_was_stopped(terminal: Terminal, world: World) -> None:
    terminal.run("--as", "jingding", "--dry-run")
    ImportBatch.objects.update(state="stopped", started_at="2019-03-05T02:00:00Z", position=2)
    said = terminal.run("--as", "jingding")
    assert "从第 2 行之后继续" in said
    assert sorted(Intake.objects.values_list("row", flat=True)) == [3, 4]
    assert ImportBatch.objects.count() == 1


def test_columns_are_read_as_kept_under_a_name(terminal: Terminal, world: World) -> None:
    terminal.run("--as", "jingding", "--dry-run")
    batch = ImportBatch.objects.get()
    batch.mapping = {"name": 0, "mobile": 1}
    mapping_save(world.actor(world.jingding), batch, "无来源")
    said = terminal.run("--as", "jingding", "--mapping", "无来源", "--source", "hotline")
    assert "渠道  →  -" in said
    assert set(Pursuit.objects.values_list("source__code", flat=True)) == {"hotline"}
