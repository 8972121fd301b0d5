"""Files of the outside world, unedited: each is read, its head found, its columns named as a person would."""

import csv
import json
from pathlib import Path

import pytest

from driveline.kit.importing.headers import guess, read_head
from driveline.kit.importing.reading import Book, Unreadable, convert, rows
from driveline.kit.importing.returning import FailedRow, failed_workbook
from driveline.kit.importing.tests.data import DATA, HERE, WHY, found
from driveline.kit.importing.tests.lead_fields import LEAD_FIELDS
from driveline.kit.importing.tests.test_values import date_order

pytestmark = pytest.mark.skipif(not HERE, reason=WHY)

LOOKED_AT = 60


def read(path: Path, folder: Path) -> tuple[Book, list[list[str]]]:
    book = convert(path, path.name, folder)
    return book, [cells for _number, cells in rows(folder, 0)]


def answer_to(path: Path, folder: Path) -> list[list[str]] | str:
    """The rows, or the code of the refusal."""
    try:
        return read(path, folder)[1]
    except Unreadable as error:
        return error.code


def mapping(path: Path, folder: Path) -> tuple[int, dict[str, str]]:
    """The place of the head and label → field, for the first sheet."""
    _book, lines = read(path, folder)
    head = read_head(lines[:LOOKED_AT], LEAD_FIELDS)
    found = guess(head.labels, lines[head.first : head.first + LOOKED_AT], LEAD_FIELDS)
    return head.index, {head.labels[g.column]: g.field for g in found if g.field}


