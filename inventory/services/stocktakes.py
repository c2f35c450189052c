"""Stocktakes: opened with what is expected, counted by scans, signed off with corrections."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from common.bulk import codes, ids, insert_rows, update_rows
from common.diff import Outcome
from inventory.codes import LONGEST, Found, find_devices
from inventory.enums import GONE, NOT_YET, DeviceStatus, StockFinding
from inventory.models import Device, DeviceModel, Stocktake, StocktakeItem
from inventory.services.devices import NewDevice, create_devices
from inventory.services.states import KEEP, Placed, PlacementChange, record_possible
from schools.models import Room, School


class NewCount(NamedTuple):
    """``code``: cleaned by ``inventory.codes``; ``key``: of this very scan."""

    key: UUID
    code: str
    counted_at: datetime


class Counted(NamedTuple):
    """``item`` is ``None`` where a number means several devices; ``is_new``: this scan has counted it.

    ``alike``: numbers of devices that may have been meant by an unknown one.
    """

    code: str
    item: StocktakeItem | None
    is_new: bool
    alike: Sequence[str] = ()


def open_stocktake(*, by: Actor, school: School | None = None, room: Room | None = None, note: str = "") -> Stocktake:
    """Begin to count a room, a school or (without either) the central store: all that is recorded there is expected.

    Raises ``ValidationError`` where a stocktake is open there already, and for a room of another school.
    """
    if room and school and room.school_id != school.pk:
        raise ValidationError(_("The room belongs to another school."), "foreign_room")
    school = room.school if room else school
    with transaction.atomic():
        act = open_act(by, "stocktake.open", subject=str(school or ""))
        stocktake = Stocktake(school=school, room=room, opened_by=act, note=note)
        stocktake.full_clean()
        stocktake.save()
        there = Device.objects.existing().filter(school=school, **({"room": room} if room else {}))
        there = there.exclude(status__in=[*GONE, *NOT_YET]).order_by("pk")
        rows = list(there.values_list("pk", "status", "school", "room"))
        fields = ("stocktake", "is_expected", "finding", "code", "remark", "device", "status", "school", "room")
        insert_rows(StocktakeItem, fields, ((stocktake.pk, True, StockFinding.MISSING, "", "", *row) for row in rows))
        _log(act, stocktake, {"expected": [None, len(rows)]})
        return stocktake


def count_devices(
    stocktake: Stocktake, counts: Sequence[NewCount], *, by: Actor, room: Room | None = None
) -> list[Counted]:
    """Count what was scanned, in a constant number of queries; returns an answer per count, in order.

    ``room``: where it was scanned, of a stocktake of a whole school. What is counted already, by this scan or an
    earlier one, stays as it is. Raises ``ValidationError(code="closed")`` once the stocktake is signed off.
    """
    with transaction.atomic():
        stocktake = _locked(stocktake)
        found = find_devices([count.code for count in counts], Device.objects.visible_to(by.user))
        items = _items_of(stocktake, found)
        place = stocktake.room or room
        new: dict[Any, tuple[NewCount, Found]] = {}
        for count, one in zip(counts, found, strict=True):
            item = items.get(_place(one))
            if len(one.devices) < 2 and one.code and (item is None or item.counted_at is None):
                new.setdefault(_place(one), (count, one))
        if new:
            act = open_act(by, "stocktake.count", subject=str(stocktake))
            _write(stocktake, new, items, place, by, act)
            items = _items_of(stocktake, found)
    firsts = {count.key for count, _found in new.values()}
    return [
        Counted(one.code, items.get(_place(one)), _is_first(count, items.get(_place(one)), firsts), _alike(one))
        for count, one in zip(counts, found, strict=True)
    ]


def uncount(item: StocktakeItem, *, by: Actor) -> None:
    """Take a count back: what is expected is missing again, everything else is not in the stocktake any more."""
    with transaction.atomic():
        stocktake = _locked(item.stocktake)
        item = StocktakeItem.objects.get(pk=item.pk)
        act = open_act(by, "stocktake.uncount", subject=str(stocktake))
        if item.is_expected:
            item.finding, item.counted_at, item.counted_by, item.key = StockFinding.MISSING, None, None, None
            item.found_in, item.code = None, ""
            item.save(update_fields=["finding", "counted_at", "counted_by", "key", "found_in", "code"])
        else:
            item.delete()
        _log(act, stocktake, {"uncounted": [str(item), None]})


def add_counted(item: StocktakeItem, *, model: DeviceModel, by: Actor) -> Device:
    """Create the device of an unknown number, as found here today; it counts as found.

    Raises ``ValidationError`` where the number is known by now.
    """
    with transaction.atomic():
        stocktake = _locked(item.stocktake)
        item = StocktakeItem.objects.get(pk=item.pk)
        if (
            item.device_id
            or Device.objects.existing().filter(manufacturer=model.manufacturer, serial=item.code).exists()
        ):
            raise ValidationError(_("This number is known by now. Please scan it again."), "known")
        act = open_act(by, "stocktake.add", subject=str(stocktake))
        room = item.found_in_id or stocktake.room_id
        placed = Placed(DeviceStatus.IN_STOCK, stocktake.school_id, room, model.category.default_use)
        new = NewDevice(model=model, on=timezone.localdate(act.at), placed=placed, serial=item.code)
        (pk,) = create_devices([new], act)
        item.device_id, item.finding = pk, StockFinding.FOUND
        item.status, item.school_id, item.room_id = placed.status, placed.school, placed.room
        item.save(update_fields=["device", "finding", "status", "school", "room"])
        _log(act, stocktake, {"added": [None, item.code]})
        return Device.objects.existing().get(pk=pk)


def sign_off(
    stocktake: Stocktake, *, by: Actor, lost: Collection[int] = (), corrected: Collection[int] = ()
) -> Stocktake:
    """Close a stocktake; what was decided becomes facts of today.

    ``lost``: keys of missing items whose devices are recorded as lost. ``corrected``: of items found elsewhere, whose
    devices are moved here, and of unexpected ones, which are in stock here. What cannot be done, or was changed by
    somebody meanwhile, stays and is remarked on. Raises ``ValidationError`` once it is signed off.
    """
    with transaction.atomic():
        stocktake = _locked(stocktake)
        chosen = [*lost, *corrected]
        items = {item.device_id: item for item in stocktake.items.filter(pk__in=ids(chosen), device__isnull=False)}
        now = {device.pk: device for device in Device.objects.existing().filter(pk__in=ids(items)).select_for_update()}
        act = open_act(by, "stocktake.sign_off", subject=str(stocktake))
        fit = {pk: item for pk, item in items.items() if pk in now and _is_as_recorded(item, now[pk])}
        remarks = {item.pk: _("Changed meanwhile.") for pk, item in items.items() if pk not in fit}
        diff = record_possible([c for c in (_correction(stocktake, i, act) for i in fit.values()) if c], act)
        for row in diff.rows:
            if row.outcome is Outcome.REJECTED and row.id is not None:
                remarks[items[row.id].pk] = " ".join(problem.message for problem in row.problems)[:300]
        update_rows(StocktakeItem, ("remark",), list(remarks.items()))
        stocktake.closed_by = act
        stocktake.save(update_fields=["closed_by"])
        _log(act, stocktake, {"signed_off": [None, act.at.isoformat()], "corrected": [None, diff.changed]})
        return stocktake


def _locked(stocktake: Stocktake) -> Stocktake:
    current = Stocktake.objects.select_for_update(of=("self",)).select_related("school", "room").get(pk=stocktake.pk)
    if not current.is_open:
        raise ValidationError(_("This stocktake is signed off: nothing can be counted any more."), "closed")
    return current


def _place(found: Found) -> Any:
    """By what an item is found: its device, else the number."""
    return found.device.pk if found.device else found.code


def _items_of(stocktake: Stocktake, found: Iterable[Found]) -> dict[Any, StocktakeItem]:
    devices = [one.device.pk for one in found if one.device]
    unknown = [one.code for one in found if not one.devices]
    items = stocktake.items.with_names()
    known = {item.device_id: item for item in items.filter(device__in=ids(devices))}
    return known | {item.code: item for item in items.filter(device__isnull=True, code__in=codes(unknown))}


def _write(
    stocktake: Stocktake,
    new: Mapping[Any, tuple[NewCount, Found]],
    items: Mapping[Any, StocktakeItem],
    place: Room | None,
    by: Actor,
    act: Act,
) -> None:
    there, fresh = [], []
    for key, (count, found) in new.items():
        how = (min(count.counted_at, act.at), by.user.pk if by.user else None, count.key, place.pk if place else None)
        if item := items.get(key):
            there.append((item.pk, _finding(item, place), count.code, *how))
        else:
            device = found.device
            finding = _surprise(device) if device else StockFinding.UNKNOWN
            recorded = (
                (device.pk, device.status, device.school_id, device.room_id) if device else (None, "", None, None)
            )
            fresh.append((stocktake.pk, False, finding, count.code[:LONGEST], "", *how, *recorded))
    scanned = ("finding", "code", "counted_at", "counted_by", "key", "found_in")
    update_rows(StocktakeItem, scanned, there)
    recorded_names = ("device", "status", "school", "room")
    fields = ("stocktake", "is_expected", "finding", "code", "remark", *scanned[2:], *recorded_names)
    insert_rows(StocktakeItem, fields, fresh)
    _log(act, stocktake, {"counted": [None, len(new)]})


def _finding(item: StocktakeItem, place: Room | None) -> str:
    is_moved = place is not None and item.room_id is not None and item.room_id != place.pk
    return StockFinding.ELSEWHERE if is_moved else StockFinding.FOUND


def _surprise(device: Device) -> str:
    return StockFinding.UNEXPECTED if device.status in (*GONE, *NOT_YET) else StockFinding.ELSEWHERE


def _is_first(count: NewCount, item: StocktakeItem | None, firsts: Collection[UUID]) -> bool:
    return count.key in firsts or (item is not None and item.key == count.key)


def _alike(found: Found) -> list[str]:
    return [str(device) for device in found.alike[:3]]


def _is_as_recorded(item: StocktakeItem, device: Device) -> bool:
    return (item.status, item.school_id, item.room_id) == (device.status, device.school_id, device.room_id)


def _correction(stocktake: Stocktake, item: StocktakeItem, act: Act) -> PlacementChange | None:
    today = timezone.localdate(act.at)
    assert item.device_id is not None
    if item.finding == StockFinding.MISSING:
        return PlacementChange(item.device_id, today, DeviceStatus.LOST)
    room = item.found_in_id or stocktake.room_id
    status = {StockFinding.UNEXPECTED.value: DeviceStatus.IN_STOCK, StockFinding.ELSEWHERE.value: KEEP}.get(
        item.finding
    )
    return PlacementChange(item.device_id, today, status, stocktake.school_id, room) if status else None


def _log(act: Act, stocktake: Stocktake, changes: dict[str, list[Any]]) -> None:
    log_records(act, Stocktake, [Record(stocktake.pk, str(stocktake), stocktake.school_id, changes)])
