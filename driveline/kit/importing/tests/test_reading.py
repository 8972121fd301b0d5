"""Files are read by what they contain, and cells as a person reads them."""

import datetime as dt
import json
import subprocess
import sys
import threading

import pytest
from django.utils import translation

from driveline.kit.importing import reading
from driveline.kit.importing.reader.cells import text
from driveline.kit.importing.reading import Book, Sheet, convert, rows
from driveline.kit.importing.tests.making import package, text_row, workbook

moment = dt.datetime.fromisoformat


def cells(path, tmp_path, sheet: int = 0, **options) -> list[list[str]]:
    """All rows of a sheet; the conversion is left in `tmp_path/read`."""
    (tmp_path / "read").mkdir(exist_ok=True)
    convert(path, path.name, tmp_path / "read", **options)
    return [row for _number, row in rows(tmp_path / "read", sheet)]


def written(tmp_path, data: bytes, name: str = "a.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_the_child_knows_nothing_of_django_and_nothing_of_our_secrets():
    code = "import sys; import driveline.kit.importing.reader.__main__, driveline.kit.importing.reader.workbook; " \
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'django', 'psycopg'}), " \
        "sorted(m for m in sys.modules if m.startswith('driveline.') and '.importing' not in m))"  # fmt: skip
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[] ['driveline.kit']"
    assert not any("DRIVELINE" in name or "DJANGO" in name for name in reading._environment())


def test_numbers_dates_and_truths_are_read_as_a_person_reads_them(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [
        [13800000005, 0.1 + 0.2, -2.50, 0, 1e-7, 99999.995],
        [123456789012345, 123456789012345678, 6222020200012345],
        [moment("2026-11-20"), moment("2026-11-20 14:05:00"), True, False],
        ["00123", "=1+1", " 张三 ", "a\nb"],
    ])  # fmt: skip
    assert cells(path, tmp_path) == [
        ["13800000005", "0.3", "-2.5", "0", "0.0000001", "99999.995"],
        ["123456789012345", "1.234567890123457e+17", "6.222020200012345e+15"],
        ["2026-11-20", "2026-11-20 14:05", "TRUE", "FALSE"],
        ["00123", "=1+1", " 张三 ", "a\nb"],
    ]


def test_a_time_of_day_stands_behind_its_date(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [[moment("2026-11-20 14:05:00")]])
    assert cells(path, tmp_path) == [["2026-11-20 14:05"]]
    assert text(moment("2024-03-05 14:05:00")) == "2024-03-05 14:05"
    assert text(moment("2024-03-05 14:04:59.999600")) == "2024-03-05 14:05"
    assert text(moment("2024-03-05 23:59:59.999600")) == "2024-03-06"
    assert text(dt.time(9, 30)) == "09:30"
    assert text(dt.timedelta(hours=30, minutes=15)) == "30:15"
    assert text(float("nan")) == text(float("inf")) == text(None) == ""


def test_dates_from_1904_are_not_four_years_late(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [[moment("2026-11-20")]], date_1904=True)
    assert cells(path, tmp_path) == [["2026-11-20"]]


def test_error_cells_are_kept_as_their_text(tmp_path):
    row = (
        '<row r="2"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B2"><v>5</v></c>'
        '<c r="C2" t="e"><v>#N/A</v></c></row>'
    )
    assert cells(package(tmp_path / "a.xlsx", text_row("a", "b", "c") + row), tmp_path)[1] == [
        "#DIV/0!",
        "5",
        "#N/A",
    ]


def test_formulas_give_their_last_value(tmp_path):
    row = (
        '<row r="1"><c r="A1"><f>SUM(1,2)</f><v>3</v></c><c r="B1" t="str"><f>"a"</f><v>abc</v></c>'
        '<c r="C1"><f>1+1</f></c></row>'
    )
    assert cells(package(tmp_path / "a.xlsx", row), tmp_path) == [["3", "abc"]]


