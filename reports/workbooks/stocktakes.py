"""The report of a stocktake as a workbook: how it went, and every item with what was found."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext

from common.sheets.writer import BookWriter, Field, Value
from reports.workbooks.money import authority
from reports.workbooks.sheet import headline


def write_stocktake(
    target: str | Path | IO[bytes], stocktake: Any, items: Iterable[Any], *, now: datetime, is_wide: bool
) -> None:
    """``stocktake``: with its progress; ``items``: with names. Written in the active language.

    ``is_wide``: for somebody who may know in which other school a device is recorded.
    """
    title = gettext("Stocktake")
    with BookWriter(target, title=f"{title}: {stocktake}", author=authority(), created=now) as book:
        sheet = book.sheet(title, tab="#0B5394")
        headline(sheet, " · ".join(filter(None, [str(stocktake), _state(stocktake), authority()])))
        fields = [
            Field(gettext("Finding"), 24),
            Field(gettext("Number"), 18),
            Field(gettext("Device model"), 28),
            Field(gettext("Category"), 20),
            Field(gettext("Recorded status"), 18),
            Field(gettext("Recorded school"), 34),
            Field(gettext("Recorded room"), 18),
            Field(gettext("Found in"), 18),
            Field(gettext("Counted at"), 18, "instant"),
            Field(gettext("Remark"), 40, "long"),
        ]
        sheet.table(3, fields, _rows(items, is_wide), frozen=2)


def _state(stocktake: Any) -> str:
    parts = {"counted": stocktake.counted, "expected": stocktake.expected, "problems": stocktake.problems}
    return gettext("%(counted)s of %(expected)s found, %(problems)s others") % parts


def _rows(items: Iterable[Any], is_wide: bool) -> Iterator[list[Value]]:
    for item in items:
        device = item.device
        yield [
            item.get_finding_display(),
            str(item),
            str(device.model) if device else "",
            str(device.model.category) if device else "",
            item.get_status_display() if item.status else "",
            *_place(item, is_wide),
            item.found_in.name if item.found_in else "",
            timezone.localtime(item.counted_at) if item.counted_at else None,
            item.remark,
        ]


def _place(item: Any, is_wide: bool) -> list[Value]:
    if item.is_foreign and not is_wide:
        return [gettext("another school"), ""]
    return [item.school.name if item.school else "", item.room.name if item.room else ""]
