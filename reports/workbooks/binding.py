"""What leaves its binding period, as a workbook. No amounts: a school may have its own."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from common.sheets.writer import BookWriter, Field, SheetWriter, Value
from funding.binding import Binding
from reports.binding_list import BindingList
from reports.workbooks.money import authority
from reports.workbooks.sheet import day_text, headline


def write_binding(target: str | Path | IO[bytes], found: BindingList, *, now: datetime) -> None:
    """Write the workbook in the active language to a path or a binary stream."""
    title = gettext("End of binding periods")
    period = gettext("Last day from %(first)s on and before %(until)s")
    below = period % {"first": day_text(found.first), "until": day_text(found.until)}
    with BookWriter(target, title=f"{title}: {below}", author=authority(), created=now) as book:
        devices = book.sheet(gettext("Devices"), tab="#B45F06")
        headline(devices, " · ".join(filter(None, [below, authority()])))
        _write_devices(devices, found)
        if found.projects:
            projects = book.sheet(gettext("Construction projects"), tab="#0B5394")
            headline(projects, " · ".join(filter(None, [below, authority()])))
            _write_projects(projects, found)


def _write_devices(sheet: SheetWriter, found: BindingList) -> None:
    if not found.devices:
        sheet.put(3, 0, gettext("No device leaves its binding period in this time."))
        return
    fields = [
        Field(gettext("Bound until"), 13, "date"),
        Field(gettext("Asset tag"), 16),
        Field(gettext("Serial number"), 20),
        Field(gettext("Device model"), 28),
        Field(gettext("Category"), 20),
        Field(gettext("School"), 34),
        Field(gettext("Room"), 18),
        Field(gettext("Status"), 16),
        Field(gettext("Bought on"), 13, "date"),
        Field(gettext("Financing"), 34),
        Field(gettext("Programmes and their last days"), 60, "long"),
    ]
    sheet.table(3, fields, _devices(found), frozen=2)


def _devices(found: BindingList) -> Iterator[list[Value]]:
    for device, binding in found.devices:
        yield [
            binding.until,
            device.asset_tag,
            device.serial,
            str(device.model),
            str(device.model.category),
            str(device.school.name) if device.school else "",
            f"{device.room.building.name} {device.room.name}" if device.room else "",
            device.get_status_display(),
            binding.bought_on,
            str(device.financing or ""),
            _ends(binding.bindings),
        ]


def _write_projects(sheet: SheetWriter, found: BindingList) -> None:
    fields = [
        Field(gettext("Bound until"), 13, "date"),
        Field(gettext("Construction project"), 46),
        Field(gettext("Site"), 34),
        Field(gettext("Accepted on"), 13, "date"),
        Field(gettext("Financing"), 34),
        Field(gettext("Programmes and their last days"), 60, "long"),
    ]
    rows = (
        [one.until, str(project), str(project.site), one.accepted_on, str(project.financing), _ends(one.bindings)]
        for one in found.projects
        for project in [one.project]
    )
    sheet.table(3, fields, rows, frozen=2)


def _ends(bindings: Iterable[Binding]) -> str:
    """“Programme until day”, one a line."""
    none = gettext("not bound")
    return "\n".join(
        f"{binding.programme}: {day_text(binding.until) if binding.until else none}" for binding in bindings
    )