def test_rows_keep_the_numbers_and_columns_they_have_in_the_file(tmp_path):
    inside = '<c r="C3" t="inlineStr"><is><t>x</t></is></c>'
    path = package(tmp_path / "a.xlsx", f'<row r="3">{inside}</row><row r="6"><c r="D6"><v>1</v></c></row>')
    assert cells(path, tmp_path) == [[], [], ["", "", "x"], [], [], ["", "", "", "1"]]
    assert list(rows(tmp_path / "read", 0, start=5)) == [(6, ["", "", "", "1"])]


def test_blank_ends_of_rows_and_sheets_are_cut(tmp_path):
    path = written(tmp_path, "a,b,,\n, ,\u3000\nc\n,,,\n\n".encode())
    assert cells(path, tmp_path) == [["a", "b"], [], ["c"]]
    assert Book.load(tmp_path / "read").sheets == [Sheet("", 3, 2, False, 2)]


def test_every_sheet_is_read_with_its_name_and_whether_it_is_hidden(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet("一月").write_string(0, 0, "x")
        hidden = book.add_worksheet("字典")
        hidden.write_string(1, 1, "y")
        hidden.hide()
        book.add_worksheet("空")
    assert cells(tmp_path / "a.xlsx", tmp_path, 1) == [[], ["", "y"]]
    book = Book.load(tmp_path / "read")
    assert book.sheets == [
        Sheet("一月", 1, 1, False, 1),
        Sheet("字典", 2, 2, True, 1),
        Sheet("空", 0, 0, False, 0),
    ]
    assert (book.kind, book.encoding, book.delimiter, book.warnings) == ("xlsx", "", "", [])


def test_merged_labels_of_a_head_are_filled_and_merged_data_are_not(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 1, "客户")
        sheet.merge_range(0, 2, 1, 2, "备注")
        sheet.write_row(1, 0, ["姓名", "手机"])
        sheet.merge_range(2, 0, 3, 0, "张三")
        sheet.write_column(2, 1, ["138", "139"])
    assert cells(tmp_path / "a.xlsx", tmp_path) == [
        ["客户", "", "备注"],
        ["姓名", "手机", "备注"],
        ["张三", "138"],
        ["", "139"],
    ]


@pytest.mark.parametrize(
    ("codec", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
    ],
)
def test_a_text_is_read_in_the_encoding_it_is_in(tmp_path, codec, shown):
    path = written(tmp_path, "姓名,手机,备注\n镕喆,13800004127,想了解首付\n".encode(codec))
    assert cells(path, tmp_path) == [["姓名", "手机", "备注"], ["镕喆", "13800004127", "想了解首付"]]
    assert Book.load(tmp_path / "read").encoding == shown


def test_a_single_rare_character_does_not_make_a_chinese_file_western(tmp_path):
    path = written(tmp_path, "name,phone\n朱镕基,138\n".encode("gb18030"))
    assert cells(path, tmp_path)[1] == ["朱镕基", "138"]


def test_big5_is_believed_when_it_is_certain(tmp_path):
    text = "姓名,電話,地址\n王小明,0912345678,臺北市信義區市府路一號\n李大同,0922333444,高雄市前鎮區中山二路五號\n"
    assert cells(written(tmp_path, text.encode("big5")), tmp_path) == [
        line.split(",") for line in text.splitlines()
    ]
    assert Book.load(tmp_path / "read").encoding == "Big5"


def test_a_western_file_is_not_taken_for_chinese(tmp_path):
    path = written(tmp_path, "Name,City\nJosé Béla,São Paulo\n".encode("cp1252"))
    assert cells(path, tmp_path)[1] == ["José Béla", "São Paulo"]


def test_a_few_broken_bytes_cost_only_themselves_and_are_told(tmp_path):
    path = written(tmp_path, "姓名,手机\n张三丰,13800004127\n李四".encode() + b"\xff,139\n")
    assert cells(path, tmp_path)[2] == ["李四�", "139"]
    with translation.override("en"):
        told = [warning.sentence for warning in Book.load(tmp_path / "read").warnings]
    assert told == ["Characters that could not be read and stand as question marks: 1."]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2;3\n", ";"),
        ("a\tb\tc\n1,2\tx, y\t3\n", "\t"),
        ("a|b|c\n1|2,5|3\n", "|"),
        ("sep=;\na;b\n1;2\n", ";"),
        ("一列\n138\n", ","),
        ('a,b\n"x;y;z",2\n"u;v;w",3\n', ","),
    ],
)
def test_the_separator_is_found_by_its_look(tmp_path, text, delimiter):
    cells(written(tmp_path, text.encode()), tmp_path)
    assert Book.load(tmp_path / "read").delimiter == delimiter


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_every_way(tmp_path, end):
    text = end.join(["a,b", '1,"x\ny"', "", "3,4"])
    assert cells(written(tmp_path, text.encode()), tmp_path) == [["a", "b"], ["1", "x\ny"], [], ["3", "4"]]


