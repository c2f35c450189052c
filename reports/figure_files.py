"""Records behind figures, and comparisons, as xlsx and csv: all of them, whatever a page shows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from common.sheets.text import write_rows_csv
from common.sheets.writer import LARGE, BookWriter, Field, Value
from reports.comparison import Comparison, Line, Step
from reports.figures.base import FigureValue, Number, shown
from reports.figures.basis import Behind
from reports.figures.rows import Column

_WIDTHS = {"date": 12, "instant": 17, "number": 11, "decimal": 11, "money": 14}


def write_workbook(target: IO[bytes], value: FigureValue, behind: Behind, created: datetime) -> None:
    """The records on one sheet; value, sentence and definition on another."""
    title, rows = str(value.figure.label), behind.rows
    with BookWriter(target, title=title, created=created, large=len(rows) > LARGE) as book:
        table = book.sheet(gettext("Records"))
        table.table(0, _fields(rows.columns), (row[1:] for row in rows), frozen=1)
        about = book.sheet(gettext("Figure"), landscape=False)
        about.table(0, [Field(gettext("What"), 24), Field(gettext("Says"), 90, "long")], _told(value, behind))


def write_csv(target: IO[bytes], behind: Behind) -> None:
    write_rows_csv(target, [str(column.heading) for column in behind.rows.columns], (row[1:] for row in behind.rows))


def write_comparison(target: IO[bytes], comparison: Comparison, lines: Sequence[Line], created: datetime) -> None:
    """All figures on one sheet; texts where a value is no number."""
    fields = [
        Field(gettext("Figure"), 44),
        Field(gettext("Unit"), 12),
        Field(_report(comparison.asked.before, comparison.asked.before_known_at), 20, "decimal"),
        Field(gettext("Booked late"), 14, "decimal"),
        Field(gettext("Changed since"), 14, "decimal"),
        Field(_report(comparison.asked.as_of, comparison.asked.known_at), 20, "decimal"),
    ]
    with BookWriter(target, title=gettext("Comparison of two reports"), created=created) as book:
        book.sheet(gettext("Figures")).table(0, fields, map(_line, lines), frozen=1)


def write_steps(target: IO[bytes], value: FigureValue, steps: Iterable[Step], who: Any, created: datetime) -> None:
    """Every record that entered or left, step by step. ``who``: tells of an act by whom it was."""
    with BookWriter(target, title=str(value.figure.label), created=created) as book:
        for step in steps:
            name = gettext("Booked late") if step.is_late else gettext("Changed since")
            fields = [Field(gettext("What"), 10), *_fields(step.after.rows.columns), *_booking_fields(step)]
            book.sheet(name).table(0, fields, _step_rows(step, who), frozen=1)


def _step_rows(step: Step, who: Any) -> Iterable[list[Value]]:
    for is_new, word in ((True, gettext("new")), (False, gettext("gone"))):
        for row, booking in step.told(entered=is_new):
            booked = [booking.at, who(booking.act)] if booking else [None, ""]
            yield [word, *row[1:], *(booked if step.is_late else [])]


def _booking_fields(step: Step) -> list[Field]:
    if not step.is_late:
        return []
    return [Field(gettext("Recorded at"), 17, "instant"), Field(gettext("How and by whom"), 50)]


def _report(day: date, known_at: datetime | None) -> str:
    on = date_format(day, "SHORT_DATE_FORMAT")
    if known_at is None:
        return on
    return gettext("%(day)s, as known at %(at)s") % {"day": on, "at": date_format(known_at, "SHORT_DATETIME_FORMAT")}


def _line(line: Line) -> list[Value]:
    values = (line.then.value, line.late, line.moved, line.now.value)
    return [str(line.figure.label), str(line.figure.unit), *map(_cell, values)]


def _cell(value: Number) -> Value:
    return shown(value) if isinstance(value, bool) else value


def _told(value: FigureValue, behind: Behind) -> list[list[Value]]:
    figure = value.figure
    return [
        [str(figure.label), f"{value.text} {figure.unit}"],
        [gettext("How it comes about"), behind.sentence(value.value, str(figure.unit))],
        [gettext("Definition"), str(figure.definition)],
        [gettext("Note"), value.note],
    ]


def _fields(columns: Sequence[Column]) -> list[Field]:
    return [Field(str(column.heading), _WIDTHS.get(column.kind, 22), column.kind) for column in columns]
