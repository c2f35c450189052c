"""The proof of use of a programme (Verwendungsnachweis), ready for the auditor."""

import gc
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO

from django.utils.translation import gettext
from xlsxwriter.utility import xl_rowcol_to_cell as cell

from common.memory import without_collecting
from common.sheets.writer import LINE, Area, BookWriter, Field, SheetWriter, Value
from costs.enums import CostStage
from funding.binding import binding_end
from funding.enums import BindingStart, ProgrammeKind
from funding.models import Drawdown, GrantNotice, Programme
from inventory.enums import DeviceStatus
from reports.costs_to_complete import is_limited
from reports.proof_of_use import ProofOfUse, SubjectSum, borne, read_proof
from reports.workbooks.money import (
    authority,
    begin_cover,
    dated,
    write_contents,
    write_facts,
    write_notes,
    write_part,
    write_total,
)
from reports.workbooks.sheet import Placed, day_text, headline, total_style

_NOTHING = Decimal("0.00")


def write_proof(
    target: str | Path | IO[bytes],
    programme: Programme,
    *,
    as_of: date,
    now: datetime,
    known_at: datetime | None = None,
) -> None:
    """Write the workbook in the active language to a path or a binary stream."""
    with without_collecting():
        write_workbook(target, read_proof(programme, as_of, known_at), now)
    gc.collect(0)  # sheets refer to each other: they would stay in memory for long


def write_workbook(target: str | Path | IO[bytes], proof: ProofOfUse, now: datetime) -> None:
    title = gettext("Proof of use: %(programme)s") % {"programme": proof.programme}
    with BookWriter(target, title=title, author=authority(), created=now) as book:
        cover = book.sheet(gettext("Cover"), tab="#1B3A57", landscape=False)
        sums = book.sheet(gettext("Sums"), tab="#2E7D4F")
        costs = book.sheet(gettext("Cost entries"), tab="#0B5394")
        items = book.sheet(gettext("Items"), tab="#B45F06")
        below = f"{proof.programme} · {dated(proof.day, proof.known_at)}"
        for sheet in (sums, costs, items):
            headline(sheet, below)
        placed = _write_costs(costs, proof), _write_items(items, proof)
        _write_sums(sums, proof, *placed)
        contents = [
            (sums, gettext("by trade and category, with what is not itemised")),
            (costs, gettext("every entry: planned, bound, invoiced, paid")),
            (items, gettext("every device with its place, invoice and state")),
        ]
        _write_cover(cover, proof, title, contents, now)


def _write_cover(
    sheet: SheetWriter, proof: ProofOfUse, title: str, contents: list[tuple[SheetWriter, str]], now: datetime
) -> None:
    row = begin_cover(sheet, title, dated(proof.day, proof.known_at))
    row = write_facts(sheet, row, _facts(proof, now))
    row = write_part(
        sheet,
        row,
        gettext("Money as of the day, in euro"),
        [Field(gettext("What")), Field(gettext("Euro"), kind="money")],
        _money(proof),
    )
    money = [Field(gettext("Number")), Field(gettext("Day"), kind="date"), Field(gettext("Euro"), kind="money")]
    if proof.notices:
        row = write_part(sheet, row, gettext("Grant notices"), money, map(_fact, proof.notices))
    if proof.drawdowns:
        row = write_part(sheet, row, gettext("Drawdowns"), money, map(_fact, proof.drawdowns))
    row = write_contents(sheet, row, contents)
    write_notes(sheet, row, _notes(proof))


def _fact(fact: GrantNotice | Drawdown) -> list[Value]:
    return [fact.number, fact.valid_from, fact.amount]


def _facts(proof: ProofOfUse, now: datetime) -> Iterator[tuple[str, Value]]:
    programme = proof.programme
    yield gettext("Funder"), programme.funder
    yield gettext("The funder bears, in percent"), programme.rate if programme.funder else None
    days = (programme.begins_on, programme.ends_on)
    if any(days):
        period = " – ".join(day_text(day) if day else "…" for day in days)
        yield gettext("Implementation period"), period
    yield gettext("Proof of use due on"), programme.proof_due_on
    yield gettext("Binding period"), _binding(programme)
    yield gettext("Contact"), programme.contact
    yield gettext("As-of date"), proof.day
    yield gettext("As known at"), proof.known_at or now
    yield gettext("Created"), now


