"""Rooms × presentation of one school, as a workbook."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from common.sheets.writer import BookWriter, Field, Value
from reports.boards import BoardPlan, RoomLine, Unit
from reports.workbooks.money import authority
from reports.workbooks.sheet import day_text, headline


def write_boards(target: str | Path | IO[bytes], plan: BoardPlan, *, now: datetime) -> None:
    """Write the workbook in the active language to a path or a binary stream."""
    below = gettext("As of %(day)s") % {"day": day_text(plan.day)}
    title = gettext("Rooms and presentation")
    with BookWriter(target, title=f"{title}: {plan.school.name}", author=authority(), created=now) as book:
        sheet = book.sheet(title, tab="#0B5394")
        headline(sheet, " · ".join(filter(None, [plan.school.name, below, authority()])))
        fields = [
            Field(gettext("Room"), 18),
            Field(gettext("Building"), 20),
            Field(gettext("Kind"), 16),
            Field(gettext("Asset tag"), 16),
            Field(gettext("Device model"), 28),
            Field(gettext("Category"), 18),
            Field(gettext("Status"), 18),
            Field(gettext("Mount"), 18),
            Field(gettext("Mounted on"), 13, "date"),
            Field(gettext("Accepted on"), 13, "date"),
            Field(gettext("Accepted by"), 22),
            Field(gettext("Last electrical test"), 16, "date"),
            Field(gettext("Next test due"), 16, "date"),
            Field(gettext("Training on"), 13, "date"),
            Field(gettext("Participants"), 12, "number"),
            Field(gettext("Notes"), 40, "long"),
            Field(gettext("Remark"), 40, "long"),
        ]
        sheet.table(3, fields, _rows(plan), frozen=1)


def _rows(plan: BoardPlan) -> Iterator[list[Value]]:
    for line in plan.rooms:
        place: list[Value] = [line.room.name, line.room.building.name, str(line.room.get_kind_display())]
        if not line.units:
            yield [*place, *[None] * 13, _remark(line, None)]
        for unit in line.units:
            yield [*place, *_cells(unit), _remark(line, unit)]
    for unit in plan.homeless:
        yield [None, None, None, *_cells(unit), gettext("without a room")]


def _cells(unit: Unit) -> list[Value]:
    device = unit.device
    return [
        str(device),
        str(device.model),
        str(device.model.category),
        unit.placed.get_status_display(),
        unit.mount,
        unit.mounted_on,
        unit.accepted_on,
        unit.acceptor,
        unit.tested_on,
        unit.due_on,
        unit.trained_on,
        unit.participants,
        "\n".join(filter(None, unit.notes.values())),
    ]


def _remark(line: RoomLine, unit: Unit | None) -> str:
    remarks = [
        (line.is_gap, gettext("nothing to present with")),
        (line.is_crowded and unit is not None and unit.is_board, gettext("more than one board")),
        (unit is not None and unit.is_overdue, gettext("electrical test overdue")),
        (unit is not None and unit.failed_on is not None, gettext("electrical test not passed")),
    ]
    return ", ".join(text for is_so, text in remarks if is_so)
