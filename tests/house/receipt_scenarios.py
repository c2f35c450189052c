"""What is done in the storeroom and the classroom: a scenario for each service, for the guards of the trail."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.utils import timezone

from audit.actor import Actor
from audit.models import Act
from inventory.enums import ScanMode
from inventory.models import Scan, Stocktake, StocktakeItem
from inventory.services import (
    NewCount,
    NewScan,
    Setting,
    add_counted,
    count_devices,
    open_stocktake,
    record_scans,
    sign_off,
    uncount,
    undo_act,
)
from schools.models import School
from tests.factories import make_device, make_model, make_school
from tests.house.works_and_money import Things


def about_receipt(school: School, by: Actor) -> Things:
    """Somebody scanned what nobody knows, also in a stocktake of the school."""
    scan = record_scans([NewScan(uuid4(), "UNBEKANNT", timezone.now())], Setting(ScanMode.FIND), by=by)[0]
    stocktake = open_stocktake(by=by, school=school)
    (counted,) = count_devices(stocktake, [a_count("UNBEKANNT")], by=by)
    item = {"pk": stocktake.pk, "item_pk": counted.item.pk} if counted.item else {}
    return {"scan": {"pk": scan.pk}, "stocktake": {"pk": stocktake.pk}, "stock_item": item}


def a_count(code: str) -> NewCount:
    return NewCount(uuid4(), code, timezone.now())


def a_stocktake(by: Actor) -> Stocktake:
    """Of a school with one device, and an unknown number in it."""
    school = make_school()
    make_device(school=school)
    stocktake = open_stocktake(by=by, school=school)
    count_devices(stocktake, [a_count("UNBEKANNT")], by=by)
    return stocktake


def unknown_in(stocktake: Stocktake) -> StocktakeItem:
    return stocktake.items.get(code="UNBEKANNT")


def a_scan(by: Actor) -> Scan:
    code = make_device(status="in_stock").serial
    return record_scans([NewScan(uuid4(), code, timezone.now())], Setting(ScanMode.REPAIR), by=by)[0]


def an_undone_act(by: Actor) -> Act:
    act = a_scan(by).act
    assert act
    return undo_act(act, by=by).act


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "record_scans": a_scan,
    "undo_act": an_undone_act,
    "open_stocktake": lambda by: open_stocktake(by=by, school=make_school()),
    "count_devices": a_stocktake,
    "uncount": lambda by: uncount(unknown_in(a_stocktake(by)), by=by),
    "add_counted": lambda by: add_counted(unknown_in(a_stocktake(by)), model=make_model(), by=by),
    "sign_off": lambda by: sign_off(a_stocktake(by), by=by),
}
