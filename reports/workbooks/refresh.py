"""Refresh planning as a workbook."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from common.sheets.writer import BookWriter, Field, Kind, SheetWriter, Value
from reports.refresh import RefreshPlan, RefreshSum, column_label
from reports.workbooks.money import authority, dated, write_total
from reports.workbooks.sheet import day_text, write_sheets


def write_refresh(target: str | Path | IO[bytes], plan: RefreshPlan, *, now: datetime) -> None:
    """Write the workbook in the active language to a path or a binary stream."""
    title = gettext("Refresh planning as of %(day)s") % {"day": day_text(plan.day)}
    with BookWriter(target, title=title, author=authority(), created=now) as book:
        parts = (
            (gettext("Devices per year"), "#1B3A57", _write_numbers),
            (gettext("Cost per year"), "#2E7D4F", _write_costs),
            (gettext("Lines"), "#B3261E", _write_lines),
        )
        write_sheets(book, dated(plan.day), parts, plan)


def _write_numbers(sheet: SheetWriter, plan: RefreshPlan) -> None:
    more = [Field(gettext("Bound for longer"), 14, "number"), Field(gettext("Last bound until"), 14, "date")]
    _write_years(sheet, plan, "number", lambda one: one.number, more, lambda one: [one.held, one.bound_until])


def _write_costs(sheet: SheetWriter, plan: RefreshPlan) -> None:
    more = [Field(gettext("Devices without a price"), 16, "number")]
    _write_years(sheet, plan, "money", lambda one: one.cost, more, lambda one: [one.unpriced])


def _write_years(
    sheet: SheetWriter,
    plan: RefreshPlan,
    kind: Kind,
    value: Callable[[RefreshSum], Value],
    more: list[Field],
    further: Callable[[RefreshSum], list[Value]],
) -> None:
    fields = [
        Field(gettext("School no."), 12),
        Field(gettext("School"), 44),
        *(Field(column_label(column), 14, kind) for column in plan.columns),
        Field(gettext("Total"), 16, kind),
        *more,
    ]

    def cells(one: RefreshSum) -> list[Value]:
        parts = (one.by_column.get(column) for column in plan.columns)
        return [*(value(part) if part else None for part in parts), value(one), *further(one)]

    rows = (
        [school.number if school else "", school.name if school else gettext("central store"), *cells(one)]
        for school, one in plan.by_school
    )
    area = sheet.table(3, fields, rows, frozen=2, height=30)
    write_total(sheet, area, [None, None, *cells(plan.total)])


def _write_lines(sheet: SheetWriter, plan: RefreshPlan) -> None:
    fields = [
        Field(gettext("School no."), 12),
        Field(gettext("School"), 38),
        Field(gettext("Category"), 22),
        Field(gettext("Device model"), 30),
        Field(gettext("Number"), 10, "number"),
        Field(gettext("Bought on"), 13, "date"),
        Field(gettext("Planned replacement"), 14, "date"),
        Field(gettext("Bound until"), 13, "date"),
        Field(gettext("To be retired from"), 14, "date"),
        Field(gettext("Price by"), 44, "long"),
        Field(gettext("Price in euro"), 13, "money"),
        Field(gettext("Cost in euro"), 15, "money"),
    ]
    area = sheet.table(3, fields, _lines(plan), frozen=2)
    write_total(sheet, area, [*[None] * 4, plan.total.number, *[None] * 6, plan.total.cost])


def _lines(plan: RefreshPlan) -> Iterator[list[Value]]:
    unknown = gettext("unknown")
    for school, one in plan.by_school:
        for batch in one.batches:
            due, price = batch.due, batch.price
            yield [
                school.number if school else "",
                school.name if school else gettext("central store"),
                str(batch.model.category),
                str(batch.model),
                batch.number,
                due.bought_on or unknown,
                due.planned_on or unknown,
                due.bound_until,
                due.on or unknown,
                price.source if price else gettext("no price known"),
                price.amount if price else unknown,
                unknown if batch.cost is None else batch.cost,
            ]
