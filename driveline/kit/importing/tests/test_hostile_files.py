"""Whatever a stranger sends gets one sentence, within the bounds, and leaves nothing behind."""

import errno
import json
import os
import random
import re
import resource
import subprocess
import time

import pytest
from django.utils import translation

from driveline.kit.importing import reading
from driveline.kit.importing.reader import __main__ as child
from driveline.kit.importing.reading import Unreadable, convert, rows
from driveline.kit.importing.sentences import KINDS
from driveline.kit.importing.sentences import sentence as told
from driveline.kit.importing.tests import making
from driveline.kit.importing.tests.making import compound, package, text_row, workbook

MEGABYTE = 1 << 20
XML_SHEET = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(10)
) + "]>"  # fmt: skip


def refused(path, tmp_path, **options) -> Unreadable:
    """The refusal of a file; nothing of it may stay in the folder."""
    folder = tmp_path / "read"
    folder.mkdir(exist_ok=True)
    with pytest.raises(Unreadable) as caught:
        convert(path, path.name, folder, **options)
    assert list(folder.iterdir()) == []
    with translation.override("en"):
        said = str(caught.value)
    assert said
    assert "Traceback" not in said
    assert "%(" not in said
    return caught.value


def written(tmp_path, data: bytes, name: str = "a.xls"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def sentence(error: Unreadable) -> str:
    with translation.override("en"):
        return str(error.sentence)


def test_an_encrypted_workbook_says_to_remove_the_password(tmp_path):
    error = refused(compound(tmp_path / "a.xlsx", "EncryptionInfo", "EncryptedPackage"), tmp_path)
    assert (error.code, sentence(error)) == ("encrypted", "The file is encrypted; remove the password first.")


def test_a_zip_with_a_password_says_so_too(tmp_path):
    path = package(tmp_path / "a.xlsx", text_row("a"))
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(data)
    assert refused(path, tmp_path).code == "encrypted"


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\0" * 5000])
def test_an_empty_file_is_called_empty(tmp_path, data):
    assert refused(written(tmp_path, data), tmp_path).code == "empty_file"


@pytest.mark.parametrize("data", [b"\n\n\n", b",,,\n,,\n", b" \t \n"])
def test_a_file_of_blank_rows_has_no_rows(tmp_path, data):
    assert refused(written(tmp_path, data), tmp_path).code == "no_rows"


def test_a_workbook_without_cells_has_no_rows(tmp_path):
    assert refused(workbook(tmp_path / "a.xlsx", [], []), tmp_path).code == "no_rows"


def test_workbooks_with_macros_are_refused_however_they_are_named(tmp_path):
    types = making.TYPES.replace(
        "openxmlformats-officedocument.spreadsheetml.sheet", "ms-excel.sheet.macroEnabled"
    )
    for path in (
        package(tmp_path / "a.xlsm", text_row("a"), **{"xl/vbaProject.bin": b"x"}),
        package(tmp_path / "b.xlsx", text_row("a"), types=types),
        package(tmp_path / "c.xlsx", text_row("a"), **{"xl\\vbaProject.bin": b"x"}),
        package(tmp_path / "d.xlsx", text_row("a"), **{"xl/macrosheets/sheet1.xml": b"x"}),
        compound(tmp_path / "e.xls", "Workbook", "_VBA_PROJECT_CUR"),
    ):
        assert refused(path, tmp_path).code == "macros"


def test_bombs_are_seen_before_they_are_unpacked(tmp_path):
    started = time.monotonic()
    for path in (
        making.bomb(tmp_path / "a.xlsx", 40),
        making.overlapping(tmp_path / "b.xlsx", 40),
        package(tmp_path / "c.xlsx", text_row("a"), **{f"x{i}": b"" for i in range(5001)}),
    ):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        assert refused(path, tmp_path).code == "bomb"
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2
    assert time.monotonic() - started < 30


def test_a_bomb_that_lies_about_its_size_ends_at_the_bounds(tmp_path):
    path = making.bomb(tmp_path / "a.xlsx", 30)
    data = path.read_bytes()
    path.write_bytes(data.replace((30 * MEGABYTE).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    (tmp_path / "read").mkdir()
    with pytest.raises(Unreadable) as caught:
        convert(path, "a.xlsx", tmp_path / "read")
    assert caught.value.code in {"damaged", "no_rows", "bomb"}


def test_entities_are_not_expanded(tmp_path):
    assert (
        refused(package(tmp_path / "a.xlsx", text_row("&k;", "x"), before=ENTITIES), tmp_path).code
        == "damaged"
    )


def test_deep_nesting_does_no_harm(tmp_path):
    row = (
        '<row r="1"><c t="inlineStr"><is>'
        + "<r>" * 100_000
        + "<t>a</t>"
        + "</r>" * 100_000
        + "</is></c></row>"
    )
    folder = tmp_path / "read"
    folder.mkdir()
    convert(package(tmp_path / "a.xlsx", row), "a.xlsx", folder)
    assert list(rows(folder, 0)) == [(1, ["a"])]
    page = b"<html><table><tr><td>" + b"<b>" * 100_000 + b"x</table>"
    convert(written(tmp_path, page), "a.xls", folder)
    assert list(rows(folder, 0)) == [(1, ["x"])]


@pytest.mark.parametrize("part", [0.0005, 0.01, 0.3, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_called_damaged(tmp_path, part):
    path = workbook(tmp_path / "a.xlsx", [["张三", 13800000000 + n] for n in range(2000)])
    data = path.read_bytes()
    assert refused(written(tmp_path, data[: int(len(data) * part)], "b.xlsx"), tmp_path).code == "damaged"


@pytest.mark.parametrize("seed", range(6))
def test_a_workbook_with_broken_bytes_is_read_or_called_damaged(tmp_path, seed):
    chance = random.Random(seed)
    data = bytearray(workbook(tmp_path / "a.xlsx", [["a", n] for n in range(300)]).read_bytes())
    for _change in range(20):
        data[chance.randrange(200, len(data))] = chance.randrange(256)
    (tmp_path / "read").mkdir()
    code = ""
    try:
        convert(written(tmp_path, bytes(data)), "a.xls", tmp_path / "read")
    except Unreadable as error:
        code = error.code
    assert code in {"", "damaged", "bomb", "encrypted", "no_rows", "no_spreadsheet"}


@pytest.mark.parametrize("length", [8, 20, 76, 512, 700, 1100])
def test_a_truncated_old_workbook_is_called_damaged(tmp_path, length):
    data = compound(tmp_path / "a.xls", "Workbook").read_bytes()
    assert refused(written(tmp_path, data[:length]), tmp_path).code == "damaged"


def test_a_directory_that_runs_in_a_circle_comes_to_an_end(tmp_path):
    data = bytearray(compound(tmp_path / "a.xls", "Workbook").read_bytes())
    data[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")  # the directory's sector follows itself
    assert refused(written(tmp_path, bytes(data)), tmp_path).code == "damaged"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a picture or film"),
        (b"\xff\xd8\xff\xe0", "a picture or film"),
        (b"Rar!\x1a\x07", "an archive; unpack it first"),
        (b"\x1f\x8b\x08abc", "an archive; unpack it first"),
        (b"{\\rtf1 x}", "a text document"),
        (b"MZ\x90\0", "a program"),
        (b"SQLite format 3\0", "a database"),
        (b'{"a": [1, 2]}', "a JSON document"),
        (b'<?xml version="1.0"?><a/>', "an XML document"),
        (b"BEGIN:VCARD\nEND:VCARD\n", "a file of address cards"),
        (b"<!DOCTYPE html><html><body><p>x</p></body></html>", "a web page without a table"),
        (bytes(range(256)) * 40, "something else"),
    ],
)
def test_what_is_no_spreadsheet_is_called_what_it_is(tmp_path, data, words):
    error = refused(written(tmp_path, data), tmp_path)
    assert (error.code, sentence(error)) == ("no_spreadsheet", f"This is not a spreadsheet but {words}.")


def test_every_kind_makes_one_clean_sentence_in_chinese():
    with translation.override("zh-hans"):
        said = [told(code, {"kind": kind}) for code in ("no_spreadsheet", "save_as_xlsx") for kind in KINDS]
        assert told("no_spreadsheet", {"kind": "json"}) == "这个文件不是表格，而是：JSON 文档"
    assert [
        one for one in said if re.search(r"[\u4e00-\u9fff][A-Za-z0-9.]|[A-Za-z0-9][\u4e00-\u9fff]", one)
    ] == []


def test_other_documents_of_the_office_are_told_apart(tmp_path):
    types = making.TYPES.replace("spreadsheetml.sheet", "wordprocessingml.document")
    document = package(tmp_path / "a.xlsx", types=types, **{"word/document.xml": b"x"})
    assert sentence(refused(document, tmp_path)) == "This is not a spreadsheet but a text document."
    assert sentence(refused(compound(tmp_path / "b.xls", "WordDocument"), tmp_path)) == (
        "This is not a spreadsheet but a text document."
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x09\x00\x04\x00\x00\x00\x10\x00", "a workbook of a very old Excel"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a web archive"),
        (XML_SHEET, "a spreadsheet written as XML"),
    ],
)  # fmt: skip
def test_spreadsheets_of_other_kinds_are_to_be_saved_again(tmp_path, data, words):
    error = refused(written(tmp_path, data), tmp_path)
    assert sentence(error) == f"This is {words}; open it in a spreadsheet program and save it as .xlsx."


def test_tables_inside_tables_are_too_intricate(tmp_path):
    page = b"<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>"
    assert refused(written(tmp_path, page), tmp_path).code == "web_page"


def test_a_row_of_a_million_columns_is_named(tmp_path):
    for data in (b"a,b\n" + b"a," * 1_000_000, b"<table><tr><td>x</tr><tr>" + b"<td>a" * 1_000_000):
        error = refused(written(tmp_path, data), tmp_path)
        assert (error.code, error.params) == ("too_many_columns", {"row": 2, "limit": 1000})


def test_separators_without_end_behind_the_last_cell_do_no_harm(tmp_path):
    folder = tmp_path / "read"
    folder.mkdir()
    convert(written(tmp_path, b"a,b" + b"," * 200_000 + b"\n1,2\n"), "a.csv", folder)
    assert [row for _number, row in rows(folder, 0)] == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("quote", "size"), [(b'"', 50 * MEGABYTE), (b"", 50 * MEGABYTE), (b"", 80 * MEGABYTE)]
)
def test_a_cell_of_fifty_megabytes_is_named(tmp_path, quote, size):
    data = "姓名,备注\n张,".encode() + quote + b"x" * size + quote + b"\n"
    error = refused(written(tmp_path, data), tmp_path)
    assert (error.code, error.params) == ("long_cell", {"row": 2, "limit": 100_000})


def test_a_quote_that_is_never_closed_is_named_with_its_row(tmp_path):
    error = refused(written(tmp_path, b'a,b\n1,2\n3,"x\n' + b"4,5\n" * 100_000), tmp_path)
    assert (error.code, error.params) == ("open_quote", {"row": 3})
    assert sentence(error) == "A quotation mark opened in row 3 is never closed; correct that row."


def test_half_of_a_pair_of_surrogates_is_left_out_and_told(tmp_path):
    folder = tmp_path / "read"
    folder.mkdir()
    wide = b"\xff\xfe" + "姓名,张".encode("utf-16-le") + b"\x00\xd8" + ",1\n".encode("utf-16-le")
    narrow = "姓名,张三丰".encode() + b"\xed\xa0\x80" + b",1\n"
    for data, name in ((wide, "张�"), (narrow, "张三丰���")):
        book = convert(written(tmp_path, data), "a.csv", folder)
        assert [row for _number, row in rows(folder, 0)] == [["姓名", name, "1"]]
        assert [warning.code for warning in book.warnings] == ["unread_characters"]


def test_more_rows_than_allowed_are_refused_with_the_number_allowed(tmp_path):
    path = written(tmp_path, b"a,b\n" * 200)
    error = refused(path, tmp_path, max_rows=100)
    assert (error.code, error.params["limit"]) == ("too_many_rows", 100)
    assert convert(path, "a.csv", tmp_path / "read", max_rows=199).sheets[0].filled == 200


def test_blank_rows_without_end_are_refused(tmp_path):
    assert (
        refused(written(tmp_path, b"a,b\n" + b"\n" * 2_100_000 + b"c,d\n"), tmp_path).code == "too_many_rows"
    )


def test_a_cell_in_the_last_corner_of_a_sheet_is_too_large(tmp_path):
    row = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refused(package(tmp_path / "a.xlsx", text_row("a") + row), tmp_path).code == "too_large"


def test_memory_is_bounded(tmp_path):
    rows_of_it = "".join(f'<row r="{n}"><c r="AX{n}"><v>1</v></c></row>' for n in range(2, 60_000))
    path = package(tmp_path / "a.xlsx", text_row("a", number=1) + rows_of_it)
    error = refused(path, tmp_path, memory=48 * MEGABYTE)
    assert error.code == "too_large"


def test_time_is_bounded_and_the_child_is_gone_afterwards(tmp_path):
    page = b"<html><table><tr><td>" + b"<i>" * 3_000_000
    started = time.monotonic()
    error = refused(written(tmp_path, page), tmp_path, seconds=1)
    assert (error.code, sentence(error)) == (
        "too_slow",
        "Reading the file took longer than 1 seconds; split it.",
    )
    assert time.monotonic() - started < 10
    children = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    assert str(tmp_path) not in children.stdout


def test_a_file_that_is_not_there_is_no_traceback(tmp_path):
    assert refused(tmp_path / "none.xlsx", tmp_path).code == "unreadable"


def test_no_room_on_the_server_is_not_the_files_fault(tmp_path, monkeypatch, capsys):
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(child, "bound", lambda memory, seconds: None)
    monkeypatch.setattr(child, "read", full)
    options = {"memory": 1, "seconds": 1, "limits": {}}
    code = child.main([str(tmp_path / "a"), str(tmp_path), json.dumps(options)])
    end = reading._refusal(code, capsys.readouterr().out.encode(), options)
    assert isinstance(end, OSError)
    assert end.errno == errno.ENOSPC


def test_a_sentence_is_made_in_the_readers_language_not_the_workers(tmp_path):
    error = refused(written(tmp_path, b""), tmp_path)
    with translation.override("en"):
        assert str(error.sentence) == "The file is empty: it has 0 bytes of data."