# What a person would choose, looked at one by one: file → (place of the head, label → field).
DEALERS = {
    "公司名称": "name",
    "品牌": "brand",
    "地址": "address",
    "城市": "city",
    "省份": "province",
    "联系电话": "phone",
}
TEMPLATE = {
    "手机号": "phone",
    "电话": "tel",
    "邮箱": "mail",
    "地址": "address",
    "省份": "province",
    "城市": "city",
}
ORO = {
    "Gender": "gender", "GivenName": "given_name", "Surname": "name", "StreetAddress": "address", "City": "city",
    "State": "province", "EmailAddress": "mail", "TelephoneNumber": "phone", "Vehicle": "model",
}  # fmt: skip
ZOHO = {"Last Name": "name", "Email": "mail", "Lead Source": "source", "Mobile": "phone"}
RIGHT: dict[str, tuple[int, dict[str, str]]] = {
    "crm/cn_import_templates/客户导入模板_vue3Proj.xlsx": (1, {
        **TEMPLATE, "客户姓名": "name", "客户来源": "source", "备注": "remark"}),
    "crm/cn_import_templates/线索导入模板_vue3Proj.xlsx": (1, {**TEMPLATE, "姓名": "name", "线索来源": "source"}),
    "crm/cn_import_templates/商机导入模板_vue3Proj.xlsx": (1, {"客户姓名": "name"}),
    "crm/cn_import_templates/客户导入模板_lead-system.xlsx": (0, {
        "名称": "name", "电话": "phone", "邮箱": "mail", "微信": "wechat", "地址": "address", "备注": "remark"}),
    "crm/customer_call_list_messy.xlsx": (0, {
        "First_Name": "given_name", "Last_Name": "name", "Phone_Number": "phone", "Address": "address"}),
    "crm/oro_demo/accounts.csv": (0, ORO),
    "crm/oro_demo/leads.csv": (0, ORO),
    "crm/zoho_crm_export/Leads.csv": (0, {**ZOHO, "Lead Owner": "consultant"}),
    "crm/zoho_crm_export/Contacts.csv": (0, {**ZOHO, "Contact Owner": "consultant"}),
    "crm/zoho_crm_export/Users.csv": (0, {"First Name": "given_name", "Last Name": "name", "Email": "mail"}),
    "crm/zoho_crm_export/Accounts.csv": (0, {"Account Name": "name", "Account Owner": "consultant"}),
    "crm/zoho_crm_export/Vendors.csv": (0, {"Vendor Name": "name", "Vendor Owner": "consultant"}),
    "crm/hubspot_format/hubspot_contacts.csv": (0, {
        "First Name": "given_name", "Last Name": "name", "Email": "mail", "Phone Number": "tel",
        "Mobile Phone Number": "phone",
        "Contact Owner": "consultant", "Lead Source": "source", "Street Address": "address", "City": "city",
        "State/Region": "province"}),
    "crm/hubspot_format/hubspot_companies.csv": (0, {
        "Company Name": "name", "Phone Number": "phone", "Street Address": "address", "City": "city",
        "State/Region": "province", "Company Owner": "consultant"}),
    "crm/dealer_leads_testdrives/Leads.csv": (0, {"lead_source": "source"}),
    "crm/dealer_leads_testdrives/customers.csv": (0, {"region": "province"}),
    "crm/dealer_leads_testdrives/Models.csv": (0, {"model_name": "model"}),
    "crm/dealer_leads_testdrives/Geography.csv": (0, {"city": "city", "region": "province"}),
    "crm/dealer_leads_testdrives/Test_drive.csv": (0, {}),
    "crm/maven_crm_sales_opportunities/sales_teams.csv": (0, {"sales_agent": "consultant"}),
    "crm/bank_marketing/bank-additional.csv": (0, {}),
    "crm/salesforce_dataloader/accountData.csv": (0, {
        "NAME": "name", "BILLINGSTREET": "address", "PHONE": "phone", "DESCRIPTION": "remark"}),
    "crm/salesforce_dataloader/opportunityData.csv": (0, {
        "NAME": "name", "DESCRIPTION": "remark", "LEADSOURCE": "source"}),
    "auto/car_sales/car_sales_customers.csv": (0, {
        "Customer Name": "name", "Gender": "gender", "Model": "model", "Phone": "phone"}),
    "auto/used_cars/dongchedi_usedcars.xls": (0, {"品牌": "brand", "车型": "model"}),
    "auto/used_cars/autohome_usedcars_gb18030.csv": (0, {"brand": "brand"}),
    "auto/repair_shop/client_gb18030.csv": (0, {
        "name": "name", "phone": "phone", "address": "address", "sheng": "province", "shi": "city", "remark": "remark",
        "registerPhone": "tel"}),
    "auto/complaints/car_complain_202006.csv": (0, {"brand": "brand", "car_model": "model"}),
    "tickets/cn_petitions/附件1_分类.xlsx": (0, {}),
    "tickets/cn_petitions/附件4_答复.xlsx": (0, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_head_and_columns_are_those_that_a_person_would_choose(name, tmp_path):
    assert mapping(DATA / name, tmp_path) == RIGHT[name]


@pytest.mark.parametrize("path", found("auto/dealers_20*/*.xlsx"), ids=lambda path: path.stem)
def test_every_dealer_list_has_its_six_columns(path, tmp_path):
    assert mapping(path, tmp_path) == (0, DEALERS)


# Several tables side by side, figures for labels, none at all.
UNLABELLED = {"data_dictionary.csv", "autohome_series.csv", "wmi.csv"}
LABELLED = [
    path
    for path in [*found("crm/**/*.csv"), *found("auto/*/*.csv"), *found("survey/*.csv")]
    if path.name not in UNLABELLED
]


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_file_with_labels_has_its_head_in_the_first_row(path, tmp_path):
    _book, lines = read(path, tmp_path)
    assert read_head(lines[:LOOKED_AT], LEAD_FIELDS).index == 0


def test_a_list_without_labels_is_seen_to_have_none(tmp_path):
    _book, lines = read(DATA / "auto/vin/wmi.csv", tmp_path)
    assert read_head(lines[:LOOKED_AT], LEAD_FIELDS).index == -1


TWINS = [path for path in found("suites/encodings_cpython/*-utf8.txt") if not path.stem.startswith("hz")]


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.stem)
def test_texts_in_chinese_encodings_are_read_like_their_unicode_twins(path, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert (
        read(path, tmp_path / "a")[1]
        == read(path.with_name(path.name.replace("-utf8", "")), tmp_path / "b")[1]
    )


GOOD = [path for path in [*found("suites/csv_spectrum/*.csv"), *found("suites/csv_sineemore/*.csv")]
        if path.with_suffix(".json").exists()]  # fmt: skip


@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_good_csv_files_have_exactly_the_cells_that_were_meant(path, tmp_path):
    meant = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if meant and isinstance(meant[0], dict):
        meant = [list(meant[0]), *([*row.values()] for row in meant)]
    meant = [row if any(row) else [] for row in meant]
    while meant and not meant[-1]:
        meant.pop()
    if not any(meant) and path.stem == "all-empty":
        with pytest.raises(Unreadable) as caught:
            read(path, tmp_path)
        assert caught.value.code == "no_rows"
        return
    lines = read(path, tmp_path)[1]
    if path.stem == "header-no-rows":
        assert lines == [["foo", "bar", "baz"]]
        return
    for row in meant:
        while row and not row[-1]:
            row.pop()
    if path.stem in {"newlines_crlf"} and b"\r" not in path.read_bytes():
        meant = json.loads(
            json.dumps(meant).replace("\\r\\n", "\\n")
        )  # the file has lost its line ends on the way
    assert lines == meant


BAD = {
    "bad-header-less-fields": [["foo", "bar", "baz"], ["1", "2"]],
    "bad-header-more-fields": [["foo", "bar", "baz"], ["1", "2", "3", "4"]],
    "bad-header-wrong-header": [["qux", "quux", "quuz"]],
    "bad-unescaped-quote": [["foo", "bar", "baz"], ["1", 'This "quotes" must be escaped', "3"]],
    "bad-quotes-with-unescaped-quote": [["foo", "bar", "baz"], ["1", 'Hey, I missed  it"', "3"]],
    "bad-missing-quote": "open_quote",
    "bad-header-no-header": "empty_file",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_csv_files_have_a_clear_answer(name, tmp_path):
    path = DATA / "suites/csv_sineemore" / f"{name}.csv"
    assert answer_to(path, tmp_path) == BAD[name]


REFUSED = {
    "vba.xlsm": "macros", "issue221.xlsm": "macros", "issue281.xlsm": "macros", "issue3.xlsm": "macros",
    "issue252.xlsx": "damaged", "empty_sheet.xlsx": "no_rows", "issue127.xlsx": "no_rows", "picture.xlsx": "no_rows",
}  # fmt: skip


@pytest.mark.parametrize("path", found("suites/xlsx_calamine/*"), ids=lambda path: path.name)
def test_odd_workbooks_are_read_or_refused_for_a_reason(path, tmp_path):
    if path.name in REFUSED:
        assert answer_to(path, tmp_path) == REFUSED[path.name]
        return
    book, lines = read(path, tmp_path)
    assert book.kind == "xlsx"
    assert any(sheet.filled for sheet in book.sheets)
    assert len(lines) == book.sheets[0].rows


CELLS = {
    "date_1904.xlsx": [["2021-01-01", "15"], ["2021-01-02", "16"], ["255:10:10", "17"]],
    "date_iso.xlsx": [["2021-01-01"], ["2021-01-01 10:10:10"], ["10:10:10"]],
    "errors.xlsx": [["#DIV/0!"], ["#NAME?"], ["#VALUE!"], ["#NULL!"], ["#REF!"], ["#NUM!"], ["#N/A"]],
    "has_x000D_.xlsx": [["ABC\r\nDEF"]],
    "encoded_entities.xlsx": [["&"]],
    "merge_cells.xlsx": [["Row Merge", "", "Not Merged"], ["Column Merge", "Chunk Merged"]],
    "string-ref.xlsx": [["col1"], ["-8086931554011838357"]],
    "inlineStr_cdata.xlsx": [["Hello CDATA", "World"], ["12345", "NormalText"]],
    "nonstandard-xml-ns-prefix.xlsx": [["a", "b"], ["1", "3"], ["2", "4"]],
    "rph.xlsx": [["課きく\u3000毛こ"]],
}


@pytest.mark.parametrize("name", CELLS)
def test_odd_cells_are_read_as_they_are_meant(name, tmp_path):
    assert read(DATA / "suites/xlsx_calamine" / name, tmp_path)[1][: len(CELLS[name])] == CELLS[name]


def test_days_and_months_are_told_apart_in_real_columns(tmp_path):
    wanted = (("crm/dealer_leads_testdrives/Leads.csv", 5, "dmy"),
              ("crm/maven_crm_sales_opportunities/sales_pipeline.csv", 5, "mdy"),
              ("auto/car_sales/car_sales_customers.csv", 1, "mdy"), ("crm/oro_demo/leads.csv", 17, "mdy"),
              ("crm/zoho_crm_export/Leads.csv", 10, ""))  # fmt: skip
    for name, column, order in wanted:
        lines = read(DATA / name, tmp_path)[1]
        assert (name, date_order(row[column] for row in lines[1:] if len(row) > column)) == (name, order)


def test_a_dump_of_statements_is_read_without_harm(tmp_path):
    book, lines = read(DATA / "auto/repair_shop/carrepair_gbk.sql", tmp_path)
    assert (book.encoding, book.kind, len(lines) > 900) == ("GB18030", "csv", True)


def test_naughty_strings_and_formulas_go_out_and_come_back_as_they_were(tmp_path):
    naughty = json.loads((DATA / "suites/naughty/blns.json").read_text(encoding="utf-8"))
    formulas = (
        (DATA / "suites/csv_injection/payloadbox_csv_injection.txt").read_text(encoding="utf-8").splitlines()
    )
    cells = [cell for cell in [*naughty, *formulas] if cell.strip()]
    path = tmp_path / "a.xlsx"
    with path.open("wb") as out:
        failed_workbook(
            out, ["a", "b"], [FailedRow(n, ["x", cell], {0: "y"}) for n, cell in enumerate(cells, 2)]
        )
    back = [cell.replace("\ufffe", "�") for cell in cells]  # no workbook can hold that sign
    assert [row[1] for row in read(path, tmp_path)[1][1:]] == back


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_naughty_strings_are_read_from_a_text_as_they_were(tmp_path, delimiter):
    naughty = json.loads((DATA / "suites/naughty/blns.json").read_text(encoding="utf-8"))
    cells = [cell.replace("\0", "") for cell in naughty if cell.strip()]
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows(
            [["a", "b", "c"], *(["1", cell, "2"] for cell in cells)]
        )
    book, lines = read(path, tmp_path)
    assert book.delimiter == delimiter
    assert [row[1] for row in lines[1:]] == cells
