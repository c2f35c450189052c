"""A retirement paper as a workbook: for the recycler, the data protection officer, the inventory books."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext

from common.sheets.writer import BookWriter, Field, Value
from inventory.models import Retirement
from reports.workbooks.money import authority
from reports.workbooks.sheet import day_text, headline


def write_retirement(
    target: str | Path | IO[bytes], retirement: Retirement, items: Iterable[Any], *, now: datetime
) -> None:
    """Write the workbook in the active language; ``items`` with their devices and whether each ``stands``."""
    title = f"{retirement.get_step_display()} {day_text(retirement.on)}"
    below = " · ".join(
        filter(None, [retirement.get_way_display(), retirement.party, retirement.reference, authority()])
    )
    with BookWriter(target, title=title, author=authority(), created=now) as book:
        sheet = book.sheet(gettext("Devices"), tab="#0B5394")
        headline(sheet, below)
        sheet.table(3, _fields(), _rows(items), frozen=1)


def _fields() -> list[Field]:
    return [
        Field(gettext("Asset tag"), 16),
        Field(gettext("Serial number"), 22),
        Field(gettext("Category"), 20),
        Field(gettext("Device model"), 34),
        Field(gettext("School"), 34),
        Field(gettext("Purchased on"), 14, "date"),
        Field(gettext("Status"), 16),
        Field(gettext("Remark"), 30),
    ]


def _rows(items: Iterable[Any]) -> Iterator[list[Value]]:
    for item in items:
        device = item.device
        remark = "" if item.stands else gettext("does not hold any more")
        yield [
            device.asset_tag,
            device.serial,
            str(device.model.category),
            str(device.model),
            device.school.name if device.school else gettext("central store"),
            device.purchased_on,
            device.get_status_display(),
            remark,
        ]
