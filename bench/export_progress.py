"""``python -m bench.export_progress``: the progress workbook against the same cells by bare XlsxWriter.

Goal: ≤ 1.5 ×. The export also reads the records, computes completion and draws charts.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

import xlsxwriter
from django.utils import timezone
from openpyxl import load_workbook

from bench.scratch import best_in_turns, prepare

RUNS = 25


class Cell(NamedTuple):
    row: int
    column: int
    value: Any
    result: Any
    style: int
    number_format: str


def main() -> None:
    prepare()
    from bench.city import PAST  # noqa: PLC0415 - needs django.setup()
    from reports.workbooks import read_progress, write_progress, write_workbook  # noqa: PLC0415

    now = timezone.now()
    ours = BytesIO()
    write_progress(ours, as_of=PAST, now=now)
    sheets = _cells(ours)
    number, progress = sum(map(len, sheets)), read_progress(PAST, now)
    # In turns, so that whatever else the machine does disturbs both alike.
    floor, export, reading, writing = best_in_turns(
        RUNS,
        lambda: _write_bare(sheets),
        lambda: write_progress(BytesIO(), as_of=PAST, now=now),
        lambda: read_progress(PAST, now),
        lambda: write_workbook(BytesIO(), progress),
    )
    print(f"cells                       {number:>10,}")
    print(f"bare XlsxWriter             {floor * 1000:>10.0f} ms")
    print(f"export_progress             {export * 1000:>10.0f} ms")
    print(f"ratio                       {export / floor:>10.2f} (goal 1.5)")
    print(f"  reading the records alone {reading / floor:>10.2f}")
    print(f"  writing alone             {writing / floor:>10.2f}")


def _cells(book: BytesIO) -> list[list[Cell]]:
    """Every cell that the workbook holds, with formulas and their values."""
    formulas, values = load_workbook(book), load_workbook(book, data_only=True)
    return [
        [
            Cell(c.row - 1, c.column - 1, c.value, known.cell(c.row, c.column).value, c.style_id, c.number_format)
            for row in sheet.iter_rows()
            for c in row
            if c.has_style or c.value is not None
        ]
        for sheet, known in zip(formulas, values, strict=True)
    ]


def _write_bare(sheets: Sequence[Sequence[Cell]]) -> None:
    book = xlsxwriter.Workbook(BytesIO())
    formats: dict[int, Any] = {}
    for cells in sheets:
        sheet = book.add_worksheet()
        for cell in cells:
            if cell.style not in formats:
                formats[cell.style] = book.add_format({"num_format": cell.number_format, "border": 1})
            _write(sheet, cell, formats[cell.style])
    book.close()


def _write(sheet: Any, cell: Cell, style: Any) -> None:
    value = cell.value
    if value is None:
        sheet.write_blank(cell.row, cell.column, None, style)
    elif isinstance(value, datetime):
        sheet.write_datetime(cell.row, cell.column, value, style)
    elif not isinstance(value, str):
        sheet.write_number(cell.row, cell.column, value, style)
    elif value.startswith("="):
        sheet.write_formula(cell.row, cell.column, value, style, cell.result)
    else:
        sheet.write_string(cell.row, cell.column, value, style)


if __name__ == "__main__":
    main()
