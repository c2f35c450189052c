"""The report of a cut-off day as a workbook."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from common.sheets.writer import BookWriter, Field, SheetWriter, Value
from costs.enums import CostStage
from reports.cut_off import AMOUNTS, CutOff
from reports.workbooks.money import authority, dated, write_total
from reports.workbooks.sheet import day_text, headline


def write_cut_off(target: str | Path | IO[bytes], report: CutOff, *, now: datetime) -> None:
    """Write the workbook in the active language to a path or a binary stream."""
    title = gettext("Funding as of %(day)s") % {"day": day_text(report.day)}
    with BookWriter(target, title=title, author=authority(), created=now) as book:
        programmes = book.sheet(gettext("Programmes"), tab="#1B3A57")
        subjects = book.sheet(gettext("Trades and categories"), tab="#0B5394")
        below = dated(report.day, report.known_at)
        due = gettext("to be delivered by %(day)s") % {"day": day_text(report.due_on)}
        headline(programmes, f"{below} · {due}")
        headline(subjects, below)
        _write_programmes(programmes, report)
        _write_subjects(subjects, report)


def _write_programmes(sheet: SheetWriter, report: CutOff) -> None:
    since = day_text(report.since)
    fields = [
        Field(gettext("Programme"), 38),
        Field(gettext("Funder"), 26),
        *(Field(label, 16, "money") for label in amount_labels()),
        Field(gettext("bound since %(day)s") % {"day": since}, 16, "money"),
        Field(gettext("paid since %(day)s") % {"day": since}, 16, "money"),
    ]
    area = sheet.table(3, fields, _programmes(report), frozen=1, height=30)
    write_total(sheet, area, [None, None, *report.totals, report.newly_bound, report.newly_paid])


def _programmes(report: CutOff) -> Iterator[list[Value]]:
    for line in report.lines:
        programme = line.money.programme
        yield [str(programme), programme.funder, *line.amounts, line.newly_bound, line.newly_paid]


def _write_subjects(sheet: SheetWriter, report: CutOff) -> None:
    fields = [
        Field(gettext("Programme"), 38),
        Field(gettext("Trade or category"), 30),
        *(Field(str(stage.label), 18, "money") for stage in CostStage),
    ]
    loose = gettext("not itemised")
    rows: Iterator[list[Value]] = ([line.programme, line.subject or loose, *line.amounts] for line in report.subjects)
    area = sheet.table(3, fields, rows, frozen=1)
    places = [AMOUNTS.index(name) for name in ("planned", "bound", "invoiced", "paid")]
    write_total(sheet, area, [None, None, *(report.totals[place] for place in places)])


def amount_labels() -> list[str]:
    """In the order of ``AMOUNTS``."""
    return [
        gettext("Granted"),
        gettext("Budget with own share"),
        gettext("Planned"),
        gettext("Bound"),
        gettext("Invoiced"),
        gettext("Paid"),
        gettext("of it: the funder"),
        gettext("Drawn down"),
        gettext("Rest"),
    ]
