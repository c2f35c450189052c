"""The discrepancy report of a delivery, as a workbook for the supplier and the files."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from common.sheets.writer import BookWriter, Field, Value
from inventory.models import Delivery
from inventory.services.discrepancies import Discrepancies
from reports.workbooks.money import authority
from reports.workbooks.sheet import day_text, headline


def write_discrepancies(
    target: str | Path | IO[bytes], delivery: Delivery, found: Discrepancies, *, now: datetime
) -> None:
    """Write the workbook in the active language to a path or a binary stream."""
    title = gettext("Discrepancies of delivery %(delivery)s") % {"delivery": delivery}
    below = " · ".join(filter(None, [delivery.order.supplier, day_text(delivery.delivered_on), authority()]))
    with BookWriter(target, title=title, author=authority(), created=now) as book:
        lines = book.sheet(gettext("Order lines"), tab="#0B5394")
        headline(lines, below)
        lines.table(3, _line_fields(), _lines(found), frozen=2)
        if found.deviations:
            serials = book.sheet(gettext("Serial numbers"), tab="#B45F06")
            headline(serials, below)
            serials.table(3, _serial_fields(), _serials(found), frozen=2)


def _line_fields() -> list[Field]:
    return [
        Field(gettext("Order line"), 10, "number"),
        Field(gettext("Device model"), 34),
        Field(gettext("Ordered"), 14, "number"),
        Field(gettext("Delivered before"), 14, "number"),
        Field(gettext("Announced"), 14, "number"),
        Field(gettext("Booked"), 14, "number"),
        Field(gettext("Damaged"), 14, "number"),
        Field(gettext("Backlog"), 14, "number"),
    ]


def _lines(found: Discrepancies) -> Iterator[list[Value]]:
    for row in found.lines:
        numbers = [row.ordered, row.before, row.announced, row.booked, row.damaged, row.backlog]
        yield [row.line.position, str(row.line.model), *numbers]


def _serial_fields() -> list[Field]:
    return [
        Field(gettext("Serial number"), 22),
        Field(gettext("Order line"), 10, "number"),
        Field(gettext("What was found"), 28),
        Field(gettext("Remark"), 50, "long"),
    ]


def _serials(found: Discrepancies) -> Iterator[list[Value]]:
    for one in found.deviations:
        yield [one.serial, one.position, one.label, one.remark]
