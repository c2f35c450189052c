"""Stocktakes: what is expected, what was found, and what signing off makes of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act
from inventory.enums import StockFinding
from inventory.models import Device, DeviceState, Stocktake, StocktakeItem
from inventory.services import (
    NewCount,
    add_counted,
    change_device,
    count_devices,
    open_stocktake,
    sign_off,
    uncount,
    undo_act,
)
from reports.verification import verify
from tests.factories import make_device, make_devices, make_model, make_room, make_school

pytestmark = pytest.mark.django_db


def counts(*codes: str) -> list[NewCount]:
    return [NewCount(uuid4(), code, timezone.now()) for code in codes]


def findings(stocktake: Stocktake) -> dict[str, str]:
    return {str(item): item.finding for item in stocktake.items.with_names()}


def test_everything_recorded_there_is_expected(by: Actor) -> None:
    school = make_school()
    room, other = make_room(school), make_room(school)
    here = make_device(school=school, room=room)
    broken = make_device(school=school, room=room, status="in_repair")
    in_other = make_device(school=school, room=other)
    make_device(school=school, room=room, status="retired")
    make_device(school=school, room=room, status="ordered")
    make_device(school=make_school())
    in_store = make_device(status="in_stock")

    of_room, of_school, of_store = (
        open_stocktake(by=by, **where) for where in ({"room": room}, {"school": school}, {})
    )

    missing = StockFinding.MISSING
    assert findings(of_room) == {str(here): missing, str(broken): missing}
    assert findings(of_school) == {str(here): missing, str(broken): missing, str(in_other): missing}
    assert findings(of_store) == {str(in_store): missing}
    assert (of_room.school, str(of_store)) == (school, "Zentrallager")


def test_one_stocktake_is_open_in_a_place(by: Actor) -> None:
    school = make_school()
    first = open_stocktake(by=by, school=school)
    with pytest.raises(ValidationError, match="schon eine Inventur"):
        open_stocktake(by=by, school=school)
    open_stocktake(by=by, room=make_room(school))
    sign_off(first, by=by)
    open_stocktake(by=by, school=school)


def test_each_scan_is_judged(by: Actor) -> None:
    school, elsewhere = make_school(), make_school()
    room, other = make_room(school), make_room(school)
    here, in_other = make_device(school=school, room=room), make_device(school=school, room=other)
    foreign = make_device(school=elsewhere, serial="F2L001")
    lost = make_device(school=school, room=room, status="lost")
    absent = make_device(school=school, room=room)
    stocktake = open_stocktake(by=by, room=room)

    codes = [here.asset_tag, in_other.serial, foreign.serial, lost.serial, "NICHTDA", "F2LO01", here.serial]
    answers = count_devices(stocktake, counts(*codes), by=by)

    assert [answer.item and answer.item.finding for answer in answers] == [
        StockFinding.FOUND,
        StockFinding.ELSEWHERE,
        StockFinding.ELSEWHERE,
        StockFinding.UNEXPECTED,
        StockFinding.UNKNOWN,
        StockFinding.UNKNOWN,
        StockFinding.FOUND,
    ]
    assert [answer.is_new for answer in answers] == [True] * 6 + [False]
    assert answers[5].alike == [str(foreign)]
    assert findings(stocktake)[str(absent)] == StockFinding.MISSING
    progress = Stocktake.objects.with_progress().get()
    assert (progress.expected, progress.counted, progress.problems) == (2, 1, 5)


def test_room_of_a_school_tells_who_is_in_the_wrong_one(by: Actor) -> None:
    school = make_school()
    room, other = make_room(school), make_room(school)
    right, wrong = make_device(school=school, room=room), make_device(school=school, room=other)
    bare = make_device(school=school)
    stocktake = open_stocktake(by=by, school=school)

    count_devices(stocktake, counts(right.serial, wrong.serial, bare.serial), by=by, room=room)

    found, elsewhere = StockFinding.FOUND, StockFinding.ELSEWHERE
    assert findings(stocktake) == {str(right): found, str(wrong): elsewhere, str(bare): found}
    assert set(stocktake.items.values_list("found_in", flat=True)) == {room.pk}


def test_scan_sent_again_counts_nothing_twice(by: Actor) -> None:
    school = make_school()
    device = make_device(school=school)
    stocktake = open_stocktake(by=by, school=school)
    sent = counts(device.serial, "NICHTDA")
    first = count_devices(stocktake, sent, by=by)
    acts = Act.objects.count()

    second = count_devices(stocktake, sent, by=by)

    assert [(one.item, one.is_new) for one in second] == [(one.item, True) for one in first]
    assert (Act.objects.count(), stocktake.items.count()) == (acts, 2)


def test_count_is_taken_back(by: Actor) -> None:
    school = make_school()
    device = make_device(school=school)
    stocktake = open_stocktake(by=by, school=school)
    expected, unknown = (one.item for one in count_devices(stocktake, counts(device.serial, "NICHTDA"), by=by))
    assert expected
    assert unknown
    for item in (expected, unknown):
        uncount(item, by=by)

    assert findings(stocktake) == {str(device): StockFinding.MISSING}
    assert list(stocktake.items.values_list("counted_at", "counted_by", "key", "code")) == [(None, None, None, "")]


def test_signing_off_records_what_was_decided(by: Actor) -> None:
    school, elsewhere = make_school(), make_school()
    room = make_room(school)
    gone, stays_missing = make_device(school=school, room=room), make_device(school=school, room=room)
    foreign = make_device(school=elsewhere)
    lost = make_device(school=school, status="lost")
    disposed = make_device(school=school, status="disposed")
    stocktake = open_stocktake(by=by, room=room)
    count_devices(stocktake, counts(foreign.serial, lost.serial, disposed.serial), by=by)
    keys = dict(stocktake.items.values_list("device", "pk"))

    corrected = [keys[device.pk] for device in (foreign, lost, disposed)]
    signed = sign_off(stocktake, by=by, lost=[keys[gone.pk]], corrected=corrected)

    now = {d.pk: (d.status, d.school, d.room) for d in Device.objects.select_related("school", "room")}
    assert now == {
        gone.pk: ("lost", school, room),
        stays_missing.pk: ("in_service", school, room),
        foreign.pk: ("in_service", school, room),
        lost.pk: ("in_stock", school, room),
        disposed.pk: ("disposed", school, None),
    }
    assert signed.closed_by == Act.objects.get(verb="stocktake.sign_off")
    assert DeviceState.objects.known().filter(valid_from=timezone.localdate()).count() == 3
    remarks = StocktakeItem.objects.exclude(remark="").values_list("device", "remark")
    assert [(device, remark[:25]) for device, remark in remarks] == [(disposed.pk, "Auf „entsorgt“ kann „im L")]
    assert verify() == []


def test_what_somebody_changed_meanwhile_is_left_alone(by: Actor) -> None:
    school = make_school()
    device = make_device(school=school)
    stocktake = open_stocktake(by=by, school=school)
    change_device(device, by=by, on=timezone.localdate(), status="in_repair")
    item = stocktake.items.get()

    sign_off(stocktake, by=by, lost=[item.pk])

    device.refresh_from_db()
    item.refresh_from_db()
    assert (device.status, item.remark) == ("in_repair", "Inzwischen geändert.")


def test_signed_off_stocktake_is_closed(by: Actor) -> None:
    school = make_school()
    device = make_device(school=school)
    stocktake = open_stocktake(by=by, school=school)
    (counted,) = count_devices(stocktake, counts(device.serial), by=by)
    assert counted.item
    sign_off(stocktake, by=by)

    for act in (
        lambda: count_devices(stocktake, counts("A1"), by=by),
        lambda: uncount(counted.item, by=by),
        lambda: sign_off(stocktake, by=by),
    ):
        with pytest.raises(ValidationError, match="abgeschlossen"):
            act()


def test_corrections_are_taken_back(by: Actor) -> None:
    school = make_school()
    device = make_device(school=school)
    stocktake = open_stocktake(by=by, school=school)
    act = sign_off(stocktake, by=by, lost=[stocktake.items.get().pk]).closed_by
    assert act

    undo_act(act, by=by)

    device.refresh_from_db()
    assert device.status == "in_service"


def test_unknown_number_becomes_a_device_on_the_spot(by: Actor) -> None:
    school = make_school()
    room = make_room(school)
    stocktake = open_stocktake(by=by, room=room)
    (counted,) = count_devices(stocktake, counts("NEU001"), by=by)
    assert counted.item
    model = make_model()

    device = add_counted(counted.item, model=model, by=by)

    assert (device.serial, device.model, device.status, device.school, device.room) == (
        "NEU001",
        model,
        "in_stock",
        school,
        room,
    )
    assert findings(stocktake) == {"NEU001": StockFinding.FOUND}
    with pytest.raises(ValidationError, match="inzwischen bekannt"):
        add_counted(counted.item, model=model, by=by)


def test_hundred_counts_take_as_many_queries_as_two(by: Actor) -> None:
    school = make_school()
    devices = make_devices(102, school=school)
    stocktake = open_stocktake(by=by, school=school)
    count_devices(stocktake, counts("NICHTDA"), by=by)  # reads the roles of the person
    numbers = []
    for some in (devices[:2], devices[2:]):
        with CaptureQueriesContext(connection) as queries:
            count_devices(stocktake, counts(*(device.serial for device in some)), by=by)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_clock_that_goes_wrong_is_not_believed(by: Actor) -> None:
    school = make_school()
    device = make_device(school=school)
    stocktake = open_stocktake(by=by, school=school)
    future = NewCount(uuid4(), device.serial, timezone.now() + timedelta(days=1))
    count_devices(stocktake, [future], by=by)

    item: Any = stocktake.items.get()
    assert item.counted_at < timezone.now()
