"""What reports are made of: sections with texts and tables, the same for page, PDF and workbook."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext

from common.sheets.writer import Kind, Value
from reports.figures import shown
from reports.publishing.content import signed

#: Kinds of columns in which a missing value is an unknown number.
_NUMBERS = ("number", "percent", "decimal", "change")
#: The shares of a table as wide as the page.
WIDTH = 16


class Column(NamedTuple):
    """``kind`` as in workbooks; ``share``: of the width of a page, in parts of ``WIDTH``; 0: in the workbook alone."""

    heading: str
    kind: Kind = "text"
    share: int = 2

    @property
    def is_number(self) -> bool:
        return self.kind in _NUMBERS


@dataclass(frozen=True, slots=True)
class Table:
    """``name``: of its sheet in the workbook. ``title``: above it on a page, where its section has several."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    title: str = ""
    has_total: bool = False

    @property
    def is_narrow(self) -> bool:
        return sum(column.share for column in self.columns) < WIDTH

    @property
    def shown_columns(self) -> list[Column]:
        return [column for column in self.columns if column.share]

    @property
    def texts(self) -> list[list[tuple[Column, str]]]:
        """Rows as a page shows them."""
        return [
            [
                (column, cell_text(value, column.kind))
                for column, value in zip(self.columns, row, strict=True)
                if column.share
            ]
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    parts: Sequence[Any] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Document:
    """``facts``: what it is about, as pairs."""

    title: str
    language: str
    facts: Sequence[tuple[str, str]]
    remarks: Sequence[str]
    sections: Sequence[Section]

    @property
    def tables(self) -> list[Table]:
        return [part for section in self.sections for part in section.parts if isinstance(part, Table)]


def cell_text(value: Value, kind: str) -> str:
    """A number that is not known says so; it is never shown as 0."""
    if value is None:
        return gettext("unknown") if kind in _NUMBERS else "–"
    if kind == "percent":
        return f"{number_format(round(Decimal(str(value)) * 100, 1), use_l10n=True)} %"
    if isinstance(value, date):
        return day_text(value)
    if kind == "change" and not isinstance(value, str):
        return signed(Decimal(str(value)))
    if isinstance(value, float):
        return shown(Decimal(str(value)))
    return shown(value) if isinstance(value, int | Decimal) else value


def iso_text(text: str) -> str:
    return (
        day_text(timezone.localdate(datetime.fromisoformat(text)))
        if "T" in text
        else day_text(date.fromisoformat(text))
    )


def day_text(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def instant(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
