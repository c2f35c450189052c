"""The proposal for an order as a workbook: what, for which school, and what cannot be proposed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from common.sheets.writer import BookWriter, Field, SheetWriter, Value
from reports.costs_to_complete import Need
from reports.order_proposal import OrderProposal
from reports.workbooks.money import authority, dated, write_total
from reports.workbooks.sheet import day_text, headline
from rollout.enums import Level


def write_order_proposal(target: str | Path | IO[bytes], proposal: OrderProposal, *, now: datetime) -> None:
    """Write the workbook in the active language to a path or a binary stream."""
    title = gettext("Order proposal of %(day)s") % {"day": day_text(proposal.day)}
    with BookWriter(target, title=title, author=authority(), created=now) as book:
        sheets = (
            (book.sheet(gettext("Order"), tab="#1B3A57"), _write_order),
            (book.sheet(gettext("Schools"), tab="#2E7D4F"), _write_schools),
            (book.sheet(gettext("Notes"), tab="#B3261E"), _write_notes),
        )
        for sheet, write in sheets:
            headline(sheet, _below(proposal))
            write(sheet, proposal)


def _below(proposal: OrderProposal) -> str:
    standard = proposal.report.standard
    parts = [dated(proposal.day), standard.name if standard else "", str(Level(proposal.level).label)]
    return " · ".join(filter(None, parts))


def _write_order(sheet: SheetWriter, proposal: OrderProposal) -> None:
    fields = [
        Field(gettext("Requirement"), 40),
        Field(gettext("Device model"), 36),
        Field(gettext("Price by"), 48, "long"),
        Field(gettext("Programmes that may pay"), 48, "long"),
        Field(gettext("Schools"), 10, "number"),
        Field(gettext("To order"), 12, "number"),
        Field(gettext("Price in euro"), 14, "money"),
        Field(gettext("Cost in euro"), 16, "money"),
    ]
    area = sheet.table(3, fields, _columns(proposal), frozen=1, height=30, filtered=False)
    total = proposal.costs.total
    write_total(sheet, area, [*[None] * 5, total.to_buy, None, proposal.known_cost])


def _columns(proposal: OrderProposal) -> Iterator[list[Value]]:
    for column in proposal.columns:
        price = column.price
        yield [
            column.rule.label,
            str(column.model) if column.model else gettext("to be chosen"),
            price.source if price else gettext("no price known"),
            "\n".join(f"{payer}: {number}" for payer, number in column.payers),
            len(column.needs.needs),
            column.needs.to_buy,
            price.amount if price else None,
            column.known_cost,
        ]


def _write_schools(sheet: SheetWriter, proposal: OrderProposal) -> None:
    columns = proposal.columns
    fields = [
        Field(gettext("School no."), 12),
        Field(gettext("School"), 44),
        *(Field(column.rule.label, 16, "number") for column in columns),
        Field(gettext("Cost in euro"), 16, "money"),
    ]
    rows: Iterator[list[Value]] = (
        [
            school.number,
            school.name,
            *(needs[column.key].to_buy if column.key in needs else None for column in columns),
            _known_cost(needs.values()),
        ]
        for school, needs in proposal.rows
    )
    area = sheet.table(3, fields, rows, frozen=2, height=45)
    sums = [column.needs.to_buy for column in columns]
    write_total(sheet, area, [None, None, *sums, proposal.known_cost])


def _known_cost(needs: Iterable[Need]) -> Decimal | None:
    """Of what has a price; ``None`` where nothing has one."""
    costs = [need.cost for need in needs if need.cost is not None]
    return sum(costs, Decimal(0)) if costs else None


def _write_notes(sheet: SheetWriter, proposal: OrderProposal) -> None:
    """What is reckoned with, and what is left out."""
    texts = [(gettext("reckoned with, not ordered again"), text) for text in proposal.reckoned]
    texts += [(gettext("not proposed"), text) for text in proposal.remarks]
    rows: list[list[Value]] = [[kind, text] for kind, text in texts]
    fields = [Field(gettext("Kind"), 34), Field(gettext("Note"), 110, "long")]
    sheet.table(3, fields, rows, filtered=False)
