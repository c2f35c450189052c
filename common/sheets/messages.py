"""The sentences for a file that cannot be used: what is wrong, where, and what to do."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "pdf": _("a PDF document"),
    "image": _("a picture"),
    "program": _("a program"),
    "archive": _("an archive"),
    "word": _("a text document"),
    "slides": _("a presentation"),
    "numbers": _("a Numbers document"),
    "xml": _("an XML file"),
    "binary": _("not a table"),
    "other": _("another kind of document"),
}

FAULTS: dict[str, str | Promise] = {
    "missing": _("There is no file “%(name)s”. Check its name and folder."),
    "empty": _("The file “%(name)s” is empty. Save the table again and choose that file."),
    "wrong_type": _(
        "“%(name)s” is %(kind)s, not a workbook. Choose a file in one of the formats .xlsx, .xlsb, .xls, .ods or .csv."
    ),
    "html": _(
        "“%(name)s” is a web page with the name of a workbook. Open it in your spreadsheet program, save it as .xlsx "
        "and choose that file."
    ),
    "xml_spreadsheet": _(
        "“%(name)s” is in the old XML format of Excel 2003. Open it in Excel, save it as .xlsx and choose that file."
    ),
    "damaged": _(
        "The file “%(name)s” is damaged or incomplete. Open it in your spreadsheet program, save it again as .xlsx and "
        "choose that file."
    ),
    "encrypted": _(
        "The file “%(name)s” is protected by a password. Open it, remove the password, save it and choose it again."
    ),
    "macros": _(
        "The file “%(name)s” contains macros. Save it as .xlsx, a workbook without macros, and choose that file."
    ),
    "entities": _(
        "The file “%(name)s” contains declarations (document type or entities) that no workbook needs. Open it in your "
        "spreadsheet program, save it again as .xlsx and choose that file."
    ),
    "zip_bomb": _(
        "The file “%(name)s” unpacks to far more data than a table needs and was not read. Copy the table into a new "
        "workbook and choose that file."
    ),
    "too_many_parts": _(
        "The file “%(name)s” consists of more than %(limit)s parts and was not read. Copy the table into a new "
        "workbook and choose that file."
    ),
    "far_cell": _(
        "In the file “%(name)s” there is content in cell %(cell)s, outside the %(rows)s rows and %(columns)s columns "
        "that can be read. Delete the content there, or copy the table into a new workbook."
    ),
    "too_many_sheets": _(
        "The file “%(name)s” has more than %(limit)s sheets. Keep the sheets to be read and save it again."
    ),
    "too_many_rows": _(
        "A sheet of the file “%(name)s” has more than %(limit)s rows. Split the table into several files."
    ),
    "too_many_columns": _(
        "A sheet of the file “%(name)s” has more than %(limit)s columns. Delete the columns that are not needed."
    ),
    "too_many_cells": _(
        "The file “%(name)s” has more than %(limit)s cells. Delete what is not needed or split it into several files."
    ),
    "file_too_large": _(
        "The file “%(name)s” has %(size)s MB; up to %(limit)s MB can be read. Split the table into several files."
    ),
    "too_large": _(
        "The file “%(name)s” needs more memory than reading a table may take. Copy the table without formats into a "
        "new workbook, or split it into several files."
    ),
    "too_slow": _(
        "Reading the file “%(name)s” was stopped after %(limit)s seconds. Copy the table without formats into a new "
        "workbook, or split it into several files."
    ),
    "not_a_template": _(
        "The file “%(name)s” cannot be filled: only a workbook in the format .xlsx can. Open it in your spreadsheet "
        "program, save it as .xlsx and choose that file."
    ),
    "encoding": _(
        "The text of the file “%(name)s” is in an unknown encoding. Save it as .xlsx, or as CSV in UTF-8, and choose "
        "that file."
    ),
    "open_quote": _(
        "In the file “%(name)s” a quotation mark opened near row %(row)s is never closed. Correct the row, or save the "
        "table as .xlsx."
    ),
    "long_field": _(
        "In the file “%(name)s” a cell in row %(row)s has more than %(limit)s characters. Shorten it, or check whether "
        "line breaks got lost."
    ),
    "long_line": _(
        "In the file “%(name)s” a line is too long: more than %(limit)s characters. Check whether line breaks got "
        "lost, or save the table as .xlsx."
    ),
}

NOTES: dict[str, str | Promise] = {
    "encoding": _("Text encoding: %(value)s"),
    "delimiter": _("Columns are separated by %(value)s"),
    "separator_line": _("The first line %(value)s was read as an instruction, not as a row."),
}
DELIMITERS: dict[str, str | Promise] = {
    ";": _("semicolons"),
    ",": _("commas"),
    "\t": _("tabs"),
    "|": _("vertical bars"),
}
#: As people call what Python calls otherwise.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
}


def fault_message(code: str, params: dict[str, Any]) -> str:
    """Return the sentence for a fault in the active language."""
    return str(FAULTS[code]) % {key: _shown(key, value) for key, value in params.items()}


def _shown(key: str, value: Any) -> Any:
    """Numbers as the language groups them, except of rows: a spreadsheet program does not either."""
    if key == "kind":
        return KINDS.get(value, value)
    return number_format(value, force_grouping=True) if isinstance(value, int) and key != "row" else value


def note_message(code: str, value: str) -> str:
    """Return the sentence for a note about how the file was read."""
    return str(NOTES[code]) % {"value": DELIMITERS.get(value) or ENCODINGS.get(value, value)}
