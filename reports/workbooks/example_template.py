"""A template to begin with: figures, a chart over a table, and a list of everything that can be asked for."""

from typing import Any

from django.utils.translation import gettext
from xlsxwriter.utility import xl_rowcol_to_cell

from common.sheets.writer import INK, MUTED, SOFT, BookWriter, SheetWriter
from reports.template_fields import FACTS, OF_A_FIGURE, TABLES
from reports.workbooks.sheet import Progress

_SHOWN = ("schools", "devices_in_service", "devices_on_the_way", "boards_in_service", "schools_finished")


def write_example(target: Any, progress: Progress) -> None:
    """Write it in the active language to a path or binary stream; its cells are empty until somebody fills it."""
    title = gettext("Template of a report")
    with BookWriter(target, title=title, author=progress.authority, created=progress.now) as book:
        report, data, fields = map(book.sheet, (gettext("Report"), gettext("Data"), gettext("Fields")))
        _write_data(data)
        _write_report(report, data, progress)
        _write_fields(fields, progress)


def _write_report(sheet: SheetWriter, data: SheetWriter, progress: Progress) -> None:
    book = sheet.book
    for column, width in enumerate((34, 16, 16, 16, 30)):
        sheet.raw.set_column(column, column, width)
    sheet.raw.set_row(0, 32)
    sheet.put(0, 0, gettext("Report on school equipment"), book.style(bold=True, font_size=20, font_color=INK))
    sheet.put(1, 0, gettext("As-of date"), book.style(font_color=MUTED))
    _name(sheet, "as_of", 1, 1, book.kind_style("date", bold=True))
    sheet.put(2, 0, gettext("Compared with"), book.style(font_color=MUTED))
    _name(sheet, "compared_with", 2, 1, book.kind_style("date", bold=True))
    head = book.style(bold=True, font_color="#FFFFFF", bg_color=INK)
    heads = gettext("Figure"), gettext("Value"), gettext("Before"), gettext("Change"), gettext("Unit")
    for column, text in enumerate(heads):
        sheet.put(4, column, text, head)
    plain, number = book.style(), book.kind_style("number", bold=True, bg_color=SOFT)
    shown = [value.figure.key for value in progress.values if value.figure.key in _SHOWN]
    for row, key in enumerate(shown, 5):
        _name(sheet, f"{key}_label", row, 0, plain)
        _name(sheet, key, row, 1, number)
        _name(sheet, f"{key}_before", row, 2, number)
        change = f'=IF(OR(C{row + 1}="",ISTEXT(C{row + 1})),"",B{row + 1}-C{row + 1})'
        sheet.formula(row, 3, change, "", book.style(num_format="+#,##0;-#,##0;0", align="right"))
        _name(sheet, f"{key}_unit", row, 4, plain)
    _chart(sheet, data, len(shown) + 7)


def _name(sheet: SheetWriter, name: str, row: int, column: int, style: Any) -> None:
    """An empty cell that has a name: filling writes there."""
    sheet.raw.write_blank(row, column, None, style)
    cell = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
    sheet.book.book.define_name(name, f"={sheet.name}!{cell}")


def _write_data(sheet: SheetWriter) -> None:
    """A table with one empty row; filling makes it as long as it needs."""
    percent = sheet.book.kind_style("percent")
    completion = next(table for table in TABLES if table.name == "completion")
    wanted = [column for column in completion.columns if column.key in ("school", "pupils", "grade", "grade_target")]
    for at, column in enumerate(wanted):
        sheet.raw.write_blank(1, at, None, percent if column.key.startswith("grade") else sheet.book.style())
    columns = [{"header": str(column.heading)} for column in wanted]
    sheet.raw.add_table(0, 0, 1, len(columns) - 1, {"name": completion.name, "columns": columns})
    sheet.raw.set_column(0, 0, 40)
    sheet.raw.set_column(1, 3, 16)


def _chart(sheet: SheetWriter, data: SheetWriter, row: int) -> None:
    chart = sheet.book.book.add_chart({"type": "bar"})
    places = {"categories": f"={data.name}!$A$2:$A$2", "values": f"={data.name}!$C$2:$C$2"}
    chart.add_series({"name": gettext("Grade (basis)"), "fill": {"color": INK}, "gap": 40, **places})
    chart.set_title({"name": gettext("Completion of the schools"), "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 8}})
    chart.set_x_axis({"num_format": "0%", "min": 0, "max": 1})
    chart.set_legend({"none": True})
    chart.set_size({"width": 780, "height": 900})
    sheet.raw.insert_chart(row, 0, chart, {"description": gettext("Completion of each school in percent")})


def _write_fields(sheet: SheetWriter, progress: Progress) -> None:
    """Everything that can be asked for, to copy from."""
    book = sheet.book
    bold, muted = book.style(bold=True, font_color=INK), book.style(font_color=MUTED, text_wrap=True)
    for column, width in enumerate((38, 46, 80)):
        sheet.raw.set_column(column, column, width)
    rows: list[tuple[str, str, str]] = [(one.key, str(one.heading), "") for one in FACTS]
    rows += [(value.figure.key, str(value.figure.label), str(value.figure.definition)) for value in progress.values]
    row = _block(sheet, 0, gettext("Names of cells"), rows, bold, muted)
    endings = [(f"…{one.key}", str(one.heading), "") for one in OF_A_FIGURE if one.key]
    row = _block(sheet, row, gettext("Endings of the names of figures"), endings, bold, muted)
    for table in TABLES:
        columns = [(str(column.heading), column.key, "") for column in table.columns]
        if table.name == "completion":
            columns += [(rule.label, rule.key, "") for rule in progress.records.completion.requirements]
        title = gettext("Table “%(name)s”: %(about)s") % {"name": table.name, "about": table.about}
        row = _block(sheet, row, title, columns, bold, muted)


def _block(sheet: SheetWriter, row: int, title: str, rows: list[tuple[str, str, str]], bold: Any, muted: Any) -> int:
    """A title and rows below it; returns where the next one begins."""
    sheet.put(row, 0, title, bold)
    for at, texts in enumerate(rows, row + 1):
        for column, text in enumerate(texts):
            sheet.put(at, column, text, muted if column else sheet.book.style())
    return row + len(rows) + 2
