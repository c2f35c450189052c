"""Costs to complete as a workbook."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from common.sheets.writer import BookWriter, Field, SheetWriter, Value
from reports.costs_to_complete import CostsToComplete, Need
from reports.workbooks.money import authority, dated, write_total
from reports.workbooks.sheet import day_text, write_sheets
from rollout.enums import Level


def write_costs_to_complete(target: str | Path | IO[bytes], costs: CostsToComplete, *, now: datetime) -> None:
    """Write the workbook in the active language to a path or a binary stream."""
    title = gettext("Costs to complete as of %(day)s") % {"day": day_text(costs.day)}
    with BookWriter(target, title=title, author=authority(), created=now) as book:
        parts = (
            (gettext("Requirements"), "#1B3A57", _write_requirements),
            (gettext("Schools"), "#2E7D4F", _write_schools),
            (gettext("Lines"), "#B3261E", _write_lines),
            (gettext("Programmes"), "#0B5394", _write_programmes),
        )
        write_sheets(book, dated(costs.day), parts, costs)


def _write_requirements(sheet: SheetWriter, costs: CostsToComplete) -> None:
    fields = [
        Field(gettext("Requirement"), 40),
        Field(gettext("Level"), 12),
        Field(gettext("Price by"), 48, "long"),
        Field(gettext("Missing"), 12, "number"),
        Field(gettext("On the way"), 12, "number"),
        Field(gettext("Planned"), 12, "number"),
        Field(gettext("Undistributed"), 14, "number"),
        Field(gettext("To buy"), 12, "number"),
        Field(gettext("Price in euro"), 14, "money"),
        Field(gettext("Cost in euro"), 16, "money"),
        Field(gettext("Schools of which it is not known"), 18, "number"),
    ]
    area = sheet.table(3, fields, _requirements(costs), frozen=1, height=30, filtered=False)
    total = costs.total
    write_total(sheet, area, [*[None] * 7, total.to_buy, None, total.cost, None])


def _requirements(costs: CostsToComplete) -> Iterator[list[Value]]:
    for rule, one in costs.by_requirement:
        price = one.needs[0].price
        yield [
            rule.label,
            one.level,
            price.source if price else gettext("no price known"),
            one.gap,
            one.on_the_way,
            one.planned,
            one.shared,
            one.to_buy,
            price.amount if price else None,
            one.cost if price or not one.to_buy else None,
            one.unknown or None,
        ]


def _write_schools(sheet: SheetWriter, costs: CostsToComplete) -> None:
    fields = [
        Field(gettext("School no."), 12),
        Field(gettext("School"), 44),
        Field(gettext("Programmes that may pay"), 50, "long"),
        Field(gettext("To buy"), 12, "number"),
        Field(gettext("Basis in euro"), 16, "money"),
        Field(gettext("On top for the target"), 16, "money"),
        Field(gettext("Cost in euro"), 16, "money"),
        Field(gettext("Requirements not known"), 16, "number"),
    ]
    rows: Iterator[list[Value]] = (
        [
            school.number,
            school.name,
            "\n".join(map(str, one.payers)),
            one.to_buy,
            one.basis,
            one.target,
            one.cost,
            one.unknown or None,
        ]
        for school, one in costs.by_school
    )
    area = sheet.table(3, fields, rows, frozen=2, height=30)
    total = costs.total
    write_total(sheet, area, [None, None, None, total.to_buy, total.basis, total.target, total.cost, None])


def _write_lines(sheet: SheetWriter, costs: CostsToComplete) -> None:
    fields = [
        Field(gettext("School no."), 12),
        Field(gettext("School"), 38),
        Field(gettext("Requirement"), 34),
        Field(gettext("Level"), 10),
        Field(gettext("Programmes that may pay"), 44, "long"),
        Field(gettext("Price by"), 44, "long"),
        Field(gettext("Missing"), 10, "number"),
        Field(gettext("On the way"), 10, "number"),
        Field(gettext("Planned"), 10, "number"),
        Field(gettext("Undistributed"), 14, "number"),
        Field(gettext("To buy"), 10, "number"),
        Field(gettext("Price in euro"), 13, "money"),
        Field(gettext("Cost in euro"), 15, "money"),
    ]
    rows = (_line(need) for need in costs.needs if need.to_buy != 0)
    area = sheet.table(3, fields, rows, frozen=2)
    write_total(sheet, area, [*[None] * 10, costs.total.to_buy, None, costs.total.cost])


def _line(need: Need) -> list[Value]:
    price, unknown = need.price, gettext("unknown")
    return [
        need.school.number,
        need.school.name,
        need.rule.label,
        str(Level(need.rule.level).label),
        "\n".join(map(str, need.payers)),
        price.source if price else gettext("no price known"),
        unknown if need.gap is None else need.gap,
        need.on_the_way,
        need.planned,
        need.shared,
        unknown if need.to_buy is None else need.to_buy,
        price.amount if price else unknown,
        unknown if need.cost is None else need.cost,
    ]


def _write_programmes(sheet: SheetWriter, costs: CostsToComplete) -> None:
    fields = [
        Field(gettext("Programme"), 44),
        Field(gettext("May pay, in euro"), 18, "money"),
        Field(gettext("Rest of the budget"), 18, "money"),
        Field(gettext("Note"), 60, "long"),
    ]
    sheet.put(2, 0, gettext("What several programmes may pay for stands with each of them."))
    unlimited = gettext("without a budget of its own")
    rows: Iterator[list[Value]] = (
        [str(one.money.programme), one.may_pay, one.rest, "" if one.is_limited else unlimited] for one in costs.by_payer
    )
    sheet.table(3, fields, rows, filtered=False)
