"""What goes out comes back: failed rows in their columns with their reasons, and the template."""

import io
from pathlib import Path

import pytest
from django.utils import translation

from driveline.kit.importing import own
from driveline.kit.importing.headers import guess, read_head
from driveline.kit.importing.reading import Book, convert, rows
from driveline.kit.importing.returning import FailedRow, failed_workbook, template_workbook
from driveline.kit.importing.tests.lead_fields import LEAD_FIELDS
from driveline.kit.importing.tests.packages import cell_styles, notes_of

HEADER = ["序号", "姓名", "联系电话", "渠道", "留言"]
HOSTILE = [
    "=1+1",
    "+86 138",
    "-1",
    "@SUM(1)",
    "http://a.b",
    "00123",
    "1e5",
    "TRUE",
    "_x0041_",
    "a\x02b",
    "行1\n行2",
    " 前 ",
]


def sent_back(path: Path, folder: Path) -> tuple[Book, list[tuple[int, list[str]]]]:
    folder.mkdir()
    return convert(path, path.name, folder), list(rows(folder, 0))


def failed(path: Path, header: list[str], failures: list[FailedRow]) -> Path:
    with path.open("wb") as out:
        failed_workbook(out, header, failures)
    return path


def test_failed_rows_come_back_as_they_were_sent(tmp_path):
    cells = ["00123", "=cmd|' /C calc'!A0", "13800004127", "汽车之家", "第一行\n第二行"]
    path = failed(
        tmp_path / "a.xlsx",
        HEADER,
        [FailedRow(7, cells, {2: "少一位"}), FailedRow(9, ["1"], {None: "同批重复", 1: "为空"})],
    )
    with translation.override("en"):
        book, found = sent_back(path, tmp_path / "read")
    assert book.kind == "xlsx"
    assert found[0][1][:5] == HEADER
    assert found[1][1] == [*cells, "联系电话: 少一位", "7"]
    assert found[2][1] == ["1", "", "", "", "", "同批重复\n姓名: 为空", "9"]


def test_the_cell_at_fault_is_red_and_has_its_reason_as_a_note(tmp_path):
    path = failed(
        tmp_path / "a.xlsx", HEADER, [FailedRow(2, ["1", "张三", "138"], {2: "手机号应为 11 位", 4: "太短"})]
    )
    assert notes_of(path) == {"C2": "手机号应为 11 位", "E2": "太短"}
    styles = cell_styles(path)
    assert styles["C2"] == styles["E2"] != styles["B2"]
    assert styles["A2"] == styles["B2"]


def test_a_mended_file_is_guessed_as_the_first_one_was(tmp_path):
    header = ["姓名", "联系电话", "渠道"]
    path = failed(tmp_path / "a.xlsx", header, [FailedRow(2, ["张三", "138", "汽车之家"], {1: "少"})])
    _book, found = sent_back(path, tmp_path / "read")
    head = read_head([cells for _number, cells in found], LEAD_FIELDS)
    assert (head.index, head.first) == (0, 1)
    guesses = guess(head.labels, [["张三", "13800004127", "汽车之家", "少", "2"]], LEAD_FIELDS)
    assert [g.field for g in guesses] == ["name", "phone", "source", None, None]
    assert [g.ground.code for g in guesses[3:]] == ["own", "own"]


def test_a_second_round_has_the_reasons_once(tmp_path):
    first = failed(tmp_path / "a.xlsx", ["姓名", "手机"], [FailedRow(5, ["张三", "138"], {1: "少"})])
    _book, found = sent_back(first, tmp_path / "one")
    second = failed(tmp_path / "b.xlsx", found[0][1], [FailedRow(2, found[1][1], {1: "还少"})])
    _book, again = sent_back(second, tmp_path / "two")
    assert [cells[:2] for _number, cells in again] == [["姓名", "手机"], ["张三", "138"]]
    assert again[1][1] == ["张三", "138", "手机: 还少", "2"]


@pytest.mark.parametrize("cell", HOSTILE)
def test_a_cell_is_text_whatever_it_looks_like(tmp_path, cell):
    path = failed(tmp_path / "a.xlsx", ["a", "b"], [FailedRow(1, [cell, "x"], {1: "y"})])
    _book, found = sent_back(path, tmp_path / "read")
    assert found[1][1][0] == cell


def test_what_no_spreadsheet_can_hold_does_not_break_the_file(tmp_path):
    path = failed(tmp_path / "a.xlsx", ["a"], [FailedRow(1, ["\ud800x", "y" * 40_000], {0: "z" * 40_000})])
    _book, found = sent_back(path, tmp_path / "read")
    assert found[1][1][0] == "�x"
    assert len(found[1][1][1]) == 32_767


def test_our_own_labels_are_known_in_every_language(tmp_path):
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert own.is_own_label(str(own.REASON))
            assert own.is_own_label(str(own.ROW))
            assert own.is_example([f"{own.EXAMPLE}周明远", "138"])
    assert not own.is_own_label("原因")
    assert not own.is_own_label("")
    assert not own.is_example(["周明远"])
    assert not own.is_example([])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_template_is_read_back_with_every_field_and_without_its_example(tmp_path, language):
    stream = io.BytesIO()
    with translation.override(language):
        template_workbook(stream, LEAD_FIELDS, "线索导入/模板", ["一行一个客户"])
    path = tmp_path / "t.xlsx"
    path.write_bytes(stream.getvalue())
    book, found = sent_back(path, tmp_path / "read")
    assert book.sheets[0].name == "线索导入 模板"
    head = read_head([cells for _number, cells in found], LEAD_FIELDS)
    assert [g.field for g in guess(head.labels, [], LEAD_FIELDS)] == [field.name for field in LEAD_FIELDS]
    assert all(g.ground.code == "label" for g in guess(head.labels, [], LEAD_FIELDS))
    assert found[0][1][:3] == ["*客户名称", "名", "*手机号码"]
    assert list(head.data(iter(found))) == []
    filled = [*found, (3, ["张三", "", "13800004127"])]
    assert list(head.data(iter(filled))) == [(3, ["张三", "", "13800004127"])]


def test_columns_of_a_template_are_text_so_that_long_numbers_stay(tmp_path):
    path = tmp_path / "t.xlsx"
    with path.open("wb") as out:
        template_workbook(out, LEAD_FIELDS[:3], "t", [])
    assert set(cell_styles(path, columns=True).values()) == {"@"}


def test_the_notes_say_what_each_column_wants(tmp_path):
    path = tmp_path / "t.xlsx"
    with translation.override("en"), path.open("wb") as out:
        template_workbook(out, LEAD_FIELDS[:1], "Leads", ["One customer per row."])
    (tmp_path / "read").mkdir()
    convert(path, "t.xlsx", tmp_path / "read")
    notes = [cells for _number, cells in rows(tmp_path / "read", 1)]
    assert notes[:2] == [["Leads"], ["One customer per row."]]
    assert ["客户名称", "yes", "30", "周明远"] in notes