def _binding(programme: Programme) -> str:
    """The last day where it is the same for all, and from what it is counted."""
    start, end = BindingStart(programme.binding_start), binding_end(programme, None)
    until = gettext("until %(day)s") % {"day": day_text(end)} if end else ""
    if start in (BindingStart.FIXED, BindingStart.NONE):
        return until or str(start.label)
    years = gettext("%(years)s years") % {"years": programme.binding_years}
    return f"{until} ({years}: {start.label})" if until else f"{years}: {start.label}"


def _money(proof: ProofOfUse) -> list[list[Value]]:
    """Of own money only what there is: it has no funder, and a budget only where one was decided."""
    money, has_funder = proof.money, proof.programme.kind == ProgrammeKind.GRANT
    lines: list[tuple[str, Decimal, bool]] = [
        (gettext("Granted"), money.granted, is_limited(money)),
        (gettext("Eligible costs for which the grant is enough"), money.budget, has_funder),
        (gettext("Planned"), money.planned, True),
        (gettext("Bound by contract"), money.bound, True),
        (gettext("Invoiced"), money.invoiced, True),
        (gettext("Paid"), money.paid, True),
        (gettext("Of what is paid: the funder"), money.grant_part, has_funder),
        (gettext("Of what is paid: own share"), money.own_share, has_funder),
        (gettext("Drawn down"), money.drawn, has_funder),
        (gettext("Paid, and not drawn down yet"), money.to_draw, has_funder),
        (gettext("Rest of the budget"), money.rest, is_limited(money)),
    ]
    return [[name, amount] for name, amount, is_said in lines if is_said]


def _notes(proof: ProofOfUse) -> Iterator[str]:
    yield gettext(
        "Amounts are gross, in euro. The sums are those that the pages of the programme show on the same day; "
        "“not itemised” holds what names neither a trade nor a category."
    )
    yield gettext(
        "An item is a device that the programme pays, as a whole or by a fixed share. A device that several programmes "
        "pay stands in the proof of each, with the share of that programme; all shares together are its price."
    )
    yield gettext("How a device is paid is said as it is known today; its place and state are those of the day.")
    if proof.unpriced:
        text = gettext("Without a price, and so without a share in euro: %(number)s of %(items)s items.")
        yield text % {"number": proof.unpriced, "items": len(proof.items)}


def _write_costs(sheet: SheetWriter, proof: ProofOfUse) -> Placed:
    fields = [
        Field(gettext("Stage"), 18),
        Field(gettext("Day"), 12, "date"),
        Field(gettext("Document number"), 18),
        Field(gettext("Company"), 26),
        Field(gettext("Text"), 34),
        Field(gettext("Trade or category"), 24),
        Field(gettext("School"), 30),
        Field(gettext("Site"), 26),
        Field(gettext("Order or project"), 24),
        Field(gettext("Amount"), 15, "money"),
        Field(gettext("Funder"), 15, "money"),
        Field(gettext("Own share"), 15, "money"),
    ]
    stages, loose = _stages(), _loose()
    rows = ((stages[line.stage], *line[1:5], line.subject or loose, *line[6:]) for line in proof.lines)
    area = sheet.table(3, fields, rows, frozen=3)
    return Placed(sheet, area)


def _write_items(sheet: SheetWriter, proof: ProofOfUse) -> Placed:
    fields = [
        Field(gettext("Serial number"), 20),
        Field(gettext("Asset tag"), 16),
        Field(gettext("Device model"), 28),
        Field(gettext("Category"), 20),
        Field(gettext("School"), 32),
        Field(gettext("Room"), 18),
        Field(gettext("State on the day"), 16),
        Field(gettext("Bound until"), 12, "date"),
        Field(gettext("Invoice"), 30),
        Field(gettext("Price in euro"), 13, "money"),
        Field(gettext("Share in percent"), 11, "money"),
        Field(gettext("Share in euro"), 13, "money"),
    ]
    states = {status.value: str(status.label) for status in DeviceStatus}
    rows = ((*item[1:7], states[item.status], *item[8:]) for item in proof.items)
    area = sheet.table(3, fields, rows, frozen=2, height=30)
    total = sum((item.share or _NOTHING for item in proof.items), _NOTHING)
    write_total(sheet, area, [*[None] * 11, total])
    return Placed(sheet, area)


