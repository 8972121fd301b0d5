"""What a person is told of a file: one sentence per code of the reader, for what was refused and what was odd."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Params = Mapping[str, str | int]

REFUSALS: dict[str, _StrPromise] = {
    "empty_file": _("The file is empty: it has 0 bytes of data."),
    "no_rows": _("No sheet of the file has rows."),
    "encrypted": _("The file is encrypted; remove the password first."),
    "macros": _("The workbook contains macros; save it as a workbook without macros (.xlsx)."),
    "bomb": _("The file unpacks to far more than a table needs; it was not opened."),
    "damaged": _("The file is damaged or incomplete; open it in a spreadsheet program and save it again."),
    "no_spreadsheet": _("This is not a spreadsheet but %(kind)s."),
    "save_as_xlsx": _("This is %(kind)s; open it in a spreadsheet program and save it as .xlsx."),
    "web_page": _(
        "The table of this web page is too intricate; open it in a spreadsheet program and save it as .xlsx."
    ),
    "too_many_rows": _("The table has more than %(limit)s rows; split the file."),
    "too_many_columns": _("Row %(row)s has more than %(limit)s columns; delete those that are not needed."),
    "long_cell": _("Row %(row)s has a cell with more than %(limit)s characters."),
    "open_quote": _("A quotation mark opened in row %(row)s is never closed; correct that row."),
    "unknown_encoding": _(
        "The characters of the file cannot be made out; save it as .xlsx or as CSV in UTF-8."
    ),
    "too_slow": _("Reading the file took longer than %(seconds)s seconds; split it."),
    "too_large": _(
        "The file takes too much memory; split it, or delete what stands far below or beside the data."
    ),
    "no_space": _("There is no room left on the server; the file was not read."),
    "unreadable": _("The file could not be opened on the server."),
}

KINDS: dict[str, _StrPromise] = {
    "pdf": _("a PDF document"),
    "picture": _("a picture or film"),
    "archive": _("an archive; unpack it first"),
    "word": _("a text document"),
    "slides": _("a presentation"),
    "drawing": _("a drawing"),
    "mail": _("a mail message"),
    "program": _("a program"),
    "database": _("a database"),
    "web_page": _("a web page without a table"),
    "xml": _("an XML document"),
    "json": _("a JSON document"),
    "cards": _("a file of address cards"),
    "calendar": _("a calendar"),
    "other": _("something else"),
    "opendocument": _("an OpenDocument spreadsheet"),
    "xlsb": _("a binary workbook (.xlsb)"),
    "old_excel": _("a workbook of a very old Excel"),
    "web_archive": _("a web archive"),
    "xml_sheet": _("a spreadsheet written as XML"),
}

REMARKS: dict[str, _StrPromise] = {
    "stray_quotes": _(
        "From row %(row)s on, quotation marks inside cells are not doubled; look whether the columns are right."
    ),
    "unread_characters": _("Characters that could not be read and stand as question marks: %(count)s."),
    "nulls": _("Cells with invisible zero bytes, which were left out: %(cells)s."),
}


def sentence(code: str, params: Params) -> str:
    """The sentence in the language of the moment."""
    said = REFUSALS.get(code) or REMARKS.get(code) or REFUSALS["damaged"]
    words = dict(params)
    if "kind" in words:
        words["kind"] = str(KINDS.get(str(words["kind"]), KINDS["other"]))
    return str(said) % words


# Made in a worker, read later by somebody of another language.
late_sentence = lazy(sentence, str)
