"""The process that fills somebody's template: its task as JSON on standard input, one line of JSON as answer.

It changes the XML of the cells and nothing else: charts, pictures, formats and whatever else stands in the file stay
byte for byte. It starts without Django, gives itself limits and is allowed to die, as ``common.sheets.child``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.dom.minidom import Element

from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import get_column_letter, range_boundaries

from common.sheets.child import limit_process
from common.sheets.filling_sheet import Grid, is_day_format
from common.sheets.package import Package, child, children, descendants, local, set_text, text_of
from common.sheets.precheck import check_zip
from common.sheets.workbook import Fault, Limits

_MEMORY = 1024 * 1024 * 1024
_BOOK = "xl/workbook.xml"
_ONE_CELL = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?$")
_AREA = re.compile(r"(?:(?:'((?:[^']|'')+)'|([\w.]+))!)?(\$?)([A-Z]{1,3})(\$?)(\d+):(\$?)([A-Z]{1,3})(\$?)(\d+)")


def main() -> None:
    job = json.load(sys.stdin)
    limits = replace(Limits(), memory_bytes=_MEMORY, seconds=job["seconds"])
    limit_process(limits)
    try:
        answer = _Filling(job, limits).run()
    except Fault as fault:
        answer = {"fault": fault.code, "params": fault.params}
    except MemoryError:
        answer = {"fault": "too_large"}
    except Exception as error:  # XML that is none, addresses that are none: the file is not as Excel writes it
        answer = {"fault": "damaged", "params": {"detail": f"{type(error).__name__}: {error}"[:200]}}
    sys.stdout.write(json.dumps(answer) + "\n")


class _Filling:
    def __init__(self, job: Mapping[str, Any], limits: Limits) -> None:
        self.job = job
        file = Path(job["path"]).open("rb")  # noqa: SIM115 - the process ends with its task
        kind, _facts = check_zip(file, limits)
        if kind != "xlsx" or _BOOK not in Package(file).names:
            raise Fault("not_a_template")
        self.package = Package(file)
        self.book = self.package.root(_BOOK)
        days = frozenset(_day_styles(self.package))
        sheets = self.package.related(_BOOK, "worksheet")
        self.grids: dict[str, Grid] = {}
        self.tables: list[tuple[Grid, str]] = []
        for sheet in descendants(self.book, "sheet"):
            part = sheets.get(next(v for k, v in sheet.attributes.items() if k.rpartition(":")[2] == "id"))
            if part:  # sheets that are only a chart have no cells
                grid = Grid(sheet.getAttribute("name"), self.package.root(part), days)
                self.grids[grid.name.casefold()] = grid
                self.tables += [(grid, table) for table in self.package.related(part, "table").values()]
        self.left: list[list[Any]] = []
        self.filled: list[str] = []

    def run(self) -> dict[str, Any]:
        for name, reference in self._names():
            self._fill_name(name, reference)
        columns = {}
        for grid, part in self.tables:
            table = self.package.root(part)
            name = (table.getAttribute("displayName") or table.getAttribute("name")).casefold()
            if name in self.job["tables"]:
                columns[name] = self._fill_table(grid, table, self.job["tables"][name])
        if self.job["out"]:
            self._finish()
        return {"names": self.filled, "tables": columns, "left": self.left}

    def _names(self) -> Iterator[tuple[str, str]]:
        for one in descendants(self.book, "definedName"):
            name = one.getAttribute("name")
            if not name.startswith("_xlnm") and one.getAttribute("hidden") not in ("1", "true"):
                yield name, text_of(one).strip()

    def _fill_name(self, name: str, reference: str) -> None:
        key, found = name.casefold(), _ONE_CELL.match(reference)
        grid = self.grids.get((found[1] or found[2]).replace("''", "'").casefold()) if found else None
        if key not in self.job["names"]:
            self.left.append([name, "unknown", reference])
        elif found is None or grid is None:
            self.left.append([name, "no_cell", reference])
        elif found[5] and not self._is_merged(grid, reference.rpartition("!")[2].replace("$", "")):
            self.left.append([name, "not_one_cell", reference])
        else:
            left, top, _right, _bottom = range_boundaries(f"{found[3]}{found[4]}")
            if grid.formula(top, left):
                self.left.append([name, "holds_formula", reference])
                return
            grid.write(top, left, self.job["names"][key])
            self.filled.append(key)

    def _is_merged(self, grid: Grid, area: str) -> bool:
        return any(one.getAttribute("ref") == area for one in descendants(grid.root, "mergeCell"))

    def _fill_table(self, grid: Grid, table: Element, wanted: Mapping[str, Any]) -> list[str]:
        """Write the rows below the headings that are known; returns these headings."""
        name, area = table.getAttribute("displayName"), table.getAttribute("ref")
        left, top, right, bottom = range_boundaries(area)
        heads = [column.getAttribute("name") for column in descendants(table, "tableColumn")]
        keys = {left + i: wanted["columns"].get(head.casefold()) for i, head in enumerate(heads)}
        totals, rows = int(table.getAttribute("totalsRowCount") or 0), wanted["rows"]
        first, last = top + int(table.getAttribute("headerRowCount") or 1), bottom - totals
        if not any(keys.values()):
            self.left.append([name, "no_column", ", ".join(heads)])
            return []
        beyond = first + max(len(rows), 1) - 1
        if below := self._first_below(grid, bottom, (left, right)):
            self.left.append([name, "not_free", f"{grid.name}: {below}"])
            return []
        self._write_rows(grid, rows, keys, (first, last, beyond), totals)
        table.setAttribute("ref", f"{get_column_letter(left)}{top}:{get_column_letter(right)}{beyond + totals}")
        for one in children(table, "autoFilter"):
            one.setAttribute("ref", f"{get_column_letter(left)}{top}:{get_column_letter(right)}{beyond}")
        self._stretch(grid, (left, right), (first, last), beyond)
        return [head for i, head in enumerate(heads) if keys[left + i]]

    def _first_below(self, grid: Grid, bottom: int, columns: tuple[int, int]) -> str:
        """The first cell that a longer table would run into."""
        for row in sorted(number for number in grid.cells if number > bottom):
            for column in sorted(grid.cells[row]):
                if columns[0] <= column <= columns[1] and not grid.is_empty(row, column):
                    return f"{get_column_letter(column)}{row}"
        return ""

    def _write_rows(
        self,
        grid: Grid,
        rows: list[Mapping[str, Any]],
        keys: Mapping[int, str | None],
        span: tuple[int, ...],
        totals: int,
    ) -> None:
        first, last, beyond = span
        looks = {column: grid.look(first, column) for column in keys}
        formulas = {column: grid.formula(first, column) for column in keys}
        ending = {column: grid.take(last + 1, column) for column in keys} if totals else {}
        for number in range(first, last + 1):
            for column in keys:
                grid.take(number, column)
        for i, row in enumerate(rows or [{}]):
            for column, key in keys.items():
                at = f"{get_column_letter(column)}{first + i}"
                if key:
                    grid.write(first + i, column, row.get(key), looks[column])
                elif formulas[column]:
                    origin = f"{get_column_letter(column)}{first}"
                    moved = Translator(f"={formulas[column]}", origin).translate_formula(at)
                    grid.write_formula(first + i, column, moved[1:], looks[column])
                else:
                    grid.write(first + i, column, None, looks[column])
        for column, cell in ending.items():
            if cell is not None:
                grid.put(beyond + 1, column, cell)

    def _stretch(self, grid: Grid, columns: tuple[int, int], rows: tuple[int, int], beyond: int) -> None:
        """Whatever spoke of all rows of the table speaks of all its rows again."""

        def longer(text: str, home: str = "") -> str:
            def grown(found: re.Match[str]) -> str:
                sheet = (found[1] or found[2] or home).replace("''", "'").casefold()
                inside = all(columns[0] <= _column(found[i]) <= columns[1] for i in (4, 8))
                if sheet != grid.name.casefold() or not inside or (int(found[6]), int(found[10])) != rows:
                    return found[0]
                return found[0][: found.start(10) - found.start()] + str(beyond)

            return _AREA.sub(grown, text)

        for other in self.grids.values():
            for formula in descendants(other.data, "f"):
                set_text(formula, longer(text_of(formula), other.name))
        for rule in (*descendants(grid.root, "conditionalFormatting"), *descendants(grid.root, "dataValidation")):
            ranges = rule.getAttribute("sqref").split()
            rule.setAttribute("sqref", " ".join(longer(part, grid.name) for part in ranges))
        spoken = (one for chart in self._charts() for one in descendants(chart, "f"))
        for formula in (*descendants(self.book, "definedName"), *spoken):
            set_text(formula, longer(text_of(formula)))

    def _charts(self) -> Iterator[Element]:
        for part in self.package.names:
            if "/charts/" in part and part.endswith(".xml") and local(self.package.root(part)) == "chartSpace":
                yield self.package.root(part)

    def _finish(self) -> None:
        """Values that programs had computed before are taken out, so that all of them compute anew."""
        for grid in self.grids.values():
            grid.forget_results()
            grid.set_extent()
        for chart in self._charts():
            for kind in ("strRef", "numRef", "multiLvlStrRef"):
                for reference in descendants(chart, kind):
                    for cache in children(reference, "strCache", "numCache", "multiLvlStrCache"):
                        reference.removeChild(cache)
        self.package.drop(_BOOK, "calcChain")
        calculation = child(self.book, "calcPr")
        if calculation is not None:
            calculation.setAttribute("fullCalcOnLoad", "1")
        self.package.write(self.job["out"])


def _column(letters: str) -> int:
    return range_boundaries(f"{letters}1")[0]


def _day_styles(package: Package) -> Iterator[int]:
    """Indices of the cell styles that show a day."""
    part = next(iter(package.related(_BOOK, "styles").values()), None)
    if part is None:
        return
    root = package.root(part)
    codes = {int(one.getAttribute("numFmtId")): one.getAttribute("formatCode") for one in descendants(root, "numFmt")}
    styles = child(root, "cellXfs")
    for index, style in enumerate(children(styles, "xf") if styles is not None else ()):
        number = int(style.getAttribute("numFmtId") or 0)
        if is_day_format(number, codes.get(number, "")):
            yield index
