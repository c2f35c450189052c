"""The cells of one worksheet of a template: read by their address, written with the look they have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.dom.minidom import Element

from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, get_column_letter

from common.sheets.package import child, children, new, set_text, text_of
from common.sheets.workbook import Fault

#: More would take minutes and gigabytes as single nodes; a template is a report, not a list of devices.
MOST_CELLS = 200_000
#: Number formats that come with Excel and show a number as a day.
_DAYS = frozenset({14, 15, 16, 17, 22, 27, 30, 36, 50, 57})


def is_day_format(number: int, code: str) -> bool:
    """Whether a number format shows a day: by its number, or by a ``d`` or ``y`` that is not quoted text."""
    if number in _DAYS:
        return True
    plain, inside = "", False
    for sign in code.split(";")[0].lower():
        inside = not inside if sign == '"' else inside
        plain += "" if inside else sign
    return "d" in plain.replace("[red]", "") or "yy" in plain


class Grid:
    """Rows and cells of a sheet. ``days``: which cell styles show a day."""

    def __init__(self, name: str, root: Element, days: frozenset[int]) -> None:
        data = child(root, "sheetData")
        if data is None:
            raise Fault("damaged")
        self.name, self.root, self.data, self._days = name, root, data, days
        self.rows: dict[int, Element] = {}
        self.cells: dict[int, dict[int, Element]] = {}
        self._last = 0
        self._read()
        self._unshare()

    def _read(self) -> None:
        number = count = 0
        for row in children(self.data, "row"):
            number = int(row.getAttribute("r") or number + 1)
            row.setAttribute("r", str(number))
            if row.hasAttribute("spans"):
                row.removeAttribute("spans")
            self.rows[number], self.cells[number] = row, {}
            column = 0
            for cell in children(row, "c"):
                at = cell.getAttribute("r")
                column = column_index_from_string(coordinate_from_string(at)[0]) if at else column + 1
                cell.setAttribute("r", f"{get_column_letter(column)}{number}")
                self.cells[number][column] = cell
            count += len(self.cells[number])
            if count > MOST_CELLS:
                raise Fault("too_many_cells", limit=MOST_CELLS)
        self._last = number

    def every_cell(self) -> Iterator[Element]:
        for line in self.cells.values():
            yield from line.values()

    def cell(self, row: int, column: int) -> Element | None:
        return self.cells.get(row, {}).get(column)

    def _unshare(self) -> None:
        """A formula that several cells share is written out in each: rows can come and go then."""
        masters: dict[str, tuple[str, str]] = {}
        for cell in self.every_cell():
            formula = child(cell, "f")
            if formula is None or formula.getAttribute("t") != "shared":
                continue
            key, text, at = formula.getAttribute("si"), text_of(formula), cell.getAttribute("r")
            if text:
                masters[key] = text, at
            elif key in masters:
                master, origin = masters[key]
                set_text(formula, Translator(f"={master}", origin).translate_formula(at)[1:])
            for name in ("t", "si", "ref"):
                if formula.hasAttribute(name):
                    formula.removeAttribute(name)

    def is_empty(self, row: int, column: int) -> bool:
        cell = self.cell(row, column)
        return cell is None or not any(children(cell))

    def formula(self, row: int, column: int) -> str:
        cell = self.cell(row, column)
        return text_of(child(cell, "f")) if cell is not None else ""

    def write(self, row: int, column: int, value: Any, look: str | None = None) -> None:
        """Put ``value`` there with the look that the cell has, or with the style ``look``.

        ``None`` empties. A day is ``{"day": serial number, "text": as people write it}``: the text stands where the
        cell's look does not show days.
        """
        cell = self._cell(row, column)
        self._clear(cell)
        if look:
            cell.setAttribute("s", look)
        if isinstance(value, dict):
            value = value["day"] if int(cell.getAttribute("s") or 0) in self._days else value["text"]
        if isinstance(value, bool):
            cell.setAttribute("t", "b")
            cell.appendChild(new(cell, "v", str(int(value))))
        elif isinstance(value, int | float):
            cell.appendChild(new(cell, "v", repr(value)))
        elif value is not None:
            self._write_text(cell, str(value))

    def write_formula(self, row: int, column: int, formula: str, look: str) -> None:
        self.write(row, column, None, look)
        cell = self._cell(row, column)
        cell.appendChild(new(cell, "f", formula))

    def look(self, row: int, column: int) -> str:
        """The number of the cell's style."""
        cell = self.cell(row, column)
        return cell.getAttribute("s") if cell is not None else ""

    def take(self, row: int, column: int) -> Element | None:
        """Take the cell out."""
        cell = self.cells.get(row, {}).pop(column, None)
        if cell is not None:
            self.rows[row].removeChild(cell)
        return cell

    def put(self, row: int, column: int, cell: Element) -> None:
        """Put a cell that was taken out into an empty place."""
        self.take(row, column)
        cell.setAttribute("r", f"{get_column_letter(column)}{row}")
        self._insert(row, column, cell)

    def forget_results(self) -> None:
        """What formulas came to before is not true any more: the program that opens the file computes it."""
        for cell in self.every_cell():
            if child(cell, "f") is not None:
                for value in children(cell, "v"):
                    cell.removeChild(value)
                if cell.hasAttribute("t"):
                    cell.removeAttribute("t")

    def set_extent(self) -> None:
        extent = child(self.root, "dimension")
        used = {row: line for row, line in self.cells.items() if line}
        if extent is not None and used:
            columns = [column for line in used.values() for column in (min(line), max(line))]
            first, last = (min(columns), min(used)), (max(columns), max(used))
            area = ":".join(f"{get_column_letter(column)}{row}" for column, row in (first, last))
            extent.setAttribute("ref", area)

    def _cell(self, row: int, column: int) -> Element:
        found = self.cell(row, column)
        if found is None:
            found = new(self.data, "c")
            found.setAttribute("r", f"{get_column_letter(column)}{row}")
            self._insert(row, column, found)
        return found

    def _insert(self, row: int, column: int, cell: Element) -> None:
        line, beside = self._row(row), self.cells[row]
        after = [at for at in beside if at > column]
        line.insertBefore(cell, beside[min(after)] if after else None)
        beside[column] = cell

    def _row(self, number: int) -> Element:
        if number not in self.rows:
            row = new(self.data, "row")
            row.setAttribute("r", str(number))
            after = [other for other in self.rows if other > number] if number < self._last else []
            self.data.insertBefore(row, self.rows[min(after)] if after else None)
            self.rows[number], self.cells[number] = row, {}
            self._last = max(self._last, number)
        return self.rows[number]

    def _clear(self, cell: Element) -> None:
        for part in children(cell):
            cell.removeChild(part)
        if cell.hasAttribute("t"):
            cell.removeAttribute("t")

    def _write_text(self, cell: Element, text: str) -> None:
        cell.setAttribute("t", "inlineStr")
        inline = new(cell, "is")
        part = new(cell, "t", text)
        part.setAttribute("xml:space", "preserve")
        inline.appendChild(part)
        cell.appendChild(inline)
