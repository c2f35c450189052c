"""Somebody's own workbook as a template: its named cells and its tables filled, everything else as it was.

    filling = fill_workbook(path, out, names={"schools": 46}, tables={"completion": Table(...)}, name="bericht.xlsx")

A stranger's workbook is opened for changing in a process of its own (``common.sheets.filling_child``), after the
checks of reading and with limits of memory and time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format

from common.sheets.errand import send

_SECONDS = 60
#: Day 0 of the spreadsheet programs.
_EPOCH = date(1899, 12, 30)

Value = str | int | float | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for a table of the template. ``columns``: heading as it may stand there → key of the rows."""

    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, Value]]


class Left(NamedTuple):
    """A name or table of the template that was not filled.

    ``reason``: ``unknown`` name · ``no_cell`` it stands for · ``not_one_cell`` · ``holds_formula`` · ``no_column``
    whose heading is known · ``not_free`` below the table. ``where``: as the template says it.
    """

    name: str
    reason: str
    where: str


@dataclass(frozen=True, slots=True)
class Filling:
    """What was filled: names, and tables with the headings that were known."""

    names: list[str]
    tables: dict[str, list[str]]
    left: list[Left]


def fill_workbook(
    path: Path,
    out: Path | None,
    *,
    names: Mapping[str, Value],
    tables: Mapping[str, Table],
    name: str,
) -> Filling:
    """Write a copy of the xlsx at ``path`` to ``out`` with the values in it; without ``out`` only say what would be.

    ``name``: what messages call the file. Raises ``SheetError`` where it cannot be used.
    """
    job = {
        "path": str(path),
        "out": str(out) if out else "",
        "names": {key.casefold(): _told(value) for key, value in names.items()},
        "tables": {key.casefold(): _table(one) for key, one in tables.items()},
    }
    answer = send("filling_child", job, name=name, seconds=_SECONDS)
    return Filling(answer["names"], answer["tables"], [Left(*one) for one in answer["left"]])


def _table(table: Table) -> dict[str, Any]:
    columns = {heading.casefold(): key for heading, key in table.columns.items()}
    return {"columns": columns, "rows": [{key: _told(value) for key, value in row.items()} for row in table.rows]}


def _told(value: Value) -> Any:
    """A value as JSON carries it; a day as its number for the program and as text for people."""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        whole = (local.date() - _EPOCH).days + (local.hour * 60 + local.minute) / 1440
        return {"day": whole, "text": date_format(local, "SHORT_DATETIME_FORMAT")}
    if isinstance(value, date):
        return {"day": (value - _EPOCH).days, "text": date_format(value, "SHORT_DATE_FORMAT")}
    return float(value) if isinstance(value, Decimal) else value