def test_blanks_between_separator_and_quote_do_not_part_a_sentence(tmp_path):
    text = 'Subject, Text\nHello, "Thank you, dear"\nBye, "See you, soon"\n'
    assert cells(written(tmp_path, text.encode()), tmp_path)[1] == ["Hello", "Thank you, dear"]


def test_quotes_that_break_the_rules_are_taken_as_they_are_and_told(tmp_path):
    path = written(tmp_path, b'a,b,c\n1,"Hey, I missed " it",3\n4,5,6\n')
    assert cells(path, tmp_path) == [["a", "b", "c"], ["1", 'Hey, I missed  it"', "3"], ["4", "5", "6"]]
    (warning,) = Book.load(tmp_path / "read").warnings
    assert (warning.code, warning.params) == ("stray_quotes", {"row": 2})


def test_zero_bytes_are_left_out_and_told(tmp_path):
    assert cells(written(tmp_path, "姓名,手机\n张\0三,138\0\n".encode()), tmp_path)[1] == ["张三", "138"]
    (warning,) = Book.load(tmp_path / "read").warnings
    assert (warning.code, warning.params) == ("nulls", {"sheet": "", "cells": 2})


def test_a_web_page_under_the_name_of_a_spreadsheet_is_read(tmp_path):
    page = (
        '<html><head><meta charset="gb2312"><style>td{}</style></head><body><table>'
        '<tr><th colspan="2">留资</th><th>x</th></tr><tr><td>姓&nbsp;名<td>手机<br>号码</tr>'
        "<tr><td rowspan=2>张三</td><td>138 &amp; 139</td></tr><tr><td>137</td></tr></table>"
    )
    path = written(tmp_path, page.encode("gbk"), "线索.xls")
    assert cells(path, tmp_path) == [
        ["留资", "", "x"],
        ["姓 名", "手机\n号码"],
        ["张三", "138 & 139"],
        ["", "137"],
    ]
    assert Book.load(tmp_path / "read").kind == "html"


def test_the_name_of_a_file_decides_nothing(tmp_path):
    path = workbook(tmp_path / "a.csv", [["x"]])
    assert cells(path, tmp_path) == [["x"]]
    assert cells(written(tmp_path, b"x,y", "b.xlsx"), tmp_path) == [["x", "y"]]


def test_a_second_conversion_replaces_the_first_and_leftovers_of_a_killed_one(tmp_path):
    (tmp_path / "read").mkdir()
    (tmp_path / "read" / "reading-dead").mkdir()
    cells(written(tmp_path, b"a,b"), tmp_path)
    assert cells(written(tmp_path, b"c,d"), tmp_path) == [["c", "d"]]
    assert sorted(path.name for path in (tmp_path / "read").iterdir()) == ["0.ndjson", "book.json"]


def test_a_row_is_a_list_of_texts_in_json_per_line(tmp_path):
    cells(written(tmp_path, "张,\u2028x\n".encode()), tmp_path)
    assert json.loads((tmp_path / "read" / "0.ndjson").read_text(encoding="utf-8")) == ["张", "\u2028x"]


def test_many_files_can_be_read_at_once(tmp_path):
    found: list[list[list[str]]] = []

    def read(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        found.append(cells(written(folder, f"a{number},b".encode()), folder))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [[[f"a{number}", "b"]] for number in range(6)]