def _write_sums(sheet: SheetWriter, proof: ProofOfUse, costs: Placed, items: Placed) -> None:
    """Each number adds up cells of the other sheets, so that it can be followed."""
    stages = _stages()
    fields = [
        Field(gettext("Trade or category"), 34),
        *(Field(label, 17, "money") for label in stages.values()),
        Field(gettext("Items"), 12, "number"),
        Field(gettext("Shares of the items"), 17, "money"),
        Field(
            gettext("Invoiced less items"),
            17,
            "money",
            gettext("Services, accessories; negative where the invoice names a trade or is still to come."),
        ),
    ]
    sheet.header(3, fields, height=30)
    sheet.raw.freeze_panes(4, 1)
    for row, one in enumerate(proof.sums, 4):
        _sum_line(sheet, row, one, list(stages.values()), costs, items)
    area = Area(3, 3 + len(proof.sums), 0, len(fields) - 1)
    totals = [proof.money.stages.get(stage, _NOTHING) for stage in stages]
    shares = sum((one.shares for one in proof.sums), _NOTHING)
    difference = sum((_difference(one) or _NOTHING for one in proof.sums), _NOTHING)
    write_total(sheet, area, [None, *totals, len(proof.items), shares, difference])
    _write_bearers(sheet, area.last + 2, proof, costs)


def _sum_line(
    sheet: SheetWriter, row: int, one: SubjectSum, labels: Sequence[str], costs: Placed, items: Placed
) -> None:
    look = {"bottom": 1, "bottom_color": LINE}
    money, number = sheet.book.kind_style("money", **look), sheet.book.kind_style("number", **look)
    subject = f"$A{row + 1}"
    sheet.put(row, 0, one.subject or _loose(), sheet.book.style(**look, italic=not one.subject))
    for column, (stage, label) in enumerate(zip(_stages(), labels, strict=True), 1):
        formula = f'=SUMIFS({costs.cells(9)},{costs.cells(0)},"{label}",{costs.cells(5)},{subject})'
        sheet.formula(row, column, formula, one.stages.get(stage, _NOTHING), money)
    after = len(labels) + 1
    if not one.items:
        for column in range(after, after + 3):
            sheet.put(row, column, "", number)
        return
    sheet.formula(row, after, f"=COUNTIFS({items.cells(3)},{subject})", one.items, number)
    sheet.formula(row, after + 1, f"=SUMIFS({items.cells(11)},{items.cells(3)},{subject})", one.shares, money)
    invoiced = cell(row, 1 + list(_stages()).index(CostStage.INVOICED))
    sheet.formula(row, after + 2, f"={invoiced}-{cell(row, after + 1)}", _difference(one), money)


def _difference(one: SubjectSum) -> Decimal | None:
    """Invoiced less the shares of the items, where there are any."""
    return one.stages.get(CostStage.INVOICED, _NOTHING) - one.shares if one.items else None


def _write_bearers(sheet: SheetWriter, top: int, proof: ProofOfUse, costs: Placed) -> None:
    """Who bears what of each stage."""
    bearers = ((gettext("of it: the funder"), 10, True), (gettext("of it: own share"), 11, False))
    for row, (name, column_of, is_grant) in enumerate(bearers, top):
        sheet.put(row, 0, name, total_style(sheet.book, "text", indent=1))
        for column, (stage, label) in enumerate(_stages().items(), 1):
            amount = proof.money.stages.get(stage, _NOTHING)
            part = borne(proof.money, amount)
            formula = f'=SUMIFS({costs.cells(column_of)},{costs.cells(0)},"{label}")'
            sheet.formula(row, column, formula, part if is_grant else amount - part, total_style(sheet.book, "money"))


def _stages() -> dict[str, str]:
    return {stage.value: str(stage.label) for stage in CostStage}


def _loose() -> str:
    return gettext("not itemised")
