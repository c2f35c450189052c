"""What an OpenDocument table says about its extent, error cells and hidden rows."""

from __future__ import annotations

import re
from html import unescape

from common.sheets.workbook import Fault, Limits, SheetFacts, cell_name

ROW_END = b"</table:table-row>"
_TOKEN = re.compile(
    rb"<table:table\s[^>]*table:name=|<table:table-row(?=[\s/>])([^>]*)>|</table:table-row>"
    rb"|<table:(?:covered-)?table-cell(?=[\s/>])([^>]*)>|<table:table-column(?=[\s/>])([^>]*)>"
)
_COLUMNS = re.compile(rb"table:number-columns-repeated=[\"'](\d+)")
_ROWS = re.compile(rb"table:number-rows-repeated=[\"'](\d+)")
_HIDDEN = re.compile(rb"table:visibility=[\"'](?:collapse|filter)")
_FORMULA = re.compile(rb"table:formula=\"(?:\w+:)?([^\"]*)")
_TEXT = re.compile(rb"<text:p[^>]*>([^<]*)")


class Scan:
    """Walks the rows of `content.xml`; feed it slabs that end with a row."""

    def __init__(self, limits: Limits) -> None:
        self.facts: dict[int, SheetFacts] = {}
        self._limits = limits
        self._sheet = -1
        self._row = self._column = 0
        self._used_columns = 0  # of the row at hand
        self._repeat = 1
        self._errors: dict[int, str] = {}

    def feed(self, slab: bytes) -> None:
        """Read one slab. Raises Fault `far_cell` where repeats reach beyond the limits, `too_many_rows` or
        `too_many_columns` where the table itself does.
        """
        for match in _TOKEN.finditer(slab):
            token = match[0]
            if match[2] is not None:
                self._cell(match[2], slab, match.end())
            elif match[1] is not None:
                self._open_row(match[1])
            elif match[3] is not None:
                self._columns(match[3])
            elif token == ROW_END:
                self._close_row()
            else:
                self._sheet += 1
                self._row = self._column = 0
                self.facts[self._sheet] = SheetFacts()

    def _columns(self, attributes: bytes) -> None:
        start, self._column = self._column, self._column + _count(_COLUMNS, attributes)
        if _HIDDEN.search(attributes) and self._sheet in self.facts:
            self.facts[self._sheet].hidden_columns.update(range(start, min(self._column, self._limits.columns)))

    def _open_row(self, attributes: bytes) -> None:
        self._repeat = _count(_ROWS, attributes)
        self._column = self._used_columns = 0
        self._errors = {}
        if _HIDDEN.search(attributes) and self._sheet in self.facts:
            last = min(self._row + self._repeat, self._limits.rows)
            self.facts[self._sheet].hidden_rows.update(range(self._row + 1, last + 1))
        if attributes.endswith(b"/"):
            self._close_row()

    def _close_row(self) -> None:
        end = self._row + self._repeat
        if self._used_columns and (self._row, self._repeat) == (self._limits.rows, 1):  # the table simply goes on
            raise Fault("too_many_rows")
        if self._used_columns and (end > self._limits.rows or self._used_columns > self._limits.columns):
            raise Fault("far_cell", cell=cell_name(end - 1, self._used_columns - 1), **self._allowed())
        facts = self.facts.get(self._sheet, SheetFacts())
        for column, text in self._errors.items():
            facts.errors.update(dict.fromkeys(((row, column) for row in range(self._row, end)), text))
        self._row = end

    def _cell(self, attributes: bytes, slab: bytes, after: int) -> None:
        repeat = _count(_COLUMNS, attributes)
        start, self._column = self._column, self._column + repeat
        if b"table:formula=" in attributes and b"value-type=" not in attributes and start < self._limits.columns:
            formula = _FORMULA.search(attributes)
            self._errors[start] = unescape(formula[1].decode("utf-8", "replace")) if formula else "="
            self._used_columns = max(self._used_columns, start + 1)
        if attributes.endswith(b"/") and b"office:value" not in attributes:
            return
        if (start, repeat) == (self._limits.columns, 1):
            raise Fault("too_many_columns")
        self._used_columns = self._column
        if b'calcext:value-type="error"' in attributes and start < self._limits.columns:
            text = _TEXT.search(slab, after)
            name = text[1].decode("utf-8", "replace") if text else "#N/A"
            self._errors.update(dict.fromkeys(range(start, min(self._column, self._limits.columns)), name))

    def _allowed(self) -> dict[str, int]:
        return {"rows": self._limits.rows, "columns": self._limits.columns}


def _count(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    match = pattern.search(attributes)
    return int(match[1][:9]) if match else 1
