"""The process that marks the bad cells of a workbook: its task as JSON on standard input, one line of JSON as answer.

It starts without Django, gives itself limits and is allowed to die, as ``common.sheets.child``.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from common.sheets.child import limit_process
from common.sheets.reader import SheetError, read_workbook
from common.sheets.workbook import CellError, CellValue, Limits, Sheet, Workbook, cell_name

#: Above either, openpyxl would need minutes: only the rows with problems are written then.
_ROWS, _CELLS = 20_000, 500_000
_MEMORY = 1024 * 1024 * 1024
_ERROR, _NOTE, _HEAD = "FFC7CE", "FFEB9C", "DDE5EE"
_WIDTHS = (18, 9, 9, 24, 30, 80)
_EXACT = 10**15
_LONGEST_NAME = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

#: ``[sheet, row, cell, heading, value, message, is_error]`` as ``common.sheets.marking.Mark``.
_Mark = Sequence[Any]


def main() -> None:
    job = json.load(sys.stdin)
    limit_process(replace(Limits(), memory_bytes=_MEMORY, seconds=job["seconds"]))
    try:
        answer: dict[str, Any] = {"is_whole": _mark(job)}
    except SheetError as error:
        answer = {"fault": error.code, "params": error.params}
    except MemoryError:
        answer = {"fault": "too_large"}
    sys.stdout.write(json.dumps(answer) + "\n")


def _mark(job: Mapping[str, Any]) -> bool:
    """Whether the whole workbook was written."""
    book = read_workbook(job["path"], name=job["name"])
    is_whole = (
        sum(len(s.rows) * len(s.rows[0]) for s in book.sheets if s.rows) <= _CELLS
        and max(len(s.rows) for s in book.sheets) <= _ROWS
    )
    if book.format == "xlsx" and is_whole:
        try:
            _mark_own(job)
            return True
        except MemoryError:
            raise
        except Exception:  # what openpyxl cannot open is written anew from what was read
            pass
    _write_anew(book, job, is_whole=is_whole)
    return is_whole


def _mark_own(job: Mapping[str, Any]) -> None:
    words = job["words"]
    with Path(job["path"]).open("rb") as file:
        book = load_workbook(file)
    pages = {page.title: page for page in book.worksheets}
    _forget_earlier(book, pages, words)
    for name, cells in job["corrections"].items():
        for cell, text in cells.items() if name in pages else ():
            _write_text(_top_left(pages[name], cell), text)
    messages: dict[tuple[str, str], list[_Mark]] = {}
    for mark in job["marks"]:
        if mark[0] in pages:
            messages.setdefault((mark[0], mark[2] or f"A{mark[1]}"), []).append(mark)
    for (name, at), marks in messages.items():
        cell = _top_left(pages[name], at)
        cell.fill = PatternFill("solid", fgColor=_ERROR if any(mark[6] for mark in marks) else _NOTE)
        texts = [cell.comment.text] if cell.comment else []
        cell.comment = Comment("\n".join([*texts, *(mark[5] for mark in marks)]), words["author"], 120, 320)
    _list_problems(book.create_sheet(_free_name(words["sheet"], set(book.sheetnames))), job)
    book.save(job["out"])


def _forget_earlier(book: Any, pages: dict[str, Worksheet], words: Mapping[str, Any]) -> None:
    """A marked workbook that comes back has our comments and our list; neither is to pile up."""
    for name, page in list(pages.items()):
        if [cell.value for cell in page[1]] == words["columns"]:
            book.remove(page)
            del pages[name]
            continue
        for row in page.iter_rows():
            for cell in row:
                if cell.comment and cell.comment.author == words["author"]:
                    cell.comment, cell.fill = None, PatternFill()


def _top_left(page: Worksheet, at: str) -> Any:
    """The cell, or the one that shows the value of a merged range."""
    cell = page[at]
    if isinstance(cell, MergedCell):
        found = next(area for area in page.merged_cells.ranges if at in area)
        cell = page.cell(found.min_row, found.min_col)
    return cell


def _write_text(cell: Any, text: Any) -> None:
    """A text that begins with ``=`` stays one."""
    cell.value = text
    if isinstance(text, str) and text:
        cell.data_type = "s"


def _list_problems(page: Worksheet, job: Mapping[str, Any]) -> None:
    for column, (heading, width) in enumerate(zip(job["words"]["columns"], _WIDTHS, strict=True), 1):
        head = page.cell(1, column)
        _write_text(head, heading)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD)
        page.column_dimensions[head.column_letter].width = width
    for number, mark in enumerate(job["marks"], 2):
        sheet, row, at, heading, value, message, _is_error = mark
        for column, text in enumerate((sheet, at or f"A{row}", row, heading, value, message), 1):
            _write_text(page.cell(number, column), text)
        link = page.cell(number, 2)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=_location(sheet, link.value))
        link.font = Font(color="0563C1", underline="single")
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions


def _location(sheet: str, cell: str) -> str:
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"


def _write_anew(book: Workbook, job: Mapping[str, Any], *, is_whole: bool) -> None:
    _correct(book, job["corrections"])
    options = {"strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(job["out"], options) as new:
        writer = _Writer(new, job)
        for sheet in book.sheets:
            marked = {mark[1] - 1 for mark in job["marks"] if mark[0] == sheet.name}
            if is_whole:
                writer.write(sheet, range(len(sheet.rows)))
            elif marked:
                head = range(min(job["header_row"], len(sheet.rows)))
                writer.write(sheet, [*head, *sorted(marked.difference(head))])
        writer.list_problems()


def _correct(book: Workbook, corrections: Mapping[str, Mapping[str, str]]) -> None:
    for sheet in book.sheets:
        for at, text in corrections.get(sheet.name, {}).items():
            row, column = _indices(at)
            if row < len(sheet.rows) and column < len(sheet.rows[row]):
                sheet.rows[row][column] = text


def _indices(at: str) -> tuple[int, int]:
    letters = at.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(at[len(letters) :]) - 1, column - 1


class _Writer:
    """A new workbook with the cells that were read, and the marks at them."""

    def __init__(self, book: Any, job: Mapping[str, Any]) -> None:
        self.book, self.job = book, job
        self.names: set[str] = set()
        self.places: dict[tuple[str, int], tuple[str, int]] = {}
        self.marks: dict[tuple[str, int], dict[int, list[_Mark]]] = {}
        for mark in job["marks"]:
            at = _indices(mark[2])[1] if mark[2] else 0
            self.marks.setdefault((mark[0], mark[1] - 1), {}).setdefault(at, []).append(mark)
        self._formats: dict[tuple[str, str], Any] = {}

    def write(self, sheet: Sheet, rows: Iterable[int]) -> None:
        """The rows at these indices, one below the other."""
        name = self._name(sheet.name)
        page = self.book.add_worksheet(name)
        page.set_column(0, len(sheet.rows[0]) if sheet.rows else 0, 18)
        for at, index in enumerate(rows):
            self.places[sheet.name, index] = name, at
            marks = self.marks.get((sheet.name, index), {})
            for column, value in enumerate(sheet.rows[index]):
                self._cell(page, at, column, value, marks.get(column, ()))

    def list_problems(self) -> None:
        page = self.book.add_worksheet(self._name(self.job["words"]["sheet"]))
        bold = self.book.add_format({"bold": True, "bg_color": f"#{_HEAD}"})
        for column, (heading, width) in enumerate(zip(self.job["words"]["columns"], _WIDTHS, strict=True)):
            page.set_column(column, column, width)
            page.write_string(0, column, heading, bold)
        number = 0
        for mark in self.job["marks"]:
            sheet, row, at, heading, value, message, _is_error = mark
            place = self.places.get((sheet, row - 1))
            if place is None:
                continue
            number += 1
            cell = cell_name(place[1], _indices(at)[1] if at else 0)
            page.write_url(number, 1, f"internal:{_location(place[0], cell)}", string=cell)
            page.write_number(number, 2, row)
            for column, text in ((0, sheet), (3, heading), (4, value), (5, message)):
                page.write_string(number, column, text)
        page.freeze_panes(1, 0)

    def _cell(self, page: Any, row: int, column: int, value: CellValue, marks: Sequence[_Mark]) -> None:
        colour = (_ERROR if any(mark[6] for mark in marks) else _NOTE) if marks else ""
        if marks:
            comment = {"author": self.job["words"]["author"], "x_scale": 2.5}
            page.write_comment(row, column, "\n".join(mark[5] for mark in marks), comment)
        if value is None:
            page.write_blank(row, column, None, self._format(colour)) if colour else None
        elif isinstance(value, bool):
            page.write_boolean(row, column, value, self._format(colour))
        elif isinstance(value, int | float) and abs(value) < _EXACT:
            page.write_number(row, column, value, self._format(colour))
        elif isinstance(value, date) and value.year >= 1900:
            moment = "dd.mm.yyyy hh:mm" if isinstance(value, datetime) else "dd.mm.yyyy"
            page.write_datetime(row, column, value, self._format(colour, moment))
        else:
            page.write_string(
                row, column, value.text if isinstance(value, CellError) else str(value), self._format(colour)
            )

    def _format(self, colour: str, number: str = "") -> Any:
        if not colour and not number:
            return None
        key = colour, number
        if key not in self._formats:
            look = ({"bg_color": f"#{colour}"} if colour else {}) | ({"num_format": number} if number else {})
            self._formats[key] = self.book.add_format(look)
        return self._formats[key]

    def _name(self, wanted: str) -> str:
        name = _free_name(wanted, self.names)
        self.names.add(name)
        return name


def _free_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel allows and that no other sheet has."""
    base = wanted.translate(_FORBIDDEN).strip(" '")[:_LONGEST_NAME] or "-"
    lower = {name.casefold() for name in taken}
    name, number = base, 2
    while name.casefold() in lower:
        name, number = f"{base[: _LONGEST_NAME - 4]} ({number})", number + 1
    return name
