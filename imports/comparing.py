"""A supplier's list of serial numbers against a delivery that is booked already.

Nothing is imported: the file is kept as a batch of the kind *deliveries* that is taken at once and writes
findings only.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile
from typing import IO, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.services import Record, log_records, open_act
from common.bulk import codes
from common.columns import match_headings
from common.parsing import ParseError
from common.sheets.reader import SheetError, read_workbook
from common.sheets.workbook import Workbook, cell_name
from imports.catalogue import Catalogue
from imports.enums import BatchStatus, FindingKind, KindName, Outcome
from imports.models import ImportBatch
from imports.services.previewing import read
from imports.services.state import fail_batch
from imports.services.upload import upload_batch
from imports.worklist import Found, record_findings
from inventory.columns import DEVICE_COLUMNS
from inventory.models import Delivery, Device, Order
from inventory.services.receipt import Announced

_COLUMNS = tuple(column for column in DEVICE_COLUMNS if column.key in ("serial", "model"))
#: Headings are looked for in so many rows.
_SEARCHED = 30
#: So many unreadable cells are named.
_MOST_NAMED = 5


class Listed(NamedTuple):
    """A row of the supplier's list."""

    serial: str
    model: str


def compare_delivery(delivery: Delivery, file: IO[bytes], *, name: str, by: Actor) -> ImportBatch:
    """Compare a list with the devices of a delivery; the batch that is returned has the findings.

    Raises ``PermissionDenied``, and ``ValidationError`` for a file without readable serial numbers.
    """
    batch = upload_batch(file, name=name, by=by, kind=KindName.DELIVERIES)
    try:
        listed = {row.serial: row for row in _listed(read(batch))}
    except SheetError as error:
        fail_batch(batch, error.message)
        raise ValidationError(error.message, error.code) from error
    except ValidationError as error:
        fail_batch(batch, " ".join(error.messages))
        raise
    with transaction.atomic():
        act = open_act(by, "delivery.compare", subject=str(delivery))
        found = list(_compared(delivery, listed))
        log_records(
            act, Delivery, [Record(delivery.pk, str(delivery), delivery.school_id, {"compared": [None, batch.name]})]
        )
        batch.status, batch.act = BatchStatus.TAKEN, act
        batch.summary = {str(outcome): 0 for outcome in Outcome} | {"unchanged": len(listed), "problems": []}
        batch.save(update_fields=["status", "act", "summary"])
        record_findings(batch, found)
    return batch


def read_announced(file: IO[bytes], order: Order, *, name: str) -> dict[str, Announced]:
    """A supplier's list, before anything is booked: by serial, for which line of the order it announces it.

    Nothing is kept. Raises ``ValidationError`` for a file without readable serial numbers.
    """
    with NamedTemporaryFile(suffix=PurePath(name).suffix) as kept:
        shutil.copyfileobj(file, kept)
        kept.flush()
        try:
            listed = list(_listed(read_workbook(Path(kept.name), name=name)))
        except SheetError as error:
            raise ValidationError(error.message, error.code) from error
    catalogue, lines = Catalogue(), {line.model_id: line.pk for line in order.lines.order_by("-position")}
    return {row.serial: Announced(_line_of(catalogue, lines, row.model), row.model) for row in listed}


def _line_of(catalogue: Catalogue, lines: Mapping[int, int], model: str) -> int | None:
    """Key of the first line of that model, 0 where there is none; ``None`` where nobody knows the model."""
    position = catalogue.find("", model) if model else None
    if position is None:
        return next(iter(lines.values())) if len(lines) == 1 and not model else None
    return lines.get(catalogue.entries[position].pk, 0)


def _listed(book: Workbook) -> Iterator[Listed]:
    """All sheets that have a column of serial numbers. Raises ``ValidationError`` for cells that cannot be read."""
    bad: list[str] = []
    is_found = False
    for sheet in book.sheets:
        for number, row in enumerate(sheet.rows[:_SEARCHED]):
            index = {column.key: at for at, column in match_headings(row, _COLUMNS).items()}
            if "serial" in index:
                is_found = True
                yield from _below(sheet.rows, number + 1, index, bad)
                break
    if not is_found:
        raise ValidationError(_("No column with serial numbers was found, as in “Serial number”."), "no_serials")
    if bad:
        text = _("Serial numbers that cannot be read: %(cells)s.") % {"cells": ", ".join(bad[:_MOST_NAMED])}
        raise ValidationError(text, "unreadable")


def _below(rows: Any, first: int, index: Mapping[str, int], bad: list[str]) -> Iterator[Listed]:
    parse = {column.key: column.parse for column in _COLUMNS}
    for number, row in enumerate(rows[first:], first):
        try:
            serial = parse["serial"](row[index["serial"]])
            model = parse["model"](row[index["model"]]) if "model" in index else None
        except ParseError as error:
            bad.append(f"{cell_name(number, index['serial'])} ({error.message})")
            continue
        if serial:
            yield Listed(serial, model or "")


def _compared(delivery: Delivery, listed: Mapping[str, Listed]) -> Iterator[Found]:
    catalogue = Catalogue()
    devices = {device.serial: device for device in delivery.devices.select_related("model__manufacturer")}
    missing = sorted(listed.keys() - devices.keys())
    known = (
        Device.objects.existing().filter(serial__in=codes(missing)).select_related("model__manufacturer", "delivery")
    )
    elsewhere = {device.serial: device for device in known}
    for serial in missing:
        device, row = elsewhere.get(serial), listed[serial]
        if device is None:
            position = catalogue.find("", row.model) if row.model else None
            model = None if position is None else catalogue.entries[position].pk
            yield Found(FindingKind.NOT_DELIVERED, serial, row.model, None, model)
        else:
            text = _("In the inventory as %(device)s, of delivery %(delivery)s.")
            told = {"device": f"{device.model} {device}", "delivery": device.delivery or "–"}
            yield Found(FindingKind.NOT_DELIVERED, serial, text % told, device.pk)
    for serial, device in devices.items():
        if serial not in listed:
            yield Found(FindingKind.NOT_LISTED, serial, str(device.model), device.pk)
        elif _is_other_model(catalogue, device, listed[serial].model):
            text = _("The list says %(theirs)s, the inventory %(ours)s.")
            yield Found(
                FindingKind.OTHER_MODEL,
                serial,
                text % {"theirs": listed[serial].model, "ours": device.model},
                device.pk,
            )


def _is_other_model(catalogue: Catalogue, device: Device, text: str) -> bool:
    """Whether the list names another model; what the catalogue does not know is not compared."""
    position = catalogue.find(device.model.manufacturer.name, text) if text else None
    if text and position is None:
        position = catalogue.find("", text)
    return position is not None and catalogue.entries[position].pk != device.model_id
